package view

import (
	"fmt"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Tries is the share of instances that at least one of K independent answers
// solves.
type Tries struct {
	K      int             `json:"k"`
	Solved *stats.Estimate `json:"solved"` // in [0, 1]
}

// Tries lists solve@k for every k up to the number of independent answers that
// each instance of the row has; nil where that is one. The interval is over
// instances. A decoder that asks the checker has no independent answers.
func (v *View) Tries(r *Row) []Tries {
	if !r.Usable() || r.data() == nil || r.data().tries > 1 {
		return nil
	}
	all, most := r.data().tallies(exact)
	if most < 2 {
		return nil
	}
	var list []Tries
	for k := 1; k <= most; k++ {
		if e, err := triesOf(all, k, v.boot); err == nil {
			list = append(list, Tries{k, &e})
		}
	}
	return list
}

// tallies counts the instances that were judged, and their least number of
// independent answers.
func (u *units) tallies(right field) (all []result.Tries, least int) {
	for _, inst := range u.instances {
		t := result.CountTries(inst.requests, right)
		if t.N == 0 {
			continue
		}
		if all = append(all, t); len(all) == 1 || t.N < least {
			least = t.N
		}
	}
	return all, least
}

// triesOf is the mean over instances of the unbiased estimate.
func triesOf(all []result.Tries, k int, boot *stats.Bootstrap) (stats.Estimate, error) {
	var xs []float64
	for _, t := range all {
		xs = append(xs, stats.PassAtK(t.N, t.Right, k))
	}
	return boot.Share(xs)
}

// passes is the most independent answers that a metric asks for.
const passes = 10

// atK is pass@k by a field, in per cent, k being the least number of independent
// answers of an instance, at most [passes]. A decoder that tried k times until
// the checker accepted has found a right answer if there is one among k.
func atK(name string, right field) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		if u.tries > 1 {
			e, err := boot.Share(means(u.instances, right))
			e.Method = fmt.Sprintf("%s@%d, %d tries with the checker, %s", name, u.tries, u.tries, e.Method)
			return e.Times(100), err
		}
		all, k := u.tallies(right)
		if k = min(k, passes); k < 2 {
			return stats.Estimate{}, stats.ErrNoData
		}
		e, err := triesOf(all, k, boot)
		e.Method = fmt.Sprintf("%s@%d, unbiased estimate, %s", name, k, e.Method)
		return e.Times(100), err
	}
}

// tries is how often a cell tries until the checker accepts; 1 for all that do
// not ask it.
func tries(c result.Cell) int {
	if !c.Oracle() {
		return 1
	}
	return c.Tries()
}

// amongSamples is the mean over instances, in per cent, of a score of the pool of
// independent answers to one and the same instance. All pools are of the size
// of the smallest one, because such scores depend on the size.
func amongSamples(score func(pool [][]string, seed uint64) (float64, bool)) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		_, least := u.tallies(exact)
		if least < 2 {
			return stats.Estimate{}, stats.ErrNoData
		}
		var xs []float64
		for _, inst := range u.instances {
			if x, ok := score(inst.pool(least), u.seed); ok {
				xs = append(xs, x)
			}
		}
		e, err := boot.Mean(xs)
		e.Method = fmt.Sprintf("pools of %d answers to one instance, %s", least, e.Method)
		return e.Times(100), err
	}
}

// pool are the first n independent answers of an instance, in words.
func (inst unit) pool(n int) [][]string {
	var pool [][]string
	seen := map[uint64]bool{}
	for _, q := range inst.requests {
		if q.Exact != nil && !seen[q.Seed] && len(pool) < n {
			seen[q.Seed] = true
			pool = append(pool, coherence.Words(q.Output))
		}
	}
	return pool
}

func distinctPairs(pool [][]string, _ uint64) (float64, bool) { return coherence.Distinct(pool, 2) }
