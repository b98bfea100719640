package gate

import (
	"fmt"
	"slices"

	"dllmbench/harness/result"
)

// counter is an exact counter of a request.
type counter struct {
	name  string // as in results.jsonl
	words string // in sentences
	of    func(*result.Request) int64
}

// counters lists the exact counters, the most telling first: a sentence names
// the first one that differs.
func counters() []counter {
	return []counter{
		{"nfe", "forward passes", func(r *result.Request) int64 { return int64(r.NFE) }},
		{"denoising_steps", "denoising steps", func(r *result.Request) int64 { return int64(r.DenoisingSteps) }},
		{"committed_tokens", "committed tokens", func(r *result.Request) int64 { return int64(r.CommittedTokens) }},
		{"revised_tokens", "revised tokens", func(r *result.Request) int64 { return int64(r.RevisedTokens) }},
		{"useful_tokens", "useful tokens", func(r *result.Request) int64 { return int64(r.UsefulTokens) }},
		{"canvas_positions", "canvas positions", func(r *result.Request) int64 { return int64(r.CanvasPositions) }},
		{"prompt_tokens", "prompt tokens", func(r *result.Request) int64 { return int64(r.PromptTokens) }},
		{"flops", "floating-point operations", func(r *result.Request) int64 { return r.FLOPs }},
		{"query_tokens", "rows pushed through the network", func(r *result.Request) int64 { return r.QueryTokens }},
		{"attended_keys", "attended keys", func(r *result.Request) int64 { return r.AttendedKeys }},
		{"logit_rows", "rows of logits", func(r *result.Request) int64 { return r.LogitRows }},
		{"sampled_logits", "logits read to choose tokens", func(r *result.Request) int64 { return r.SampledLogits }},
		{"weight_bytes", "bytes of weights read", func(r *result.Request) int64 { return r.WeightBytes }},
		{"cache_read_bytes", "bytes of cache read", func(r *result.Request) int64 { return r.CacheReadBytes }},
		{"cache_write_bytes", "bytes of cache written", func(r *result.Request) int64 { return r.CacheWriteBytes }},
		{"peak_cache_bytes", "largest cache in bytes", func(r *result.Request) int64 { return r.PeakCacheBytes }},
		{"prefill_passes", "passes that read the prompt", func(r *result.Request) int64 { return int64(r.Prefill.Passes) }},
		{"commit_passes", "passes that store finished text", func(r *result.Request) int64 { return int64(r.Commit.Passes) }},
		{"drafted_tokens", "drafted tokens", func(r *result.Request) int64 { return int64(r.DraftedTokens) }},
		{"accepted_tokens", "accepted tokens", func(r *result.Request) int64 { return int64(r.AcceptedTokens) }},
		{"verifying_passes", "verifying passes", func(r *result.Request) int64 { return int64(r.VerifyingPasses) }},
	}
}

// The exact facts of a request that are not numbers.
const (
	outputCounter = "output_sha256"
	finishCounter = "finish"
)

// CounterNames lists what an accepted difference may name.
func CounterNames() []string {
	var names []string
	for _, c := range counters() {
		names = append(names, c.name)
	}
	return append(names, outputCounter, finishCounter)
}

// sources are the counters that exact metrics of reports are made from.
var sources = map[string][]string{
	"nfe": {"nfe"}, "denoising_steps": {"denoising_steps"}, "tpf": {"useful_tokens", "nfe"},
	"flops_per_token": {"flops", "useful_tokens"}, "bytes_per_token": {"weight_bytes", "cache_read_bytes", "useful_tokens"},
	"peak_cache": {"peak_cache_bytes"}, "acceptance_length": {"accepted_tokens", "verifying_passes"},
}

// MadeFrom tells whether a metric of reports is made from a counter. A metric
// that is not listed, such as a score, may depend on every one of them.
func MadeFrom(metric, counter string) bool {
	list, known := sources[metric]
	return !known || slices.Contains(list, counter)
}

// Words explains a counter, for example "nfe (forward passes)".
func Words(name string) string {
	for _, c := range counters() {
		if c.name == name {
			return fmt.Sprintf("%s (%s)", name, c.words)
		}
	}
	switch name {
	case outputCounter:
		return name + " (the hash of the written tokens)"
	case finishCounter:
		return name + " (why decoding ended)"
	}
	return name
}
