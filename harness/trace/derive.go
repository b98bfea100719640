package trace

import (
	"math"
	"slices"
)

// Derived are the numbers that one trace yields; NaN is "does not apply".
type Derived struct {
	Steps int
	// OrderTau is Kendall's τ-b between position and the step in which it became
	// final, over the useful tokens that were written (not the fixed ones of a
	// template): 1 is left to right, -1 right to left, 0 any order; NaN with fewer
	// than two steps.
	OrderTau float64
	// Parallelism is useful tokens per step that made one of them final.
	Parallelism float64

	// Emergence, as fractions of the steps (workloads.md, claim 4). AnswerRight is
	// the first step from which the result shows rightly for good, AnswerEver
	// the first in which it shows at all, ReasoningRight that of all reasoning
	// tokens, ReasoningDone the step that wrote the last of these. Only for right
	// answers with both spans.
	AnswerRight, AnswerEver, ReasoningRight, ReasoningDone float64

	// Cache audit: share of rows with the same most probable token as without
	// cache, mean KL in nats, mean relative drift of keys and values of the last
	// layer over passes with stale keys.
	Agreement, KL, DriftK, DriftV float64
}

// Derive computes the numbers of a trace.
func Derive(t *Trace) Derived {
	nan := math.NaN()
	d := Derived{OrderTau: nan, Parallelism: nan, AnswerRight: nan, AnswerEver: nan, ReasoningRight: nan, ReasoningDone: nan,
		Agreement: nan, KL: nan, DriftK: nan, DriftV: nan}
	c := CourseOf(t)
	d.Steps = c.Steps
	useful := slices.DeleteFunc(slices.Clone(c.Final[:t.Useful]), func(step int) bool { return step == 0 })
	d.OrderTau = tauB(useful)
	distinct := map[int]bool{}
	for _, step := range useful {
		distinct[step] = true
	}
	if len(distinct) > 0 {
		d.Parallelism = float64(len(useful)) / float64(len(distinct))
	}
	d.emergence(t, &c)
	d.audit(t)
	return d
}

func (d *Derived) emergence(t *Trace, c *Course) {
	reasoning, result, ok := t.Parts()
	if !ok || c.Steps == 0 {
		return
	}
	share := func(step int) float64 {
		if step == 0 {
			return math.NaN()
		}
		return float64(step) / float64(c.Steps)
	}
	d.AnswerRight = share(c.Right(t.Reference, result))
	d.AnswerEver = share(c.EverRight(t.Reference, result))
	d.ReasoningRight = share(c.Right(t.Reference, reasoning))
	d.ReasoningDone = share(c.LastCommit(reasoning))
}

func (d *Derived) audit(t *Trace) {
	rows, agree, kl, stale := 0, 0, 0.0, 0
	var k, v float64
	for _, p := range t.Passes {
		a := p.Audit
		if a == nil {
			continue
		}
		if a.Rows > 0 {
			rows, agree, kl = rows+a.Rows, agree+a.Agree, kl+float64(a.Rows)*float64(a.KL)
		}
		if n := len(a.DriftK); n > 0 && a.DriftK[n-1].Known() && a.DriftV[n-1].Known() {
			stale, k, v = stale+1, k+float64(a.DriftK[n-1]), v+float64(a.DriftV[n-1])
		}
	}
	if rows > 0 {
		d.Agreement, d.KL = float64(agree)/float64(rows), kl/float64(rows)
	}
	if stale > 0 {
		d.DriftK, d.DriftV = k/float64(stale), v/float64(stale)
	}
}

// tauB is Kendall's τ-b of the values against their index: (concordant -
// discordant) / √(pairs · pairs without ties in the values); NaN if all are
// tied. Positions themselves have no ties.
func tauB(values []int) float64 {
	sum, untied, pairs := 0, 0, 0
	for i := range values {
		for j := range i {
			pairs++
			switch {
			case values[i] > values[j]:
				sum, untied = sum+1, untied+1
			case values[i] < values[j]:
				sum, untied = sum-1, untied+1
			}
		}
	}
	if untied == 0 {
		return math.NaN()
	}
	return float64(sum) / math.Sqrt(float64(pairs)*float64(untied))
}

// calibrationBins is the number of bins of equal width over [0, 1].
const calibrationBins = 10

// Calibration compares the confidence of committed tokens with how often they
// are right. The zero value is empty and ready to use.
type Calibration struct {
	Bins [calibrationBins]Bin
}

// Bin holds the commits with confidence in one tenth of [0, 1]; 1 is in the last.
type Bin struct {
	Commits    int
	Right      int
	Confidence float64 // sum
}

// Add takes in the commits of a trace. A commit is right when it is the token
// of the reference at its position, so only answers that are the only correct
// one count; it reports whether this was one. Commits behind the reference's end
// token are left out, as padding is no text.
func (c *Calibration) Add(t *Trace) bool {
	if !t.Unique || t.Reference == nil {
		return false
	}
	for i := range t.Passes {
		for _, k := range t.Passes[i].Committed {
			p := float64(k.Confidence)
			if k.Pos >= len(t.Reference) || math.IsNaN(p) || p < 0 || p > 1 {
				continue
			}
			b := &c.Bins[min(int(p*calibrationBins), calibrationBins-1)]
			b.Commits++
			b.Confidence += p
			if t.Reference[k.Pos] == k.ID {
				b.Right++
			}
		}
	}
	return true
}

// Error is the expected calibration error (Naeini et al. 2015; Guo et al. 2017):
// the mean over commits of |share right - mean confidence| of their bin; NaN
// without commits.
func (c *Calibration) Error() float64 {
	total, sum := 0, 0.0
	for _, b := range c.Bins {
		total += b.Commits
		sum += math.Abs(float64(b.Right) - b.Confidence)
	}
	return sum / float64(total)
}
