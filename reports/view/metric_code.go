package view

import (
	"fmt"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// aspect is a further score of the checker by name.
func aspect(name string) field {
	return func(q *result.Request) (float64, bool) {
		x, ok := q.Aspects[name]
		return x, ok
	}
}

// aspectMean is from + by times the mean of an aspect, which lies in [0, 1].
// Where every instance has 0 or 1 it is a share with Wilson's interval.
func aspectMean(name string, from, by float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		e, err := share(means(u.instances, aspect(name)), boot)
		return shifted(e, from, by), err
	}
}

// shareOf is the share of instances with a field of 1, in per cent, or with −1
// the share of the others.
func shareOf(f field, sign float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		e, err := share(means(u.instances, f), boot)
		return shifted(e, 50-50*sign, 100*sign), err
	}
}

// shifted is from + by·e. A negative factor turns the interval around.
func shifted(e stats.Estimate, from, by float64) stats.Estimate {
	e = scaled(e, by)
	e.Value += from
	if e.CI != nil {
		low, high := e.CI.Low+from, e.CI.High+from
		e.CI = &stats.Interval{Low: min(low, high), High: max(low, high)}
	}
	return e
}

// passes is the most independent outputs that pass@k asks for.
const passes = 10

// passAt1 is unknown for a decoder that asked the checker: its answer is one of
// several, see passAtK.
func passAt1(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.tries > 1 {
		return stats.Estimate{}, stats.ErrNoData
	}
	return aspectMean("passes", 0, 100)(u, boot)
}

// passAtK is the mean over instances of pass@k. A decoder that tried k times
// until the checker accepted has found a right output if there is one among k.
// Else it is estimated from outputs with different seeds; outputs with the same
// seed are the same output.
func passAtK(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.tries > 1 {
		e, err := aspectMean("passes", 0, 100)(u, boot)
		e.Method = fmt.Sprintf("pass@%d, %d tries with the checker, %s", u.tries, u.tries, e.Method)
		return e, err
	}
	var all []tally
	k := passes
	for _, inst := range u.instances {
		if t := tallyOf(inst); t.n > 0 {
			all = append(all, t)
			k = min(k, t.n)
		}
	}
	if len(all) == 0 || k < 2 {
		return stats.Estimate{}, stats.ErrNoData
	}
	var xs []float64
	for _, t := range all {
		xs = append(xs, stats.PassAtK(t.n, t.right, k))
	}
	e, err := share(xs, boot)
	e.Method = fmt.Sprintf("pass@%d, unbiased estimate, %s", k, e.Method)
	return scaled(e, 100), err
}

// tally counts independent outputs of an instance, and those that pass.
type tally struct{ n, right int }

func tallyOf(inst unit) tally {
	seen := map[uint64]bool{}
	var t tally
	for _, q := range inst.requests {
		x, ok := q.Aspects["passes"]
		if !ok || seen[q.Seed] {
			continue
		}
		seen[q.Seed] = true
		t.n++
		if x == 1 {
			t.right++
		}
	}
	return t
}

// tries is how often a cell tries until the checker accepts; 1 for all that do
// not ask it.
func tries(c result.Cell) int {
	if c.Options["best_of_pick"] != "checker" {
		return 1
	}
	switch n := c.Options["best_of"].(type) {
	case int:
		return max(n, 1)
	case float64: // as JSON reads it
		return max(int(n), 1)
	}
	return 1
}
