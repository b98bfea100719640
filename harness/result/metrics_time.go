package result

// deliveryMetrics say how the text reaches a reader, and what the diffusion
// counters are under the names that vLLM gave them.
func deliveryMetrics() []Metric {
	return []Metric{
		{Name: "ttfb", Title: "TTFB", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "Time to first block: until all positions of the first block, up to the end of the text, are final. The block is that of the decoder: one token for a decoder that writes one at a time, the whole canvas for full diffusion. Median as for e2e.",
			Source: "own"},
		{Name: "tpot", Title: "TPOT", Unit: "ms/token", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "Time per output token behind the first delivery: (e2e − time of the first delivery) / (useful tokens − tokens of the first delivery). A token is delivered when it and all before it are final. Unknown when everything comes at once. Median as for e2e.",
			Source: "as in vLLM and AIPerf where the first delivery is one token; theirs divides by n − 1 however many came"},
		{Name: "icl", Title: "ICL", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "Inter-chunk latency: mean time between two deliveries of a request, however many tokens each brings; gaps are never spread over tokens. Unknown with a single delivery. Median as for e2e.",
			Source: "AIPerf"},
		{Name: "icl_max", Title: "ICL max", Unit: "ms", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "Longest time between two deliveries of a request; median as for e2e.",
			Source: "own"},
		{Name: "latency_per_token", Title: "ms/tok", Unit: "ms/useful token", Better: "lower", Assume: sample, Group: Speed,
			Doc:    "End-to-end latency over useful tokens, the first token and all waiting included. Median as for e2e.",
			Source: "called TPOT by GuideLLM"},
		{Name: "committed_throughput", Title: "commits/s", Unit: "committed tokens/s", Better: "higher", Assume: sample, Group: Speed,
			Doc:    "Σ committed tokens / Σ seconds of batch wall time. Tokens after the end of the text count, so a decoder that fills a long canvas looks fast: read it with throughput.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "canvas_positions", Title: "canvas", Unit: "positions", Better: "lower", Assume: exact, Group: Cost,
			Doc:    "Positions that the decoder was allowed to write; mean.",
			Source: "name of vLLM DiffusionMetrics, which counts them again in every step"},
		{Name: "committed_tokens", Title: "commits", Unit: "tokens", Better: "lower", Assume: exact, Group: Cost,
			Doc:    "Tokens committed, those after the end of the text and those revised later included; mean.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "useful_tokens", Title: "useful", Unit: "tokens", Better: "higher", Assume: exact, Group: Cost,
			Doc:    "Useful tokens of a request: those before the first stop token, without prompt, padding, mask and fixed text; mean. More is better only for the same answer.",
			Source: "own"},
		{Name: "steps_per_canvas", Title: "steps/canvas", Unit: "denoising steps", Better: "lower", Assume: exact, Group: Cost,
			Doc:    "Denoising steps per canvas of the decoder's block length, or of the whole budget without blocks: Σ denoising steps / (Σ committed tokens / length of the canvas). Unknown without denoising.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "committed_per_step", Title: "commits/step", Unit: "tokens", Better: "higher", Assume: exact, Group: Cost,
			Doc:    "Σ committed tokens / Σ denoising steps. Unknown without denoising.",
			Source: "vLLM DiffusionMetrics"},
		{Name: "energy_per_token", Title: "mJ/tok", Unit: "mJ/useful token", Better: "lower", Assume: sample, Group: Cost,
			Doc:    "Energy that the processor packages of the machine took while batches were decoded, per useful token: Σ energy / Σ useful tokens. Unknown where the system shows no counter.",
			Source: "Linux powercap, whole machine"},
	}
}
