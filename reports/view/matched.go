package view

import (
	"math"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
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

	Exact *stats.Estimate // how many points more B solves than A; nil for random weights
	Speed *stats.Estimate // how many times as fast B is as A; nil without times
	Both  Comparison      // the same with its tests
	Work  float64         // FLOPs of B over those of A; NaN when unknown
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
		parallel(len(v.Points), func(k int) string { return v.Points[k].Task() }, func(k int) { each[k] = matcher{v.boot, v.Points[k], m, by}.all() })
		for _, e := range each {
			list[i].Found = append(list[i].Found, e.Found...)
			list[i].Missed = append(list[i].Missed, e.Missed...)
		}
	}
	return list
}

// matcher makes the comparisons of a point at one matching.
type matcher struct {
	boot  *stats.Bootstrap
	point *Point
	match result.Match
	by    string
}

func (m matcher) all() Equal {
	var labels []string
	settings := map[string][]*Row{}
	for _, r := range m.point.Rows {
		if _, ok := m.cost(r, nil); !r.Usable() || !ok {
			continue
		}
		l := r.Cell.Label
		if settings[l] == nil {
			labels = append(labels, l)
		}
		settings[l] = append(settings[l], r)
	}
	e := Equal{}
	for i, first := range labels {
		for _, second := range labels[i+1:] {
			few, many := first, second
			if len(settings[many]) < len(settings[few]) {
				few, many = many, few
			}
			for _, a := range settings[few] {
				found := m.find(a, settings[many])
				if len(found) == 0 {
					e.Missed = append(e.Missed, Missed{m.point, a, many})
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
	away := make([]float64, len(others)) // 0 is equal
	for i, b := range others {
		away[i] = m.away(a, b)
	}
	var list []Matched
	for _, i := range m.nearest(away) {
		list = append(list, m.compare(a, others[i], nil, 0))
	}
	if list != nil {
		return list
	}
	var best *Matched
	least := math.Inf(1)
	for _, pair := range neighbours(others) {
		x, y := away[pair[0]], away[pair[1]]
		if span := math.Abs(y - x); x*y < 0 && span < least {
			c := m.compare(a, others[pair[0]], others[pair[1]], -x/(y-x))
			best, least = &c, span
		}
	}
	if best == nil {
		return nil
	}
	return []Matched{*best}
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
func (m matcher) nearest(away []float64) []int {
	if m.by == result.MatchQuality {
		return nearestPoints(away, m.match.Points)
	}
	ratios := make([]float64, len(away))
	for i, d := range away {
		ratios[i] = math.Exp(d)
	}
	factor := m.match.Factor * (1 + 1e-9) // exp(ln x) is not quite x
	if m.by == result.MatchTokens {
		factor = 1 + 1e-9
	}
	return stats.NearestByRatio(1, ratios, factor)
}

func nearestPoints(away []float64, most float64) []int {
	var near []int
	for i, d := range away {
		switch d = math.Abs(d); {
		case !(d <= most): // NaN too
		case near == nil || d < most:
			near, most = []int{i}, d
		default:
			near = append(near, i)
		}
	}
	return near
}

// cost is what is made equal, over the instances that other has too (all of
// them if it is nil); false when it is unknown.
func (m matcher) cost(r, other *Row) (float64, bool) {
	if r.data() == nil {
		return 0, false
	}
	switch m.by {
	case result.MatchTokens:
		return float64(r.Cell.Budget), true
	case result.MatchNFE:
		return shared(r, other, nfe)
	case result.MatchFLOPs:
		return shared(r, other, flops)
	case result.MatchTime:
		x, ok := shared(r, other, logSeconds)
		return math.Exp(x), ok
	}
	x, ok := shared(r, other, exact)
	return 100 * x, ok
}

// logSeconds makes the mean of a time a geometric one, as ratios of times are.
func logSeconds(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || *q.E2ENs <= 0 {
		return 0, false
	}
	return math.Log(float64(*q.E2ENs) / 1e9), true
}

// shared is the mean of a field over the instances that both rows have.
func shared(r, other *Row, f field) (float64, bool) {
	has := map[string]bool{}
	if other != nil {
		for _, u := range other.data().instances {
			_, has[u.requests[0].Instance] = u.mean(f)
		}
	}
	total, n := 0.0, 0
	for _, u := range r.data().instances {
		if x, ok := u.mean(f); ok && (other == nil || has[u.requests[0].Instance]) {
			total, n = total+x, n+1
		}
	}
	return total / float64(max(n, 1)), n > 0 && !math.IsNaN(total)
}

// compare fills a comparison in; far may be nil.
func (m matcher) compare(a, b, far *Row, weight float64) Matched {
	c := Matched{Point: m.point, A: a, B: b, Far: far, Weight: weight}
	c.CostA, _ = m.cost(a, b)
	c.CostB, _ = m.cost(b, a)
	both := Comparison{}
	if far == nil {
		both = compare(a, b, m.boot)
	} else {
		c.CostB = c.CostA
		both = between(a, b, far, weight, m.boot)
	}
	c.Exact, c.Speed, c.Both = both.Exact, both.Speed, both
	c.Work = work(a, b)
	if far != nil {
		c.Work = math.Exp((1-weight)*math.Log(c.Work) + weight*math.Log(work(a, far)))
	}
	return c
}

// work is the FLOPs of b over those of a; NaN when unknown.
func work(a, b *Row) float64 {
	x, okX := shared(a, b, flops)
	y, okY := shared(b, a, flops)
	if !okX || !okY || x <= 0 || y <= 0 {
		return math.NaN()
	}
	return y / x
}
