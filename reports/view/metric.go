package view

import (
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Metric numbers the values of a row.
type Metric int

// The metrics of a row. [Definitions] says what each one is.
const (
	Exact Metric = iota
	Partial
	Violations
	E2E
	E2E95
	TTFT
	Forward
	Throughput
	NFE
	TPF
	FLOPs
	Peak
	Cache
	Metrics // how many there are
)

// Definition describes a metric of a row and how it is made.
type Definition struct {
	Name    string // in CSV and JSON
	Title   string // column heading
	Unit    string // "" for a plain count
	Better  string // "lower", "higher", "" when neither
	Quality bool   // a score: null for cost-only cells
	Doc     string

	compute func(*units, *stats.Bootstrap) (stats.Estimate, error)
}

// Definitions are the metrics of a row, by [Metric]. To add one, add a constant
// and an entry.
var Definitions = [Metrics]Definition{
	Exact: {"exact_match", "exact", "%", "higher", true,
		"Share of instances answered fully correctly, by the workload's exact checker. One instance counts once, however often it was run. Wilson interval.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			e, err := share(means(u.instances, exact), boot)
			return scaled(e, 100), err
		}},
	Partial: {"partial", "partial", "%", "higher", true,
		"Mean share of the answer that is right, by the workload's own unit (items, cells, steps).",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			e, err := boot.Mean(means(u.instances, partial))
			return scaled(e, 100), err
		}},
	Violations: {"violations_per_100", "viol/100", "per 100 constraints", "lower", true,
		"Broken constraints per 100 constraints of the instances: Σ broken / Σ constraints. Constraints belong to the instance, so a missing part of an answer is a violation.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			num, den := sums(u.instances, violations, constraints)
			e, err := boot.RatioOfSums(num, den)
			return scaled(e, 100), err
		}},
	E2E: {"e2e", "e2e", "ms", "lower", false,
		"Time from the start of decoding to the last commit of a request. Median over instances (their repetitions averaged), or over pair blocks where a cell has fewer than six instances or batches; interval between order statistics.",
		func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
			return stats.Median(means(u.timed, e2eMs))
		}},
	E2E95: {"e2e_p95", "e2e p95", "ms", "lower", false,
		"95th percentile of the time of a request over all requests; unknown below 130 of them.",
		func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
			return stats.Quantile(u.each(e2eMs), 95)
		}},
	TTFT: {"ttft", "TTFT", "ms", "lower", false,
		"Time to first token: until the first leading token (position 0 of the answer) is final. A decoder that fills the canvas in any order may take nearly the whole time for it. Median as for e2e.",
		func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
			return stats.Median(means(u.timed, ttftMs))
		}},
	Forward: {"time_per_forward", "ms/fwd", "ms", "lower", false,
		"Time per forward pass: Σ time of requests / Σ forward passes, sampling and bookkeeping included.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			return boot.RatioOfSums(sums(u.timed, e2eMs, nfe))
		}},
	Throughput: {"throughput", "tok/s", "useful tokens/s", "higher", false,
		"Useful tokens per second: Σ useful tokens / Σ seconds of wall time. Useful tokens are those before the end of the text, without prompt, padding and mask; canvas positions do not count.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			num, den, err := u.rate()
			if err != nil {
				return stats.Estimate{}, err
			}
			return boot.RatioOfSums(num, den)
		}},
	NFE: {"nfe", "NFE", "forward passes", "lower", false,
		"Number of forward passes (network function evaluations) for a request, prefill and commit passes included; mean. Passes are of unequal cost: see FLOPs.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			return boot.Mean(means(u.instances, nfe))
		}},
	TPF: {"tpf", "TPF", "useful tokens/pass", "higher", false,
		"Useful tokens per forward pass: Σ useful tokens / Σ forward passes.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			return boot.RatioOfSums(sums(u.instances, useful, nfe))
		}},
	FLOPs: {"mflop_per_token", "MFLOP/tok", "million FLOP/useful token", "lower", false,
		"Floating-point operations of matrix products and attention (a multiply-add is 2) per useful token: Σ FLOPs / Σ useful tokens.",
		func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
			num, den := sums(u.instances, flops, useful)
			e, err := boot.RatioOfSums(num, den)
			return scaled(e, 1e-6), err
		}},
	Peak: {"peak_memory", "peak", "MB", "lower", false,
		"Largest resident memory of the process while a batch was decoded, in 10⁶ bytes; the weights of the whole run are in it, so only differences between cells mean something.",
		func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
			return u.largest(func(q *result.Request) (float64, bool) {
				if q.PeakBytes == nil {
					return 0, false
				}
				return float64(*q.PeakBytes) / 1e6, true
			})
		}},
	Cache: {"peak_cache", "cache", "MB", "lower", false,
		"Largest key/value cache held for a request, in 10⁶ bytes; counted exactly.",
		func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
			return u.largest(func(q *result.Request) (float64, bool) { return float64(q.PeakCacheBytes) / 1e6, true })
		}},
}

func exact(q *result.Request) (float64, bool) {
	if q.Exact == nil {
		return 0, false
	}
	if *q.Exact {
		return 1, true
	}
	return 0, true
}

func partial(q *result.Request) (float64, bool) {
	if q.Partial == nil {
		return 0, false
	}
	return *q.Partial, true
}

func violations(q *result.Request) (float64, bool)  { return integer(q.Violations) }
func constraints(q *result.Request) (float64, bool) { return integer(q.Constraints) }
func e2eMs(q *result.Request) (float64, bool)       { return milliseconds(q.E2ENs) }
func ttftMs(q *result.Request) (float64, bool)      { return milliseconds(q.TTFTNs) }
func nfe(q *result.Request) (float64, bool)         { return float64(q.NFE), true }
func useful(q *result.Request) (float64, bool)      { return float64(q.UsefulTokens), true }
func flops(q *result.Request) (float64, bool)       { return float64(q.FLOPs), true }
func steps(q *result.Request) (float64, bool)       { return float64(q.DenoisingSteps), true }

func integer(n *int) (float64, bool) {
	if n == nil {
		return 0, false
	}
	return float64(*n), true
}

func milliseconds(ns *int64) (float64, bool) {
	if ns == nil {
		return 0, false
	}
	return float64(*ns) / 1e6, true
}

// scaled multiplies an estimate and its interval.
func scaled(e stats.Estimate, by float64) stats.Estimate {
	e.Value *= by
	if e.CI != nil {
		e.CI = &stats.Interval{Low: e.CI.Low * by, High: e.CI.High * by}
	}
	return e
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

// largest is the maximum of a field over all requests, without an interval.
func (u *units) largest(f field) (stats.Estimate, error) {
	xs := u.each(f)
	if len(xs) == 0 {
		return stats.Estimate{}, stats.ErrNoData
	}
	e := stats.Estimate{Value: xs[0], N: len(xs), Method: "maximum"}
	for _, x := range xs {
		e.Value = max(e.Value, x)
	}
	return e, nil
}

// rate lists useful tokens and seconds of wall time by unit.
func (u *units) rate() (tokens, seconds []float64, err error) {
	for _, t := range u.timed {
		if t.seconds == nil {
			return nil, nil, stats.ErrNoData
		}
		var n, s float64
		for i, q := range t.requests {
			n += float64(q.UsefulTokens)
			s += t.seconds[i]
		}
		tokens, seconds = append(tokens, n), append(seconds, s)
	}
	return tokens, seconds, nil
}

// Steps is the mean number of denoising steps of a request, and false for rows
// without requests and for autoregressive rows, which have none.
func (r *Row) Steps() (float64, bool) {
	if r.units == nil {
		return 0, false
	}
	xs := means(r.units.instances, steps)
	mean := stats.Mean(xs)
	return mean, mean > 0
}
