package view

import (
	"math"
	"slices"
	"sync"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
)

// Point gathers the rows of a place, which may be compared with each other.
type Point struct {
	place.Place

	Rows []*Row
	// Reference is the usable row that the others are compared with, chosen by
	// [place.Reference]; nil when there is none.
	Reference *Row
	// Against holds the comparison of a usable row with the reference.
	Against map[*Row]Comparison

	extra string // what tells its name from others
}

// Comparison is a paired comparison of two rows of a point, on the instances
// (and pair blocks) that both have.
type Comparison struct {
	// Speed is how many times as fast the row is as the reference: the typical
	// ratio of the times for the same instance, or of its times per useful token where
	// PerToken is set. Above 1 the row is faster.
	Speed    *stats.Estimate
	PerToken bool
	SpeedP   float64 // two-sided exact signed-rank p of Speed being 1
	// Exact is the row's exact-match minus the reference's, in percentage points.
	Exact *stats.Estimate
	// ExactTest is the exact test of Exact being 0, which its interval inverts:
	// McNemar's, or by flips of signs where an instance was answered in more than
	// one way.
	ExactTest stats.Test
}

// points groups the rows, in linear time.
func points(rows []*Row) []*Point {
	var out []*Point
	var places []place.Place
	for _, group := range Groups(rows, func(r *Row) place.Place { return place.Of(r.Cell) }) {
		p := &Point{Place: place.Of(group[0].Cell), Rows: group}
		out, places = append(out, p), append(places, p.Place)
	}
	names := place.Name(places, taskOf)
	for _, p := range out {
		p.extra = names.Extra(p.Place)
	}
	return out
}

// Trained are the points with trained weights: those whose answers mean something.
func (v *View) Trained() []*Point {
	return slices.DeleteFunc(slices.Clone(v.Points), func(p *Point) bool { return p.CostOnly })
}

// TrainedTitle is the title of their table: weights of imported numbers are only a name.
func (v *View) TrainedTitle() string {
	if slices.ContainsFunc(v.Trained(), func(p *Point) bool { return p.Origin == "" }) {
		return "Trained weights"
	}
	return "Imported: measured by other programs"
}

// compare fills Reference and Against.
func (p *Point) compare(v *View) {
	p.Against = map[*Row]Comparison{}
	p.measureLengths()
	var rows []*Row
	var cells []result.Cell
	for _, r := range p.Rows {
		if r.Eligible() {
			rows, cells = append(rows, r), append(cells, r.Cell)
		}
	}
	i := place.Reference(cells, "")
	if i < 0 {
		return
	}
	p.Reference = rows[i]
	for _, r := range p.Rows {
		if r.Usable() && r != p.Reference {
			p.Against[r] = v.Compare(p.Reference, r)
		}
	}
}

// Baseline is the reference of a point if it writes one token after another from
// left to right, else nil.
func (p *Point) Baseline() *Row {
	if p.Reference == nil || !place.Baseline(p.Reference.Cell) {
		return nil
	}
	return p.Reference
}

// Versus names what the rows of a run are compared with: short for headings ("AR")
// and in words ("the autoregressive decoder"). Where a reference is none, it is
// called by its own name.
func (v *View) Versus() (short, words string) {
	baselines := true
	for _, p := range v.Points {
		if p.Reference == nil {
			continue
		}
		baselines = baselines && p.Baseline() != nil
		if short == "" {
			short = Clean(p.Reference.Name)
		} else if short != Clean(p.Reference.Name) {
			short = "reference"
		}
	}
	switch {
	case baselines:
		return "AR", "the autoregressive decoder"
	case short == "reference":
		return short, "the reference of the task"
	}
	return short, short
}

// Compare compares two usable rows of one point: how b stands to a.
func (v *View) Compare(a, b *Row) Comparison {
	c := compare(a, b, b, 0, v.boot)
	v.said.Load().add(a, b, b, c)
	return c
}

// Counting is the number of statements at 95% on two decoders that f makes by
// comparing rows of the view, with those on the references that every view makes:
// on speed and on quality, of every two rows once.
func (v *View) Counting(f func()) int {
	s := &said{pairs: map[[3]string]int{}}
	for _, p := range v.Points {
		for r, c := range p.Against {
			s.add(p.Reference, r, r, c)
		}
	}
	v.said.Store(s)
	f()
	v.said.Store(nil)
	total := 0
	for _, n := range s.pairs {
		total += n
	}
	return total
}

// said counts the statements of comparisons, by the ids of their cells; nil counts
// nothing.
type said struct {
	mu    sync.Mutex
	pairs map[[3]string]int
}

func (s *said) add(a, b, far *Row, c Comparison) {
	if s == nil {
		return
	}
	key := [3]string{min(a.Cell.ID, b.Cell.ID), max(a.Cell.ID, b.Cell.ID)}
	if far != b {
		key[2] = far.Cell.ID
	}
	n := 0
	for _, e := range []*stats.Estimate{c.Speed, c.Exact} {
		if e != nil && e.CI != nil {
			n++
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pairs[key] = n
}

// compare says how b stands to a; or, where far is another row than b, how what
// lies between b and far does, unit by unit: weight is the way from b to far, which
// the intervals take as known. Times are compared on a logarithmic scale.
func compare(a, b, far *Row, weight float64, boot *stats.Bootstrap) Comparison {
	var c Comparison
	c.PerToken = a.perToken
	pa, pb := a.pairs(), b.pairs()
	order, near := unitLogs(pa, pb, c.PerToken)
	beyond, pfar := near, pb
	if far != b {
		pfar = far.pairs()
		_, beyond = unitLogs(pa, pfar, c.PerToken)
	}
	var logs []float64
	for _, u := range order {
		if y, ok := beyond[u]; ok {
			logs = append(logs, (1-weight)*near[u]+weight*y)
		}
	}
	if e, err := stats.PairedRatio(logs); err == nil {
		c.Speed, c.SpeedP = &e, stats.SignedRankP(logs)
	}
	if a.Cell.CostOnly || b.Cell.CostOnly {
		return c
	}
	if e, test, err := exactDifference(pa, pb, pfar, weight, boot); err == nil {
		e = e.Times(100)
		c.Exact, c.ExactTest = &e, test
	}
	return c
}

// exactDifference is the paired difference of exact-match to a, with the test of its
// being 0. Shares of runs, and what lies between two rows, have no exact counts.
func exactDifference(a, b, far *paired, weight float64, boot *stats.Bootstrap) (stats.Estimate, stats.Test, error) {
	theirs, beyond := solved(a), solved(far)
	var diffs []float64
	var solvedA, solvedB []bool
	counts := far == b
	for _, s := range b.scores {
		if math.IsNaN(s.exact) {
			continue
		}
		x, ok := theirs[s.instance]
		y, both := beyond[s.instance]
		if !ok || !both {
			continue
		}
		diffs = append(diffs, (1-weight)*s.exact+weight*y-x)
		solvedA, solvedB = append(solvedA, x == 1), append(solvedB, s.exact == 1)
		counts = counts && isWhole(x) && isWhole(s.exact)
	}
	if counts {
		e, err := stats.PairedProportions(solvedA, solvedB)
		if err != nil {
			return e, stats.Test{}, err
		}
		test, err := stats.McNemar(solvedA, solvedB)
		return e, test, err
	}
	return boot.Difference(diffs)
}

func isWhole(x float64) bool { return x == 0 || x == 1 }

// NotWorse reports whether the row is shown to solve less than [verdict.Margin]
// fewer than the reference: the whole interval lies above that loss. It is the
// one-sided test of non-inferiority at half of the interval's error rate.
func (c Comparison) NotWorse() bool {
	return c.Exact != nil && c.Exact.CI != nil && c.Exact.CI.Low > -100*verdict.Margin
}

// SolvesMore says which way the difference in exact match is shown to lie: +1
// more, −1 less, 0 when that is open. The interval inverts the exact test, so
// both say the same. known is false when so few instances could not show any
// difference.
func (c Comparison) SolvesMore() (side int, known bool) {
	switch {
	case c.Exact == nil || c.Exact.CI == nil || c.ExactTest.MinP > 1-stats.Level:
		return 0, false
	case c.Exact.CI.Contains(0):
		return 0, true
	case c.Exact.Value > 0:
		return 1, true
	}
	return -1, true
}
