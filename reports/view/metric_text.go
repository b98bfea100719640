package view

import (
	"fmt"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// texts are the outputs of a cell by instance, in words: that of the first run,
// because the same text again is no more variety.
type texts struct {
	firsts []*result.Request
	words  [][]int32 // by number
}

// newTexts returns nil if nothing was written: the cell was not judged by text.
func newTexts(instances []unit) *texts {
	t, vocabulary := &texts{}, coherence.Vocabulary{}
	for _, inst := range instances {
		q := inst.requests[0]
		if q.Exact == nil {
			continue
		}
		t.firsts = append(t.firsts, q)
		t.words = append(t.words, vocabulary.Number(coherence.Words(q.Output)))
	}
	if len(t.firsts) == 0 {
		return nil
	}
	return t
}

// textField reads a number from an output; false where it has none.
type textField func(q *result.Request, words []int32) (float64, bool)

// textMean is the mean of a field over outputs, multiplied by a factor.
func textMean(f textField, by float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		if u.texts == nil {
			return stats.Estimate{}, stats.ErrNoData
		}
		var xs []float64
		for i, q := range u.texts.firsts {
			if x, ok := f(q, u.texts.words[i]); ok {
				xs = append(xs, x)
			}
		}
		e, err := boot.Mean(xs)
		return e.Times(by), err
	}
}

func entropy(n int) textField {
	return func(_ *result.Request, words []int32) (float64, bool) { return coherence.Entropy(words, n), true }
}

func validEntropy(q *result.Request, words []int32) (float64, bool) {
	if q.InSupport == nil || !*q.InSupport {
		return 0, false
	}
	return coherence.Entropy(words, 1), true
}

func crossEntropy(q *result.Request, words []int32) (float64, bool) {
	if q.LogProb == nil || len(words) == 0 {
		return 0, false
	}
	return -*q.LogProb / float64(len(words)), true
}

func repetition(_ *result.Request, words []int32) (float64, bool) {
	return coherence.Repetition(words, 4)
}

// distinct is distinct-n of the first texts of the pool.
func distinct(n int) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		pool := u.pool()
		x, ok := coherence.Distinct(pool, n)
		if !ok {
			return stats.Estimate{}, stats.ErrNoData
		}
		return stats.Estimate{Value: 100 * x, N: len(pool), Method: fmt.Sprintf("pool of %d texts", len(pool))}, nil
	}
}

func selfBLEU(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
	pool := u.pool()
	x, ok := coherence.SelfBLEU(pool, u.seed)
	if !ok {
		return stats.Estimate{}, stats.ErrNoData
	}
	return stats.Estimate{Value: 100 * x, N: len(pool),
		Method: fmt.Sprintf("pool of %d texts, each against %d others, seed %d", len(pool), min(len(pool)-1, coherence.PoolReferences), u.seed)}, nil
}

// pool are the first texts of the cell.
func (u *units) pool() [][]int32 {
	if u.texts == nil {
		return nil
	}
	return u.texts.words[:min(len(u.texts.words), coherence.PoolTexts)]
}

func adjacentRate(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.texts == nil {
		return stats.Estimate{}, stats.ErrNoData
	}
	var nums, dens []float64
	for _, words := range u.texts.words {
		repeats, of := coherence.Adjacent(words)
		nums, dens = append(nums, float64(repeats)), append(dens, float64(of))
	}
	e, err := boot.RatioOfSums(nums, dens)
	return e.Times(100), err
}

// areaOf is the area under the coherence curve of a direction, in per cent.
func areaOf(direction string) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		for _, c := range u.curves {
			if c.Direction == direction && c.Area != nil {
				return c.Area.Times(100), nil
			}
		}
		return stats.Estimate{}, stats.ErrNoData
	}
}

// Kinds is the share of kept constraints of a row by kind and direction; nil for
// rows without constraints.
func (v *View) Kinds(r *Row) []coherence.Kind {
	u := r.answers()
	if u == nil {
		return nil
	}
	return coherence.Kinds(u.observed, v.boot)
}
