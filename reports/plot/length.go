package plot

import (
	"fmt"

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
func (m *maker) againstLength(d drawnMetric, costOnly bool) {
	f := &Figure{Name: d.file + "-length", Title: d.title + " against length, trained weights", Caption: d.points + fitWords, wide: true}
	what := "workload"
	if costOnly {
		f.Name, f.Title, what = f.Name+"-cost", d.title+" against length, cost-only models", "cost-only model"
		f.Caption = d.points + " Units are blocks of repetitions. Random weights: time and work only, no quality." + fitWords
	}
	byName := func(r *view.Row) string { return r.Name }
	var panels []panel
	for _, g := range group(m.v.Points, func(p *view.Point) (string, bool) {
		head := subject(p)
		if p.Batch > 1 {
			head += fmt.Sprintf(", batch %d", p.Batch)
		}
		return head + p.Extra(), p.CostOnly == costOnly
	}) {
		pn, ok := m.curves(curves{title: g.title, points: g.points, key: byName, name: byName, look: m.names.of,
			x: "token budget (tokens)", at: func(p *view.Point, _ *view.Row) (float64, bool) { return float64(p.Budget), true }, y: d.metric, fit: true})
		if ok {
			panels = append(panels, pn)
		}
	}
	m.add(f, panels, "no "+what+" has usable cells with "+d.metric.Definition().Title+" at two or more lengths")
}
