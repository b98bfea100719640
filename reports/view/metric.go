package view

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/engines/usage"
	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Metric names one value of a row; [result.Metrics] says what each one is.
type Metric string

// The metrics that reports speak of by name.
const (
	Exact      Metric = "exact_match"
	Partial    Metric = "partial"
	Violations Metric = "violations_per_100"
	E2E        Metric = "e2e"
	E2E95      Metric = "e2e_p95"
	TTFT       Metric = "ttft"
	TTFC       Metric = "ttfc"
	ICL        Metric = "icl"
	LongestGap Metric = "icl_max"
	Latency    Metric = "latency"
	Goodput    Metric = "goodput"
	Forward    Metric = "time_per_forward"
	Throughput Metric = "tokens_per_s"
	Chars      Metric = "chars_per_s"
	NFE        Metric = "nfe"
	TPF        Metric = "tpf"
	FLOPs      Metric = "flops_per_token"
	Peak       Metric = "peak_memory"
	Steps      Metric = "denoising_steps"

	Validity          Metric = "validity"
	CoherenceBackward Metric = "coherence_backward"
	CoherenceAhead    Metric = "coherence_lookahead"
	CrossEntropy      Metric = "cross_entropy"
	EntropyValid      Metric = "entropy_1_valid"
	Entropy           Metric = "entropy_1"
	JudgeBits         Metric = "judge_bits"
)

// Definition is what [result.Metrics] says of the metric. It panics for a name
// that is not there.
func (m Metric) Definition() result.Metric {
	for _, d := range result.Metrics() {
		if d.Name == string(m) {
			return d
		}
	}
	panic(fmt.Sprintf("view: unknown metric %q", string(m)))
}

// estimator computes a metric from the usable requests of a cell.
type estimator func(*units, *stats.Bootstrap) (stats.Estimate, error)

// estimators has a function for each entry of [result.Metrics] that is not the mean
// of a counter, in the unit that is given there. Their forms follow below, the fields
// of requests are in metric_field.go, what is made from texts is in metric_text.go.
var estimators = map[Metric]estimator{
	"exact_match":        shareOf(exact, 1),
	"partial":            meanOf(partial, 100),
	"violations_per_100": ratioOf(violations, constraints, 100),
	"e2e":                medianOf(e2eMs),
	"e2e_p95":            p95Of(e2eMs),
	"ttft":               medianOf(ttftMs),
	"ttfc":               medianOf(ttfcMs),
	"time_per_forward": func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		return boot.RatioOfSums(sums(u.timed, e2eMs, nfe))
	},
	"tokens_per_s":      rateOf(useful),
	"tpf":               ratioOf(useful, nfe, 1),
	"acceptance_length": ratioOf(accepted, verifying, 1),
	"flops_per_token":   ratioOf(flops, useful, 1e-6),
	"bytes_per_token":   ratioOf(bytesRead, useful, 1e-6),
	"peak_memory":       largestOf(peakMB),
	"peak_cache":        largestOf(cacheMB),
	"alloc_bytes":       allocated(func(a *result.Allocations) int64 { return a.Bytes }, 1e-3),
	"alloc_objects":     allocated(func(a *result.Allocations) int64 { return a.Objects }, 1),

	"validity":            shareOf(inSupport, 1),
	"sequence_error_rate": shareOf(inSupport, -1),
	"coherence_backward":  areaOf(coherence.Backward),
	"coherence_lookahead": areaOf(coherence.Lookahead),
	"cross_entropy":       textMean(crossEntropy, 1),
	"entropy_1_valid":     textMean(validEntropy, 1),
	"entropy_1":           textMean(entropy(1), 1),
	"entropy_2":           textMean(entropy(2), 1),
	"distinct_1":          distinct(1),
	"distinct_2":          distinct(2),
	"distinct_3":          distinct(3),
	"seq_rep_4":           textMean(repetition, 100),
	"adjacent_repetition": adjacentRate,
	"self_bleu_4":         selfBLEU,
	"judge_bits":          ratioOf(judgeNats, judgeTokens, 1/math.Ln2),

	"ttfb":                   medianOf(ttfbMs),
	"tpot":                   medianOf(tpotMs),
	"icl":                    medianOf(iclMs),
	"icl_max":                medianOf(longestGapMs),
	"latency_per_token":      medianOf(latencyPerToken),
	"chars_per_s":            rateOf(chars),
	"latency_per_char":       medianOf(latencyPerChar),
	"committed_tokens_per_s": rateOf(committed),
	"latency":                medianOf(latencyMs),
	"latency_p95":            p95Of(latencyMs),
	"queue":                  meanOf(queueMs, 1),
	"goodput":                goodput,
	"billed_tokens":          meanOf(billed, 1),
	"billed_per_useful":      ratioOf(billed, useful, 1),
	"price_per_correct": func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		return ratioOf(u.price, exact, 1)(u, boot)
	},
	"steps_per_canvas":   stepsPerCanvas,
	"committed_per_step": ratioOf(counterAmong(usage.CommittedTokens, usage.DenoisingSteps), steps, 1),
	"energy_per_token":   energyPerToken,

	"acc":       shareOf(result.Aspect("acc"), 1),
	"acc_norm":  shareOf(result.Aspect("acc_norm"), 1),
	"acc_bytes": shareOf(result.Aspect("acc_bytes"), 1),

	"parses":        shareOf(result.Aspect("parses"), 1),
	"type_checks":   shareOf(result.Aspect("type_checks"), 1),
	"undeclared":    shareOf(result.Aspect("declared"), -1),
	"bracket_error": shareOf(result.Aspect("brackets"), -1),
	"pass_at_1":     passAt1,
	"pass_at_k":     atK("pass", result.Aspect("passes")),

	"planted_mended":  ratioOf(draftOf(func(d *result.Fate) int { return d.Mended }), draftOf(func(d *result.Fate) int { return d.Wrong }), 100),
	"planted_spoiled": ratioOf(draftOf(func(d *result.Fate) int { return d.Spoiled }), draftOf(func(d *result.Fate) int { return d.Right }), 100),

	"solve_at_k":         atK("solve", exact),
	"sample_distinct_2":  amongSamples(distinctPairs),
	"sample_self_bleu_4": amongSamples(coherence.SelfBLEU),
}

// estimatorOf computes a metric: one that is made from a single counter and has no
// function of its own is the mean of the counter.
func estimatorOf(d result.Metric) estimator {
	if e, own := estimators[Metric(d.Name)]; own || len(d.Counters) != 1 {
		return e
	}
	return meanOf(result.Counted(d.Counters[0]), 1)
}

// medianOf is the median of a time over the units of times.
func medianOf(f field) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		return stats.Median(means(u.timed, f))
	}
}

// meanOf is the mean of a field over instances, multiplied by a factor.
func meanOf(f field, by float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		e, err := boot.Mean(means(u.instances, f))
		return e.Times(by), err
	}
}

// ratioOf is the ratio of the sums of two fields over instances, multiplied by
// a factor.
func ratioOf(num, den field, by float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		nums, dens := sums(u.instances, num, den)
		e, err := boot.RatioOfSums(nums, dens)
		return e.Times(by), err
	}
}

// largestOf is the maximum of a field over all requests, without an interval.
func largestOf(f field) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		xs := u.each(f)
		if len(xs) == 0 {
			return stats.Estimate{}, stats.ErrNoData
		}
		return stats.Estimate{Value: slices.Max(xs), N: len(xs), Method: "maximum"}, nil
	}
}

// shareOf is the share of instances with a field of 1, in per cent, or with −1
// the share of the others.
func shareOf(f field, sign float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		e, err := boot.Share(means(u.instances, f))
		return e.Moved(50-50*sign, 100*sign), err
	}
}

// p95Of is the 95th percentile of a time over all requests.
func p95Of(f field) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		return stats.Quantile(u.each(f), 95)
	}
}

// rateOf is a count per second of wall time.
func rateOf(count field) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		if len(u.each(count)) == 0 { // nobody counted
			return stats.Estimate{}, stats.ErrNoData
		}
		return boot.RatioOfSums(u.rate(count))
	}
}

// allocated is what one request of the counted batch allocated, multiplied by a
// factor. A single batch was counted, so there is no interval.
func allocated(of func(*result.Allocations) int64, by float64) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		if u.heap == nil || u.heap.Requests < 1 {
			return stats.Estimate{}, stats.ErrNoData
		}
		method := "one untimed batch"
		if u.heap.Earlier == 0 {
			method = "first batch: memory that is kept is in it"
		}
		return stats.Estimate{Value: by * float64(of(u.heap)) / float64(u.heap.Requests), N: u.heap.Requests, Method: method}, nil
	}
}

// passAt1 is unknown for a decoder that asked the checker: its answer is one of
// several, see atK.
func passAt1(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.tries > 1 {
		return stats.Estimate{}, stats.ErrNoData
	}
	return shareOf(result.Aspect("passes"), 1)(u, boot)
}

// stepsPerCanvas relates denoising steps to the canvases that were filled.
func stepsPerCanvas(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	canvases := func(q *result.Request) (float64, bool) {
		n, some := counterAmong(usage.CommittedTokens, usage.DenoisingSteps)(q)
		return n / u.canvas, some
	}
	return boot.RatioOfSums(sums(u.instances, steps, canvases))
}

// energyPerToken shares the energy of a batch among its requests.
func energyPerToken(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	energy := func(q *result.Request) (float64, bool) {
		x, ok := energyMJ(q)
		return x / float64(max(1, u.batch)), ok
	}
	return boot.RatioOfSums(sums(u.timed, energy, useful))
}

// goodput is good requests per second: by session where requests came as a
// load, else by unit of times.
func goodput(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.good == nil {
		return stats.Estimate{}, stats.ErrNoData
	}
	count := result.Truth(func(q *result.Request) *bool { good := isGood(u.good, q); return &good })
	good, seconds := u.sessions(count)
	if seconds == nil {
		good, seconds = u.rate(count)
	}
	return boot.RatioOfSums(good, seconds)
}

// Steps is the mean number of denoising steps of a request, and false for rows
// without requests and for autoregressive rows, which have none.
func (r *Row) Steps() (float64, bool) {
	e := r.Values[Steps]
	if e == nil || e.Value == 0 {
		return 0, false
	}
	return e.Value, true
}
