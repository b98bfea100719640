package plot

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
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
	groups := lists.Split(lists.Keep(m.v.Points, func(p *view.Point) bool { return p.CostOnly == costOnly }), func(p *view.Point) string {
		head := subject(p)
		if p.Batch > 1 {
			head += fmt.Sprintf(", batch %d", p.Batch)
		}
		return head + p.Extra()
	})
	m.add(f, panelsOf(groups, func(g pointGroup) (panel, bool) {
		return m.curves(curves{title: g.Key, points: g.Of, key: byName, name: byName, look: m.names.of,
			x: "token budget (tokens)", at: func(p *view.Point, _ *view.Row) (float64, bool) { return float64(p.Budget), true }, y: d.metric, fit: true})
	}), "no "+what+" has usable cells with "+d.metric.Definition().Title+" at two or more lengths")
}

// stepCurves is the panel of a metric against the mean number of denoising steps.
func (m *maker) stepCurves(p *view.Point, y view.Metric) (panel, bool) {
	key, name, _ := p.Curves()
	return m.curves(curves{title: p.Task(), points: []*view.Point{p}, key: key, name: name, look: m.families.of,
		x: "denoising steps per answer", at: func(_ *view.Point, r *view.Row) (float64, bool) { return r.Steps() }, y: y,
		rise: true, level: true, fit: y != view.Exact})
}

// againstSteps draws a metric against the number of denoising steps: a panel for
// each task whose decoders have two or more numbers of steps.
func (m *maker) againstSteps(d drawnMetric) {
	m.add(&Figure{Name: d.file + "-steps", Title: d.title + " against denoising steps",
		Caption: d.points + " The line with the band is the autoregressive decoder, which has no denoising steps." + fitWords},
		panelsOf(m.v.Points, func(p *view.Point) (panel, bool) { return m.stepCurves(p, d.metric) }),
		"no task has a decoder at two or more numbers of denoising steps")
}

// blockLengthOption is the option of the block decoder that is swept.
const blockLengthOption = "block_length"

// blockLength draws quality and latency against the block length: two panels
// for each task.
func (m *maker) blockLength() {
	m.eachSubject("block-length", "Block length",
		"Exact match with 95% Wilson intervals and median latency with intervals between order statistics. The lines with bands are the autoregressive decoder.",
		m.v.Points, "", "no task has a block decoder at two or more block lengths",
		func(points []*view.Point) (panels []panel) {
			for _, p := range points {
				panels = append(panels, panelsOf([]view.Metric{view.Exact, view.E2E}, func(y view.Metric) (panel, bool) { return m.blockPanel(p, y) })...)
			}
			return panels
		})
}

func (m *maker) blockPanel(p *view.Point, metric view.Metric) (panel, bool) {
	key, name := blockKey(p)
	return m.curves(curves{title: p.Task(), points: []*view.Point{p}, key: key, name: name, x: "block length (tokens)", y: metric, level: true,
		look: func(key string, n int) style {
			if r := p.Baseline(); r != nil && key == without(r.Family()) {
				return newStyle(r.Look, 0)
			}
			return newStyle("block", n)
		},
		at: func(_ *view.Point, r *view.Row) (float64, bool) {
			x, ok := r.Cell.Option(blockLengthOption)
			return x, ok && r.Cell.Engine == "block"
		}})
}

// blockKey tells the curves of a point apart, and names them: decoders without
// their block length and steps, but with their steps where these are swept beside
// it.
func blockKey(p *view.Point) (key, name func(*view.Row) string) {
	seen := map[string]bool{}
	for _, r := range p.Rows {
		at := fmt.Sprint(without(r.Family()), r.Cell.Options[blockLengthOption])
		if r.Cell.Engine == "block" && seen[at] {
			whole := func(r *view.Row) string { return without(r.Name) }
			return whole, whole
		}
		seen[at] = true
	}
	return func(r *view.Row) string { return without(r.Family()) }, func(r *view.Row) string { return without(r.FamilyName()) }
}

// without is a name without the block length.
func without(name string) string {
	parts := slices.DeleteFunc(strings.Fields(name), func(s string) bool { return strings.HasPrefix(s, blockLengthOption+"=") })
	return strings.Join(parts, " ")
}
