package result

// coherenceMetrics are the metrics of texts: what they keep, how varied and how
// likely they are, and what programs do.
//
// Statistics of words are made from the first run of each instance: the same
// text again is not more variety.
func coherenceMetrics() []Metric {
	return []Metric{
		{Name: "validity", Title: "valid", Unit: "%", Better: "higher", Quality: true, Group: Coherence,
			Doc:    "Share of outputs that the generator of the workload could have written, whatever its probability. Unknown where the workload does not know its own law; the exact match says then what is right. Wilson interval.",
			Source: "exact law of the generator"},
		{Name: "coherence_backward", Title: "C back", Unit: "%", Better: "higher", Quality: true, Group: Coherence,
			Doc: "Area under the distance-resolved coherence of backward constraints, whose cause stands before the place that is checked: the mean, over the bins of distance (0, 1, 2–3, 4–7, …) that at least five instances have, of the share of kept constraints. A missing place counts as broken."},
		{Name: "coherence_lookahead", Title: "C ahead", Unit: "%", Better: "higher", Quality: true, Group: Coherence,
			Doc: "The same of lookahead constraints, whose cause stands after the place that is checked: what is written first must fit what is written later."},
		{Name: "cross_entropy", Title: "CE", Unit: "nats/word", Better: "lower", Quality: true, Group: Coherence, With: []string{"validity", "entropy_1_valid"},
			Doc:    "Oracle cross-entropy: mean over the valid outputs of −ln p(output) / words, p being the exact law of the generator. No smoothing: an output outside of the support has no finite value and is counted in validity instead. A decoder that repeats the likeliest text has a low value, so it is read beside the entropy of the same outputs, at equal entropy only (within 0.05 nats) or as a frontier over temperature.",
			Source: "exact law of the generator; the pair with entropy as in Generative Frontiers (arXiv 2604.02718)"},
		{Name: "entropy_1_valid", Title: "H1 valid", Unit: "nats", Better: "higher", Quality: true, Group: Coherence, With: []string{"validity"},
			Doc:    "entropy_1 of the valid outputs alone: the partner of cross_entropy, which is about the same texts.",
			Source: "as entropy_1"},
		{Name: "sequence_error_rate", Title: "SER", Unit: "%", Better: "lower", Quality: true, Group: Coherence,
			Doc:    "100 − validity: share of outputs with any error at all. A decoder can be right in nearly every token and still fail nearly every sequence.",
			Source: "Feng et al. 2025 (arXiv 2502.09622)"},

		{Name: "solve_at_k", Title: "solve@k", Unit: "%", Better: "higher", Quality: true, Group: Coherence,
			Doc:    "Share of instances that at least one of k independent answers solves fully, unbiased estimate, mean over instances; k is the number of samples of the scenario, at most 10, or the tries of a decoder that tries until the checker accepts (best_of). k stands in the method; unknown for k = 1. The same for every checker as pass_at_k for Go functions.",
			Source: "Chen et al. 2021 (arXiv 2107.03374), equation 1"},

		{Name: "planted_mended", Title: "mended", Unit: "%", Better: "higher", Quality: true, Group: Coherence, With: []string{"planted_spoiled"},
			Doc: "Σ planted wrong tokens that end right / Σ planted wrong tokens (key planted): whether a decoder repairs errors that it did not make and that count as written without doubt. Unknown without planted errors."},
		{Name: "planted_spoiled", Title: "spoiled", Unit: "%", Better: "lower", Quality: true, Group: Coherence,
			Doc: "Σ right tokens of the start canvas that end wrong / Σ right tokens of it: what repairing costs, and what a decoder breaks that is given nothing wrong."},

		{Name: "entropy_1", Title: "H1", Unit: "nats", Better: "higher", Quality: true, Group: Variety,
			Doc:    "Entropy of the words of one output, −Σ f ln f over their frequencies f, mean over outputs. Longer texts have more; an empty text has 0.",
			Source: "unigram entropy of samples as in Dieleman et al. 2022 (arXiv 2211.15089)"},
		{Name: "entropy_2", Title: "H2", Unit: "nats", Better: "higher", Quality: true, Group: Variety,
			Doc:    "The same of pairs of neighbouring words.",
			Source: "as entropy_1"},
		{Name: "distinct_1", Title: "dist-1", Unit: "%", Better: "higher", Quality: true, Group: Variety,
			Doc:    "Different words / all words of the pool: the first run of each instance, at most 200. It falls with the size of the pool and the length of texts; compare equal pools only. No interval.",
			Source: "Li et al. 2016 (arXiv 1510.03055)"},
		{Name: "distinct_2", Title: "dist-2", Unit: "%", Better: "higher", Quality: true, Group: Variety,
			Doc:    "The same of pairs of neighbouring words.",
			Source: "as distinct_1"},
		{Name: "distinct_3", Title: "dist-3", Unit: "%", Better: "higher", Quality: true, Group: Variety,
			Doc:    "The same of triples.",
			Source: "as distinct_1"},
		{Name: "seq_rep_4", Title: "rep-4", Unit: "%", Better: "lower", Quality: true, Group: Variety,
			Doc:    "1 − different / all runs of four words within one output, mean over the outputs that have one.",
			Source: "Welleck et al. 2019 (arXiv 1908.04319)"},
		{Name: "adjacent_repetition", Title: "ARR", Unit: "%", Better: "lower", Quality: true, Group: Variety,
			Doc: "Adjacent repetition rate: share of words that equal the word before them. The typical fault of writing several words in one pass without knowing of each other."},
		{Name: "self_bleu_4", Title: "sBLEU-4", Unit: "%", Better: "lower", Quality: true, Group: Variety,
			Doc:    "Mean BLEU-4 of outputs against other outputs of the same cell: the first 200 instances, each against 100 others drawn with a fixed seed. 100 means that every text is made of pieces of others. Depends on the number of texts. No interval.",
			Source: "Zhu et al. 2018, Texygen (arXiv 1802.01886)"},
		{Name: "sample_distinct_2", Title: "dist-2 same", Unit: "%", Better: "higher", Quality: true, Group: Variety,
			Doc:    "distinct_2 of the independent answers to one and the same instance (key samples), mean over instances: how much a decoder varies when it is asked again. Prompts have no part in it. Depends on the number of samples, which stands in the method. Unknown for one sample.",
			Source: "as distinct_1"},
		{Name: "sample_self_bleu_4", Title: "sBLEU same", Unit: "%", Better: "lower", Quality: true, Group: Variety,
			Doc:    "self_bleu_4 of the independent answers to one and the same instance, mean over instances; 100 means that asking again gives the same text. Unknown for one sample.",
			Source: "as self_bleu_4"},
		{Name: "judge_bits", Title: "judge", Unit: "bits/token", Better: "lower", Quality: true, Group: Variety, With: []string{"entropy_1"},
			Doc:    "Bits per token of the outputs under the autoregressive mode of the judge checkpoint: Σ nats / Σ tokens / ln 2. For texts without an oracle. Dull and repeated text is likely, so it is read beside the entropy, and a judge that shares its weights with a decoder favours that decoder.",
			Source: "generative perplexity as in Sahoo et al. 2024 (arXiv 2406.07524), in bits"},

		{Name: "acc", Title: "acc", Unit: "%", Better: "higher", Quality: true, Group: Quality,
			Doc:    "Share of instances whose right choice has the largest log probability (score: likelihood), or the least bound of it: see Cell.Rates. Bounds of different families have slack of different size.",
			Source: "lm-evaluation-harness, acc"},
		{Name: "acc_norm", Title: "acc_norm", Unit: "%", Better: "higher", Quality: true, Group: Quality,
			Doc:    "The same of the log probability divided by the characters of the choice.",
			Source: "lm-evaluation-harness, acc_norm"},
		{Name: "acc_bytes", Title: "acc_bytes", Unit: "%", Better: "higher", Quality: true, Group: Quality,
			Doc:    "The same of the log probability divided by the bytes of the choice.",
			Source: "lm-evaluation-harness, acc_bytes"},

		{Name: "parses", Title: "parses", Unit: "%", Better: "higher", Quality: true, Group: Code,
			Doc:    "Share of outputs that make a file of Go, or a program of Python, that parses.",
			Source: "go/parser"},
		{Name: "type_checks", Title: "compiles", Unit: "%", Better: "higher", Quality: true, Group: Code,
			Doc:    "Share of outputs that parse and whose types are right.",
			Source: "go/types"},
		{Name: "undeclared", Title: "undecl", Unit: "%", Better: "lower", Quality: true, Group: Code,
			Doc:    "Share of the names used in an output that nothing declares, mean over outputs; all of them if it does not parse.",
			Source: "go/types"},
		{Name: "bracket_error", Title: "brackets", Unit: "%", Better: "lower", Quality: true, Group: Code,
			Doc: "Share of the brackets of an output that have no partner, mean over outputs."},
		{Name: "pass_at_1", Title: "pass@1", Unit: "%", Better: "higher", Quality: true, Group: Code,
			Doc:    "Share of outputs that return what they have to in every call, or pass all tests. Unknown for decoders that ask the checker which of several tries to keep: that is pass@k.",
			Source: "Chen et al. 2021 (arXiv 2107.03374)"},
		{Name: "pass_at_k", Title: "pass@k", Unit: "%", Better: "higher", Quality: true, Group: Code,
			Doc:    "Probability that at least one of k independent outputs passes, unbiased estimate from the outputs with different seeds that each instance has, k being their least number over instances, at most 10; or the share solved by a decoder that tries k times until the checker accepts (best_of). k stands in the method; unknown for k = 1.",
			Source: "Chen et al. 2021 (arXiv 2107.03374), equation 1"},
	}
}

// otherMetrics are made from more than request records.
func otherMetrics() []Metric {
	return []Metric{
		{Name: "calibration_error", Title: "ECE", Unit: "%", Better: "lower", Quality: true, Group: Quality, From: "trace",
			Doc:    "Expected calibration error of committed tokens: mean over commits of the distance between confidence and share of right tokens in ten bins of equal width. Rules that commit above a threshold of confidence rest on it.",
			Source: "Naeini et al. 2015; Guo et al. 2017 (arXiv 1706.04599)"},
		{Name: "bits_per_token", Title: "bits/tok", Unit: "bits/token", Better: "lower", Quality: true, Group: Quality, From: "likelihood",
			Doc:    "Bits per token of the reference answers under the weights, also by position: exact left to right, upper bounds for full and block diffusion, which have slack of different size and do not rank decoders.",
			Source: "Ou et al. 2024 (arXiv 2406.03736); Sahoo et al. 2024 (arXiv 2406.07524)"},
	}
}
