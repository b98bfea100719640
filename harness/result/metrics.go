package result

import (
	"cmp"
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
	return usual(slices.Concat(speedMetrics(), deliveryMetrics(), coherenceMetrics()))
}

// Registry is Metrics and those that are made from something else, see
// Metric.From.
func Registry() []Metric { return append(Metrics(), usual(otherMetrics())...) }

// usual fills in what most metrics have in common: they vary from run to run, and
// nobody else has defined them.
func usual(list []Metric) []Metric {
	for i := range list {
		list[i].Assume, list[i].Source = cmp.Or(list[i].Assume, sample), cmp.Or(list[i].Source, "own")
	}
	return list
}

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
	if g == Variety {
		return "Variety and likelihood"
	}
	return strings.ToUpper(string(g[:1])) + string(g[1:])
}

// speedMetrics are what every run is about: right answers, time and work.
func speedMetrics() []Metric {
	return []Metric{
		{Name: "exact_match", Title: "exact", Unit: "%", Better: "higher", Quality: true, Group: Quality,
			Doc:    "Share of instances answered fully correctly, by the exact checker; an instance counts once, however often it was run. Compare with the chance level of the rung. Wilson interval.",
			Source: "checker of the workload"},
		{Name: "e2e", Title: "e2e", Unit: "ms", Better: "lower", Group: Speed,
			Doc:    "End-to-end latency: from the start of decoding the batch to the last commit of a request. Median over instances (their repetitions averaged), or over pair blocks where a cell has fewer than six instances or batches; interval between order statistics.",
			Source: "as in vLLM and AIPerf, without network and queue"},
		{Name: "tokens_per_s", Title: "tok/s", Unit: "useful tokens/s", Better: "higher", Group: Speed, Counters: []usage.Counter{usage.UsefulTokens},
			Doc:    "Σ useful tokens / Σ seconds of batch wall time. Useful tokens are those before the first stop token, without prompt, padding and mask; canvas positions do not count.",
			Source: "ratio of sums as in dInfer's tokens per second (arXiv 2510.08666); useful instead of canvas tokens is our own"},
		{Name: "nfe", Title: "NFE", Unit: "forward passes", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.NFE},
			Doc:    "Number of function evaluations: forward passes that a request took part in, prefill and cache commits included; mean. Passes are of unequal cost: read it with flops_per_token.",
			Source: "Sahoo et al. 2024, MDLM (arXiv 2406.07524)"},
		{Name: "violations_per_100", Title: "viol/100", Unit: "per 100 constraints", Better: "lower", Quality: true, Group: Quality,
			Doc:    "Broken constraints per 100 constraints of the instances: Σ broken / Σ constraints. Constraints belong to the instance, so a missing part of an answer is a violation.",
			Source: "checker of the workload"},
		{Name: "ttft", Title: "TTFT", Unit: "ms", Better: "lower", Group: Speed,
			Doc:    "Time to first token: until position 0 of the answer holds its final token. A decoder that fills the canvas in any order may take nearly the whole time for it. Median as for e2e.",
			Source: "own; equals the usual definition for autoregressive decoding"},
		{Name: "time_per_forward", Title: "ms/fwd", Unit: "ms", Better: "lower", Group: Speed, Counters: []usage.Counter{usage.NFE},
			Doc: "Time per forward pass: Σ time of requests / Σ forward passes, choosing tokens and bookkeeping included."},
		{Name: "flops_per_token", Title: "MFLOP/tok", Unit: "MFLOP/useful token", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.FLOPs, usage.UsefulTokens},
			Doc:    "Floating-point operations of matrix products and attention as really computed (a multiply-add is 2), in millions per useful token: Σ FLOPs / Σ useful tokens.",
			Source: "counting convention of Kaplan et al. 2020 (arXiv 2001.08361), attention added"},
		{Name: "tpf", Title: "TPF", Unit: "useful tokens/pass", Better: "higher", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.UsefulTokens, usage.NFE},
			Doc:    "Tokens per forward: Σ useful tokens / Σ forward passes. One diffusion pass costs more than one cached autoregressive pass: read it with flops_per_token.",
			Source: "dInfer (arXiv 2510.08666), with useful tokens"},
		{Name: "partial", Title: "partial", Unit: "%", Better: "higher", Quality: true, Group: Quality,
			Doc:    "Mean share of the answer that is right, by the workload's own unit (items, cells, steps).",
			Source: "checker of the workload"},
		{Name: "ttfc", Title: "TTFC", Unit: "ms", Better: "lower", Group: Speed,
			Doc: "Time to first commit: until any position of the answer holds its final token. Median as for e2e."},
		{Name: "denoising_steps", Title: "steps", Unit: "denoising steps", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.DenoisingSteps},
			Doc:    "Forward passes from which tokens were chosen by denoising; mean. 0 for autoregressive decoding.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "acceptance_length", Title: "accepted", Unit: "tokens/verifying pass", Better: "higher", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.AcceptedTokens, usage.VerifyingPasses},
			Doc:    "Acceptance length of speculation: Σ drafted tokens written as proposed / Σ passes that verified a draft; the token that a verifying pass adds of its own is not counted. Unknown without speculation.",
			Source: "Leviathan et al. 2023 (arXiv 2211.17192), without the bonus token"},
		{Name: "bytes_per_token", Title: "MB/tok", Unit: "MB/useful token", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.WeightBytes, usage.CacheReadBytes, usage.UsefulTokens},
			Doc: "Bytes of weights and of keys and values read per useful token, in 10⁶; the weights count anew for every request of a batch."},
		{Name: "peak_cache", Title: "cache", Unit: "MB", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.PeakCacheBytes},
			Doc: "Largest key/value cache held for a request, in 10⁶ bytes; counted exactly."},
		{Name: "peak_memory", Title: "peak", Unit: "MB", Better: "lower", Group: Cost,
			Doc:    "Largest resident memory of the process while a batch was decoded, in 10⁶ bytes; with `run --isolate` that of one decoder and its weights, else the weights of the whole run are in it and only differences between cells mean something.",
			Source: "Linux VmHWM, reset before each batch"},
		{Name: "alloc_bytes", Title: "alloc", Unit: "kB/request", Better: "lower", Group: Cost,
			Doc:    "Bytes allocated on the heap for a request, in 10³ bytes: those of the last, untimed batch of the warm-up over its requests. Memory that a decoder keeps from batch to batch is not allocated again. Unknown without warm-up.",
			Source: "Go runtime"},
		{Name: "alloc_objects", Title: "objects", Unit: "objects/request", Better: "lower", Group: Cost,
			Doc:    "Objects allocated on the heap for a request, counted as alloc_bytes. The same from run to run but for a few objects of the program itself.",
			Source: "Go runtime"},
		{Name: "e2e_p95", Title: "e2e p95", Unit: "ms", Better: "lower", Group: Speed,
			Doc:    "95th percentile of e2e over all requests; unknown below 130 of them, because fewer cannot show it.",
			Source: "as in vLLM and AIPerf"},
	}
}

// deliveryMetrics say how the text reaches a reader, and what the diffusion
// counters are under the names that vLLM gave them.
func deliveryMetrics() []Metric {
	return []Metric{
		{Name: "ttfb", Title: "TTFB", Unit: "ms", Better: "lower", Group: Speed,
			Doc: "Time to first block: until all positions of the first block, up to the end of the text, are final. The block is that of the decoder: one token for a decoder that writes one at a time, the whole canvas for full diffusion. Median as for e2e."},
		{Name: "tpot", Title: "TPOT", Unit: "ms/token", Better: "lower", Group: Speed,
			Doc:    "Time per output token behind the first delivery: (e2e − time of the first delivery) / (useful tokens − tokens of the first delivery). A token is delivered when it and all before it are final. Unknown when everything comes at once. Median as for e2e.",
			Source: "as in vLLM and AIPerf where the first delivery is one token; theirs divides by n − 1 however many came"},
		{Name: "icl", Title: "ICL", Unit: "ms", Better: "lower", Group: Speed,
			Doc:    "Inter-chunk latency: mean time between two deliveries of a request, however many tokens each brings; gaps are never spread over tokens. Unknown with a single delivery. Median as for e2e.",
			Source: "AIPerf"},
		{Name: "icl_max", Title: "ICL max", Unit: "ms", Better: "lower", Group: Speed,
			Doc: "Longest time between two deliveries of a request; median as for e2e."},
		{Name: "latency_per_token", Title: "ms/tok", Unit: "ms/useful token", Better: "lower", Group: Speed, Counters: []usage.Counter{usage.UsefulTokens},
			Doc:    "End-to-end latency over useful tokens, the first token and all waiting included. Median as for e2e.",
			Source: "called TPOT by GuideLLM"},
		{Name: "chars_per_s", Title: "char/s", Unit: "characters/s", Better: "higher", Group: Speed,
			Doc: "Σ characters of the useful text / Σ seconds of batch wall time: what compares decoders whose tokenizers differ."},
		{Name: "latency_per_char", Title: "ms/char", Unit: "ms/character", Better: "lower", Group: Speed,
			Doc: "End-to-end latency over the characters of the useful text. Median as for e2e."},
		{Name: "committed_tokens_per_s", Title: "commits/s", Unit: "committed tokens/s", Better: "higher", Group: Speed, Counters: []usage.Counter{usage.CommittedTokens},
			Doc:    "Σ committed tokens / Σ seconds of batch wall time. Tokens after the end of the text count, so a decoder that fills a long canvas looks fast: read it with tokens_per_s.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "latency", Title: "latency", Unit: "ms", Better: "lower", Group: Speed,
			Doc:    "Latency under load: from the moment at which a request came, waiting for the decoder included, to its last commit. Median over instances. Unknown in runs without a load.",
			Source: "own; from the intended start, so that no wait is left out"},
		{Name: "latency_p95", Title: "latency p95", Unit: "ms", Better: "lower", Group: Speed,
			Doc: "95th percentile of latency over all requests; unknown below 130 of them."},
		{Name: "queue", Title: "queue", Unit: "ms", Better: "lower", Group: Speed,
			Doc: "Time that requests waited for the decoder under load; mean."},
		{Name: "goodput", Title: "goodput", Unit: "good requests/s", Better: "higher", Group: Speed,
			Doc:    "Requests that keep all limits of the run, on time and on quality, per second: of the session under load, else of batch wall time. TTFT and e2e count from the moment a request came; a limit that was not measured is not kept. Unknown in runs without limits.",
			Source: "as in vLLM, with quality"},
		{Name: "billed_tokens", Title: "billed", Unit: "tokens of the server", Better: "lower", Group: Cost,
			Doc:    "Output tokens that the server of an endpoint counted for a request, thinking included, in tokens of its own; mean. Not to be divided by another server's.",
			Source: "usage of OpenAI-compatible servers"},
		{Name: "billed_per_useful", Title: "waste", Unit: "billed tokens/useful token", Better: "lower", Group: Cost, Counters: []usage.Counter{usage.UsefulTokens},
			Doc: "Σ output tokens that the server counted / Σ useful tokens of the declared tokenizer: 1 where all that is billed is text and both tokenizers agree; above it thinking, padding of a canvas, or a finer tokenizer."},
		{Name: "price_per_correct", Title: "price/right", Unit: "price/right answer", Better: "lower", Group: Cost,
			Doc: "Σ price of all requests, by the server's counts and the prices in the user's file of endpoints / Σ fully correct answers. Unknown without prices."},
		{Name: "canvas_positions", Title: "canvas", Unit: "positions", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.CanvasPositions},
			Doc:    "Positions that the decoder was allowed to write; mean.",
			Source: "name of vLLM DiffusionMetrics, which counts them again in every step"},
		{Name: "committed_tokens", Title: "commits", Unit: "tokens", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.CommittedTokens},
			Doc:    "Tokens committed, those after the end of the text and those revised later included; mean.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "useful_tokens", Title: "useful", Unit: "tokens", Better: "higher", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.UsefulTokens},
			Doc: "Useful tokens of a request: those before the first stop token, without prompt, padding, mask and fixed text; mean. More is better only for the same answer."},
		{Name: "steps_per_canvas", Title: "steps/canvas", Unit: "denoising steps", Better: "lower", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.DenoisingSteps, usage.CommittedTokens},
			Doc:    "Denoising steps per canvas of the decoder's block length, or of the whole budget without blocks: Σ denoising steps / (Σ committed tokens / length of the canvas). Unknown without denoising.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "committed_per_step", Title: "commits/step", Unit: "tokens", Better: "higher", Assume: exact, Group: Cost, Counters: []usage.Counter{usage.CommittedTokens, usage.DenoisingSteps},
			Doc:    "Σ committed tokens / Σ denoising steps. Unknown without denoising.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "energy_per_token", Title: "mJ/tok", Unit: "mJ/useful token", Better: "lower", Group: Cost, Counters: []usage.Counter{usage.UsefulTokens},
			Doc:    "Energy that the processor packages of the machine took while batches were decoded, per useful token: Σ energy / Σ useful tokens. Unknown where the system shows no counter.",
			Source: "Linux powercap, whole machine"},
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
