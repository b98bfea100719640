package result

import (
	"slices"
	"strings"

	"dllmbench/engines/usage"
)

// Metrics are the definitions of everything that reports derive from the
// records of a run, the most important first: a table that has no room for all of them
// shows the first ones. They are written into each results file, so that the
// file explains itself.
//
// Sums run over the usable requests of a cell. A new metric is an entry here, the
// function of reports/view that computes it, and a line of docs/metrics.md.
func Metrics() []Metric {
	return slices.Concat(speedMetrics(), deliveryMetrics(), coherenceMetrics())
}

// Registry is Metrics and those that are made from something else, see
// Metric.From.
func Registry() []Metric { return append(Metrics(), otherMetrics()...) }

// Group is a set of metrics that answer one question. A table shows a group or
// a few, so that it stays narrow.
type Group string

// The groups.
const (
	Quality   Group = "quality"   // are the answers right?
	Speed     Group = "speed"     // how long does it take?
	Cost      Group = "cost"      // how much is computed, read and held?
	Coherence Group = "coherence" // does the text keep what it has to, near and far?
	Variety   Group = "variety"   // how much do texts vary, and how likely are they?
	Code      Group = "code"      // does the program parse, compile and run?
)

// Groups lists all groups in the order of reports.
func Groups() []Group { return []Group{Quality, Speed, Cost, Coherence, Variety, Code} }

// Title names the group in headings.
func (g Group) Title() string {
	switch g {
	case Quality:
		return "Quality"
	case Speed:
		return "Speed"
	case Cost:
		return "Cost"
	case Coherence:
		return "Coherence"
	case Variety:
		return "Variety and likelihood"
	case Code:
		return "Code"
	}
	return string(g)
}

// speedMetrics are what every run is about: right answers, time and work.
func speedMetrics() []Metric {
	return []Metric{
		{Name: "exact_match", Title: "exact", Unit: "%", Better: "higher", Assume: sample, Quality: true, Group: Quality,
			Doc:    "Share of instances answered fully correctly, by the exact checker; an instance counts once, however often it was run. Compare with the chance level of the rung. Wilson interval.",
			Source: "checker of the workload"},
		{Name: "e2e", Title: "e2e", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "End-to-end latency: from the start of decoding the batch to the last commit of a request. Median over instances (their repetitions averaged), or over pair blocks where a cell has fewer than six instances or batches; interval between order statistics.",
			Source: "as in vLLM and AIPerf, without network and queue"},
		{Name: "tokens_per_s", Title: "tok/s", Unit: "useful tokens/s", Better: "higher", Assume: sample, Group: Speed, Counters: []usage.Counter{usage.UsefulTokens},
			Doc:    "Σ useful tokens / Σ seconds of batch wall time. Useful tokens are those before the first stop token, without prompt, padding and mask; canvas positions do not count.",
			Source: "ratio of sums as in dInfer's tokens per second (arXiv 2510.08666); useful instead of canvas tokens is our own"},
		{Name: "nfe", Title: "NFE", Unit: "forward passes", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.NFE},
			Doc:    "Number of function evaluations: forward passes that a request took part in, prefill and cache commits included; mean. Passes are of unequal cost: read it with flops_per_token.",
			Source: "Sahoo et al. 2024, MDLM (arXiv 2406.07524)"},
		{Name: "violations_per_100", Title: "viol/100", Unit: "per 100 constraints", Better: "lower", Assume: sample, Quality: true, Group: Quality,
			Doc:    "Broken constraints per 100 constraints of the instances: Σ broken / Σ constraints. Constraints belong to the instance, so a missing part of an answer is a violation.",
			Source: "checker of the workload"},
		{Name: "ttft", Title: "TTFT", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "Time to first token: until position 0 of the answer holds its final token. A decoder that fills the canvas in any order may take nearly the whole time for it. Median as for e2e.",
			Source: "own; equals the usual definition for autoregressive decoding"},
		{Name: "time_per_forward", Title: "ms/fwd", Unit: "ms", Better: "lower", Assume: sample, Group: Speed, Counters: []usage.Counter{usage.NFE},
			Doc:    "Time per forward pass: Σ time of requests / Σ forward passes, choosing tokens and bookkeeping included.",
			Source: "own"},
		{Name: "flops_per_token", Title: "MFLOP/tok", Unit: "MFLOP/useful token", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.FLOPs, usage.UsefulTokens},
			Doc:    "Floating-point operations of matrix products and attention as really computed (a multiply-add is 2), in millions per useful token: Σ FLOPs / Σ useful tokens.",
			Source: "counting convention of Kaplan et al. 2020 (arXiv 2001.08361), attention added"},
		{Name: "tpf", Title: "TPF", Unit: "useful tokens/pass", Better: "higher", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.UsefulTokens, usage.NFE},
			Doc:    "Tokens per forward: Σ useful tokens / Σ forward passes. One diffusion pass costs more than one cached autoregressive pass: read it with flops_per_token.",
			Source: "dInfer (arXiv 2510.08666), with useful tokens"},
		{Name: "partial", Title: "partial", Unit: "%", Better: "higher", Assume: sample, Quality: true, Group: Quality,
			Doc:    "Mean share of the answer that is right, by the workload's own unit (items, cells, steps).",
			Source: "checker of the workload"},
		{Name: "ttfc", Title: "TTFC", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "Time to first commit: until any position of the answer holds its final token. Median as for e2e.",
			Source: "own"},
		{Name: "denoising_steps", Title: "steps", Unit: "denoising steps", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.DenoisingSteps},
			Doc:    "Forward passes from which tokens were chosen by denoising; mean. 0 for autoregressive decoding.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "acceptance_length", Title: "accepted", Unit: "tokens/verifying pass", Better: "higher", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.AcceptedTokens, usage.VerifyingPasses},
			Doc:    "Acceptance length of speculation: Σ drafted tokens written as proposed / Σ passes that verified a draft; the token that a verifying pass adds of its own is not counted. Unknown without speculation.",
			Source: "Leviathan et al. 2023 (arXiv 2211.17192), without the bonus token"},
		{Name: "bytes_per_token", Title: "MB/tok", Unit: "MB/useful token", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.WeightBytes, usage.CacheReadBytes, usage.UsefulTokens},
			Doc:    "Bytes of weights and of keys and values read per useful token, in 10⁶; the weights count anew for every request of a batch.",
			Source: "own"},
		{Name: "peak_cache", Title: "cache", Unit: "MB", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.PeakCacheBytes},
			Doc:    "Largest key/value cache held for a request, in 10⁶ bytes; counted exactly.",
			Source: "own"},
		{Name: "peak_memory", Title: "peak", Unit: "MB", Better: "lower", Assume: sample, Group: Cost,
			Doc:    "Largest resident memory of the process while a batch was decoded, in 10⁶ bytes; with `run --isolate` that of one decoder and its weights, else the weights of the whole run are in it and only differences between cells mean something.",
			Source: "Linux VmHWM, reset before each batch"},
		{Name: "alloc_bytes", Title: "alloc", Unit: "kB/request", Better: "lower", Assume: sample, Group: Cost,
			Doc:    "Bytes allocated on the heap for a request, in 10³ bytes: those of the last, untimed batch of the warm-up over its requests. Memory that a decoder keeps from batch to batch is not allocated again. Unknown without warm-up.",
			Source: "Go runtime"},
		{Name: "alloc_objects", Title: "objects", Unit: "objects/request", Better: "lower", Assume: sample, Group: Cost,
			Doc:    "Objects allocated on the heap for a request, counted as alloc_bytes. The same from run to run but for a few objects of the program itself.",
			Source: "Go runtime"},
		{Name: "e2e_p95", Title: "e2e p95", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "95th percentile of e2e over all requests; unknown below 130 of them, because fewer cannot show it.",
			Source: "as in vLLM and AIPerf"},
	}
}

// The ways a metric is assumed to behave from run to run.
const (
	exact  = "exact"  // a counter: the same in every run with the same seed
	sample = "sample" // varies: shown with an interval
)

// Column is the name of the metric where it has to say its unit too, as in the
// header of a CSV file: "e2e_ms", "exact_match_pct", "nfe".
func (m Metric) Column() string {
	unit, _, _ := strings.Cut(m.Unit, "/")
	switch unit {
	case "%":
		unit = "pct"
	case "ms", "MB", "kB", "MFLOP", "mJ", "nats", "bits":
		unit = strings.ToLower(unit)
	default: // counts
		return m.Name
	}
	if strings.Contains(m.Name, unit) {
		return m.Name
	}
	return m.Name + "_" + unit
}
