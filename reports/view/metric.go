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
// of a counter, in the unit that is given there; those of texts are in
// metric_text.go.
var estimators = map[Metric]estimator{
	"exact_match":        shareOf(exact, 1),
	"partial":            meanOf(partial, 100),
	"violations_per_100": ratioOf(violations, constraints, 100),
	"e2e":                medianOf(e2eMs),
	"e2e_p95": func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		return stats.Quantile(u.each(e2eMs), 95)
	},
	"ttft": medianOf(ttftMs),
	"ttfc": medianOf(ttfcMs),
	"time_per_forward": func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		return boot.RatioOfSums(sums(u.timed, e2eMs, nfe))
	},
	"tokens_per_s": func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		num, den, err := u.rate()
		if err != nil {
			return stats.Estimate{}, err
		}
		return boot.RatioOfSums(num, den)
	},
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
	"committed_tokens_per_s": committedRate,
	"latency":                medianOf(latencyMs),
	"latency_p95": func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		return stats.Quantile(u.each(latencyMs), 95)
	},
	"queue":              meanOf(queueMs, 1),
	"goodput":            goodput,
	"steps_per_canvas":   stepsPerCanvas,
	"committed_per_step": ratioOf(counterAmong(usage.CommittedTokens, usage.DenoisingSteps), steps, 1),
	"energy_per_token":   energyPerToken,

	"parses":        aspectMean("parses", 0, 100),
	"type_checks":   aspectMean("type_checks", 0, 100),
	"undeclared":    aspectMean("declared", 100, -100),
	"bracket_error": aspectMean("brackets", 100, -100),
	"pass_at_1":     passAt1,
	"pass_at_k":     atK("pass", passesField),

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

// counterAmong is a counter of the requests in which another one is not 0.
func counterAmong(c, some usage.Counter) field {
	return func(q *result.Request) (float64, bool) { return q.Usage[c].Float(), q.Usage[some] != usage.Known(0) }
}

// Fields of requests. Metrics that are made from an unknown counter are not
// derived, see [units.lacking].
var (
	exact       = result.Solved()
	partial     = result.Number(func(q *result.Request) *float64 { return q.Partial }, 1)
	violations  = result.Number(func(q *result.Request) *int { return q.Violations }, 1)
	constraints = result.Number(func(q *result.Request) *int { return q.Constraints }, 1)
	inSupport   = result.Truth(func(q *result.Request) *bool { return q.InSupport })
	judgeNats   = result.Number(func(q *result.Request) *float64 { return q.JudgeNats }, 1)
	judgeTokens = result.Number(func(q *result.Request) *int { return q.JudgeTokens }, 1)

	e2eMs   = result.Number(func(q *result.Request) *int64 { return q.E2ENs }, 1e6)
	ttftMs  = result.Number(func(q *result.Request) *int64 { return q.TTFTNs }, 1e6)
	ttfcMs  = result.Number(func(q *result.Request) *int64 { return q.TTFCNs }, 1e6)
	ttfbMs  = result.Number(func(q *result.Request) *int64 { return q.TTFBNs }, 1e6)
	queueMs = result.Number(func(q *result.Request) *int64 { return q.QueueNs }, 1e6)
	peakMB  = result.Number(func(q *result.Request) *int64 { return q.PeakBytes }, 1e6)

	nfe       = result.Counted(usage.NFE)
	useful    = result.Counted(usage.UsefulTokens)
	flops     = result.Counted(usage.FLOPs)
	steps     = result.Counted(usage.DenoisingSteps)
	committed = result.Counted(usage.CommittedTokens)
	accepted  = counterAmong(usage.AcceptedTokens, usage.VerifyingPasses)
	verifying = counterAmong(usage.VerifyingPasses, usage.VerifyingPasses)
)

func cacheMB(q *result.Request) (float64, bool) {
	return q.Usage[usage.PeakCacheBytes].Float() / 1e6, true
}
func bytesRead(q *result.Request) (float64, bool) {
	return q.Usage[usage.WeightBytes].Plus(q.Usage[usage.CacheReadBytes]).Float(), true
}

// draftOf reads a count of what became of a start canvas.
func draftOf(count func(*result.Fate) int) field {
	return func(q *result.Request) (float64, bool) {
		if q.Draft == nil {
			return 0, false
		}
		return float64(count(q.Draft)), true
	}
}

// each lists a field over all requests that have it.
func (u *units) each(f field) []float64 {
	var xs []float64
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			if x, ok := f(q); ok {
				xs = append(xs, x)
			}
		}
	}
	return xs
}

// rate lists useful tokens and seconds of wall time by unit.
func (u *units) rate() (tokens, seconds []float64, err error) { return u.rateOf(useful) }

// rateOf lists a count and seconds of wall time by unit.
func (u *units) rateOf(count field) (counts, seconds []float64, err error) {
	for _, t := range u.timed {
		if t.seconds == nil {
			return nil, nil, stats.ErrNoData
		}
		var n, s float64
		for i, q := range t.requests {
			if math.IsNaN(t.seconds[i]) {
				continue
			}
			x, _ := count(q)
			n += x
			s += t.seconds[i]
		}
		if s > 0 {
			counts, seconds = append(counts, n), append(seconds, s)
		}
	}
	return counts, seconds, nil
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
