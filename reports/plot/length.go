package plot

import (
	"fmt"
	"strings"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// drawnMetric is a metric that is drawn against length and steps.
type drawnMetric struct {
	metric view.Metric
	file   string // beginning of the names of its figures
	title  string
	points string // what points and bars are
}

var drawnMetrics = []drawnMetric{
	{view.E2E, "latency", "Latency", "Points are medians; bars are 95% intervals between order statistics."},
	{view.Throughput, "throughput", "Throughput", "Points are sums of useful tokens over sums of seconds; bars are 95% BCa bootstrap intervals."},
	{view.NFE, "nfe", "Forward passes", "Points are means; bars are 95% BCa bootstrap intervals."},
	{view.FLOPs, "flops", "Arithmetic", "Points are sums of operations over sums of useful tokens; bars are 95% BCa bootstrap intervals."},
}

// fitWords explain the exponents above a panel.
const fitWords = " k, for three to sixteen points: the exponent of the fitted power law (the value grows as x to the power of k), with its 95% interval."

// againstLength draws a metric against the token budget: a panel for each
// workload, or for each cost-only model.
func (m *maker) againstLength(words drawnMetric, costOnly bool) {
	metric := words.metric
	name, title, what := words.file+"-length", words.title+" against length, trained weights", "workload"
	caption := words.points
	if costOnly {
		name, title, what = name+"-cost", words.title+" against length, cost-only models", "cost-only model"
		caption += " Units are blocks of repetitions. Random weights: time and work only, no quality."
	}
	groups := group(m.v.Points, func(p *view.Point) (string, bool) {
		head := p.Workload
		if p.CostOnly {
			head = strings.TrimPrefix(p.Subject(), "cost only, ")
		}
		if p.Batch > 1 {
			head += fmt.Sprintf(", batch %d", p.Batch)
		}
		return head + p.Extra(), p.CostOnly == costOnly
	})
	var panels []panel
	for _, g := range groups {
		byName := func(r *view.Row) string { return r.Name }
		list := collect(m.names, g.points, byName, func(p *view.Point, r *view.Row) (point, bool) {
			return pointAt(float64(p.Budget), r.Values[metric])
		})
		lengths := xValues(list)
		if len(lengths) < 2 {
			continue
		}
		list, notes := uncrowd(list)
		pn := panel{
			title: view.Clean(g.title), series: list, notes: notes,
			x: axis{title: "token budget (tokens)", log: true, values: lengths},
			y: axis{title: axisTitle(metric), log: true},
		}
		if len(panels) < maxPanels {
			m.exponents(metric, list, g.points, byName, func(p *view.Point, _ *view.Row) (float64, bool) { return float64(p.Budget), true })
		}
		for _, s := range list {
			s.name = view.Clean(s.name)
		}
		panels = append(panels, pn)
	}
	m.add(&Figure{Name: name, Title: title, Caption: caption + fitWords, wide: true}, panels,
		"no "+what+" has usable cells with "+metric.Definition().Title+" at two or more lengths")
}

// pointAt is the point of a value on logarithmic axes.
func pointAt(x float64, e *stats.Estimate) (point, bool) {
	if e == nil || e.Value <= 0 || x <= 0 {
		return point{}, false
	}
	return point{x: x, y: e.Value, yi: positive(e.CI)}, true
}

// maxFitted is the most points of a fit: the interval of a longer series takes
// seconds to resample.
const maxFitted = 16

// exponents fits a power law to each series that is named, which must still have
// the name that key gives to its rows.
func (m *maker) exponents(metric view.Metric, list []*series, ps []*view.Point, key func(*view.Row) string, at func(*view.Point, *view.Row) (float64, bool)) {
	for _, s := range list {
		if s.other {
			continue
		}
		var xs []float64
		var rows []*view.Row
		for _, p := range ps {
			for _, r := range p.Rows {
				if x, ok := at(p, r); ok && r.Usable() && key(r) == s.name {
					xs, rows = append(xs, x), append(rows, r)
				}
			}
		}
		if len(rows) > maxFitted {
			continue
		}
		e, err := m.v.Scaling(metric, xs, rows)
		if err != nil {
			continue
		}
		s.fit = fmt.Sprintf("k = %.2f", e.Value)
		if e.CI != nil {
			s.fit += fmt.Sprintf(" [%.2f, %.2f]", e.CI.Low, e.CI.High)
		}
	}
}
