package view

import (
	"math"
	"slices"

	"dllmbench/harness/result"
)

// Matched compares a setting of one engine with that setting of another which
// costs (or solves) as much, on the instances that both decoded.
type Matched struct {
	Point *Point
	A, B  *Row // B was found for A
	// Far is nil where B itself is near enough. Else A lies between the measured
	// neighbours B and Far, which differ in one number only, and everything below
	// is on the straight line between them (costs on a logarithmic scale), of
	// which Weight is the way from B to Far.
	Far    *Row
	Weight float64

	CostA, CostB float64 // of what was made equal: tokens, passes, FLOPs, seconds, or percent solved

	Comparison         // how B stands to A
	Work       float64 // FLOPs of B over those of A; NaN when unknown
}

// Equal holds the comparisons at one matching.
type Equal struct {
	By     string // one of [result.Matchings]
	Found  []Matched
	Missed []Missed
}

// Missed is a setting for which the other engine has none that is near enough,
// and no two neighbours around it.
type Missed struct {
	Point *Point
	A     *Row
	Label string // of the other engine
}

// Equals makes the comparisons that the run asks for; nil when it asks for none.
func (v *View) Equals() []Equal {
	if v.Header.Match == nil {
		return nil
	}
	return v.EqualsBy(*v.Header.Match)
}

// EqualsBy makes these comparisons: of every two engines of a point, for each
// setting of the one with fewer settings the nearest of the other, all of them
// where several are equally near.
func (v *View) EqualsBy(m result.Match) []Equal {
	list := make([]Equal, len(m.By))
	for i, by := range m.By {
		list[i].By = by
		each := make([]Equal, len(v.Points))
		parallel(len(v.Points), func(k int) string { return v.Points[k].Task() }, func(k int) { each[k] = matcher{v, v.Points[k], m, by}.all() })
		for _, e := range each {
			list[i].Found = append(list[i].Found, e.Found...)
			list[i].Missed = append(list[i].Missed, e.Missed...)
		}
	}
	return list
}

// matcher makes the comparisons of a point at one matching.
type matcher struct {
	view  *View
	point *Point
	match result.Match
	by    string
}

func (m matcher) all() Equal {
	known := slices.DeleteFunc(slices.Clone(m.point.Rows), func(r *Row) bool { _, ok := m.cost(r, nil); return !r.Usable() || !ok })
	engines := Groups(known, (*Row).Decoder)
	e := Equal{}
	for i, first := range engines {
		for _, second := range engines[i+1:] {
			few, many := first, second
			if len(many) < len(few) {
				few, many = many, few
			}
			for _, a := range few {
				found := m.find(a, many)
				if len(found) == 0 {
					e.Missed = append(e.Missed, Missed{m.point, a, many[0].Decoder()})
				}
				e.Found = append(e.Found, found...)
			}
		}
	}
	return e
}

// find compares a setting with the nearest of the other engine's, or with the
// line between two of them.
func (m matcher) find(a *Row, others []*Row) []Matched {
	away := map[*Row]float64{} // 0 is equal
	for _, b := range others {
		away[b] = m.away(a, b)
	}
	var list []Matched
	for _, b := range m.nearest(others, away) {
		list = append(list, m.compare(a, b, b, 0))
	}
	if list != nil {
		return list
	}
	least := math.Inf(1)
	for _, pair := range neighbours(others) {
		x, y := away[pair[0]], away[pair[1]]
		if span := math.Abs(y - x); x*y < 0 && span < least {
			list, least = []Matched{m.compare(a, pair[0], pair[1], -x/(y-x))}, span
		}
	}
	return list
}

// away is how far b is from a in what is made equal, on the instances of both:
// the logarithm of the ratio of costs, or the difference in points.
func (m matcher) away(a, b *Row) float64 {
	x, okX := m.cost(a, b)
	y, okY := m.cost(b, a)
	switch {
	case !okX || !okY:
		return math.NaN()
	case m.by == result.MatchQuality:
		return y - x
	}
	return math.Log(y / x)
}

// nearest lists the settings that are near enough and nearest.
func (m matcher) nearest(others []*Row, away map[*Row]float64) []*Row {
	var most float64
	switch m.by {
	case result.MatchQuality:
		most = m.match.Points
	case result.MatchTokens:
		most = math.Log1p(1e-9) // exp(ln x) is not quite x
	default:
		most = math.Log(m.match.Factor * (1 + 1e-9))
	}
	var near []*Row
	for _, b := range others {
		switch d := math.Abs(away[b]); {
		case !(d <= most): // NaN too
		case near == nil || d < most:
			near, most = []*Row{b}, d
		default:
			near = append(near, b)
		}
	}
	return near
}

// cost is what is made equal, over the instances that other has too (all of
// them if it is nil); false when it is unknown.
func (m matcher) cost(r, other *Row) (float64, bool) {
	if r.paired == nil {
		return 0, false
	}
	switch m.by {
	case result.MatchTokens:
		return float64(r.Cell.Budget), true
	case result.MatchNFE:
		return shared(r, other, func(s *instanceScore) (float64, bool) { return s.passes / s.n, true })
	case result.MatchFLOPs:
		return shared(r, other, meanFLOPs)
	case result.MatchTime:
		x, ok := shared(r, other, func(s *instanceScore) (float64, bool) { return s.seconds, !math.IsNaN(s.seconds) })
		return math.Exp(x), ok
	}
	x, ok := shared(r, other, func(s *instanceScore) (float64, bool) { return s.exact, !math.IsNaN(s.exact) })
	return 100 * x, ok
}

// logSeconds makes the mean of a time a geometric one, as ratios of times are.
func logSeconds(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || *q.E2ENs <= 0 {
		return 0, false
	}
	return math.Log(float64(*q.E2ENs) / 1e9), true
}

func meanFLOPs(s *instanceScore) (float64, bool) { return s.flops / s.n, true }

// shared is the mean of a number of instances over those that both rows have.
func shared(r, other *Row, of func(*instanceScore) (float64, bool)) (float64, bool) {
	has := map[result.Name]bool{}
	if other != nil {
		for _, s := range other.pairs().scores {
			_, has[s.instance] = of(&s)
		}
	}
	total, n := 0.0, 0
	for _, s := range r.pairs().scores {
		if x, ok := of(&s); ok && (other == nil || has[s.instance]) {
			total, n = total+x, n+1
		}
	}
	return total / float64(max(n, 1)), n > 0 && !math.IsNaN(total)
}

// compare fills a comparison in; far is b where nothing is interpolated.
func (m matcher) compare(a, b, far *Row, weight float64) Matched {
	c := Matched{Point: m.point, A: a, B: b, Comparison: compare(a, b, far, weight, m.view.boot), Work: work(a, b)}
	m.view.said.Load().add(a, b, far, c.Comparison)
	c.CostA, _ = m.cost(a, b)
	c.CostB, _ = m.cost(b, a)
	if far != b {
		c.Far, c.Weight, c.CostB = far, weight, c.CostA
		c.Work = math.Exp((1-weight)*math.Log(c.Work) + weight*math.Log(work(a, far)))
	}
	return c
}

// work is the FLOPs of b over those of a; NaN when unknown.
func work(a, b *Row) float64 {
	x, okX := shared(a, b, meanFLOPs)
	y, okY := shared(b, a, meanFLOPs)
	if !okX || !okY || x <= 0 || y <= 0 {
		return math.NaN()
	}
	return y / x
}
