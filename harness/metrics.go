package harness

import "dllmbench/harness/result"

// The ways a metric is assumed to behave from run to run.
const (
	exact  = "exact"  // a counter: the same in every run with the same seed
	sample = "sample" // varies: shown with an interval
)

// Metrics are the definitions of everything that reports derive from request
// records. They are written into each results file, so that the file explains
// itself. Sums run over the timed requests of a cell.
func Metrics() []result.Metric {
	return []result.Metric{
		{Name: "e2e", Unit: "ms", Better: "lower", Assume: sample,
			Doc:    "End-to-end latency: from the start of decoding the batch to the last commit of this request.",
			Source: "as in vLLM and AIPerf, without network and queue"},
		{Name: "ttft", Unit: "ms", Better: "lower", Assume: sample,
			Doc:    "Time to first token: until position 0 of the answer holds its final token. A full-canvas decoder may reach it late.",
			Source: "own; equals the usual definition for autoregressive decoding"},
		{Name: "ttfc", Unit: "ms", Better: "lower", Assume: sample,
			Doc:    "Time to first commit: until any position of the answer holds its final token.",
			Source: "own"},
		{Name: "batch_time", Unit: "ms", Better: "lower", Assume: sample,
			Doc:    "Wall time of decoding one batch, measured around the engine.",
			Source: "own"},
		{Name: "time_per_forward", Unit: "ms", Better: "lower", Assume: sample,
			Doc:    "Sum of latencies divided by the sum of forward passes, choosing tokens included.",
			Source: "own"},
		{Name: "throughput", Unit: "token/s", Better: "higher", Assume: sample,
			Doc:    "Useful tokens divided by seconds of batch wall time, as a ratio of sums; useful tokens end before the first stop token and hold no prompt, pad or mask.",
			Source: "ratio of sums as in dInfer's tokens per second; useful instead of canvas tokens is our own"},
		{Name: "nfe", Unit: "forward", Better: "lower", Assume: exact,
			Doc:    "Number of function evaluations: forward passes a request took part in, prefill and cache commits included.",
			Source: "Sahoo et al. 2024, MDLM (arXiv 2406.07524)"},
		{Name: "denoising_steps", Unit: "step", Better: "lower", Assume: exact,
			Doc:    "Forward passes from which tokens were chosen by denoising; 0 for autoregressive decoding.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "tpf", Unit: "token/forward", Better: "higher", Assume: exact,
			Doc:    "Useful tokens per forward pass, as a ratio of sums. One diffusion pass costs more than one cached autoregressive pass: read it with flops_per_token.",
			Source: "dInfer (arXiv 2510.08666), with useful tokens"},
		{Name: "flops_per_token", Unit: "FLOP/token", Better: "lower", Assume: exact,
			Doc:    "Floating-point operations per useful token: matrix products and attention as really computed, a multiply-add is 2.",
			Source: "counting convention of Kaplan et al. 2020 (arXiv 2001.08361), attention added"},
		{Name: "bytes_per_token", Unit: "B/token", Better: "lower", Assume: exact,
			Doc:    "Bytes of weights and of keys and values read per useful token.",
			Source: "own"},
		{Name: "peak_memory", Unit: "B", Better: "lower", Assume: sample,
			Doc:    "Largest resident memory of the process while the batch was decoded, weights of the run included.",
			Source: "Linux VmHWM, reset before each batch"},
		{Name: "peak_cache", Unit: "B", Better: "lower", Assume: exact,
			Doc:    "Largest key/value cache held for a request.",
			Source: "own"},
		{Name: "exact_match", Unit: "share", Better: "higher", Assume: sample,
			Doc:    "Share of instances whose answer the exact checker accepts. Compare with the chance level of the rung.",
			Source: "checker of the workload"},
		{Name: "partial", Unit: "share", Better: "higher", Assume: sample,
			Doc:    "Mean share of an answer that is right, in the unit of the workload (items, cells, steps).",
			Source: "checker of the workload"},
		{Name: "violations_per_100", Unit: "violation/100 constraints", Better: "lower", Assume: sample,
			Doc:    "Broken constraints per 100 constraints of the instances, as a ratio of sums. A missing place breaks its constraint.",
			Source: "checker of the workload"},
	}
}
