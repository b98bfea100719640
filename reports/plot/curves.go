package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// curves is what a panel of curves shows: a metric against a number, a curve for
// each kind of row.
type curves struct {
	title  string
	points []*view.Point
	key    func(*view.Row) string // the same for the rows of a curve
	name   func(*view.Row) string // of the curve
	look   func(key string, n int) style
	x      string // title of the axis
	at     func(*view.Point, *view.Row) (float64, bool)
	y      view.Metric
	rise   bool // one curve at least has two points
	level  bool // with the reference of the point, which has no x
	fit    bool // with the exponent of each curve
}

// curves draws the panel; false when there are no two different x.
func (m *maker) curves(c curves) (panel, bool) {
	log := c.y != view.Exact
	list := collect(c.points, c.key, c.name, c.look, func(p *view.Point, r *view.Row) (point, bool) {
		x, ok := c.at(p, r)
		q, known := pointAt(x, r.Values[c.y], log)
		return q, ok && known && x > 0
	})
	xs := xValues(list)
	if len(xs) < 2 || c.rise && !slices.ContainsFunc(list, func(s *series) bool { return len(xValues([]*series{s})) > 1 }) {
		return panel{}, false
	}
	for i, x := range xs { // means need not be whole, labels are
		xs[i] = math.Round(x)
	}
	if r := c.points[0].Baseline(); c.level && r != nil {
		if q, ok := pointAt(1, r.Values[c.y], log); ok {
			list = append([]*series{{name: view.Clean(r.Name), style: c.look(c.key(r), 0), level: true, points: []point{q}}}, list...)
		}
	}
	pn := panel{title: view.Clean(c.title), x: axis{title: c.x, log: true, values: xs}, y: axis{title: axisTitle(c.y), log: true}}
	pn.series, pn.notes = uncrowd(list)
	if !log {
		pn.y = percent
		spread(pn.series, numberSpread)
	}
	if c.fit {
		pn.finish = func() { m.exponents(c, pn.series) }
	}
	return pn, true
}

// pointAt is the point of a value; false where a logarithmic axis cannot show it.
func pointAt(x float64, e *stats.Estimate, log bool) (point, bool) {
	switch {
	case e == nil || log && e.Value <= 0:
		return point{}, false
	case log:
		return point{x: x, y: e.Value, yi: positive(e.CI)}, true
	}
	return point{x: x, y: e.Value, yi: e.CI}, true
}

// maxFitted is the most points of a fit: the interval of a longer series takes
// seconds to resample.
const maxFitted = 16

// exponents fits a power law to each curve that is named.
func (m *maker) exponents(c curves, list []*series) {
	for _, s := range list {
		if s.key == "" {
			continue
		}
		var xs []float64
		var rows []*view.Row
		for _, p := range c.points {
			for _, r := range p.Rows {
				if x, ok := c.at(p, r); ok && r.Usable() && c.key(r) == s.key {
					xs, rows = append(xs, x), append(rows, r)
				}
			}
		}
		if len(rows) > maxFitted {
			continue
		}
		if e, err := m.v.Scaling(c.y, xs, rows); err == nil {
			s.fit = fmt.Sprintf("k = %.2f", e.Value)
			if e.CI != nil {
				s.fit += fmt.Sprintf(" [%.2f, %.2f]", e.CI.Low, e.CI.High)
			}
		}
	}
}

// collect makes one series for each key from the usable rows, ordered by x, with
// the name of the first row. look gives the style of the nth.
func collect(ps []*view.Point, key, name func(*view.Row) string, look func(key string, n int) style, at func(*view.Point, *view.Row) (point, bool)) []*series {
	byKey := map[string]*series{}
	var list []*series
	for _, p := range ps {
		for _, r := range p.Rows {
			if !r.Usable() {
				continue
			}
			q, ok := at(p, r)
			if !ok {
				continue
			}
			k := key(r)
			s := byKey[k]
			if s == nil {
				s = &series{key: k, name: view.Clean(name(r)), style: look(k, len(list)), joined: true}
				byKey[k] = s
				list = append(list, s)
			}
			q.pooled = r.Cell.Samples > 1
			s.points = append(s.points, q)
		}
	}
	for _, s := range list {
		slices.SortStableFunc(s.points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	}
	return list
}

// xValues lists the different x of all series in order.
func xValues(list []*series) []float64 {
	var xs []float64
	for _, s := range list {
		for _, p := range s.points {
			xs = append(xs, p.x)
		}
	}
	slices.Sort(xs)
	return slices.Compact(xs)
}

// positive drops an interval that a logarithmic axis cannot show.
func positive(iv *stats.Interval) *stats.Interval {
	if iv == nil || iv.Low <= 0 {
		return nil
	}
	return iv
}

// axisTitle names a metric in full, with its unit.
func axisTitle(m view.Metric) string {
	d := m.Definition()
	return cmp.Or(map[view.Metric]string{
		view.E2E:          "latency, e2e (ms)",
		view.NFE:          "forward passes, NFE",
		view.FLOPs:        "MFLOP per useful token",
		view.TPF:          "useful tokens per pass",
		view.Throughput:   d.Unit,
		view.EntropyValid: "entropy of words, valid texts (nats)",
		view.Entropy:      "entropy of words (nats)",
		view.CrossEntropy: "oracle cross-entropy (nats/word)",
		view.JudgeBits:    "likelihood by the judge (bits/token)",
		view.Validity:     "valid texts (%)",
		view.Exact:        "exact match (%)",
	}[m], d.Title+" ("+d.Unit+")")
}
