package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// maxForest is the most rows of a forest plot; more make several.
const maxForest = 48

// forest is a figure of the comparisons of one metric: times are ratios on a
// logarithmic axis, shares differences in points.
type forest struct {
	metric string
	share  bool
	sided  bool // there are several new sides
	policy gate.Policy
	shared []string // kinds of which there are several decoders
}

// Forests draws the comparisons of a report with their intervals, each metric on
// its own, and says how many have no interval and are in no figure.
func Forests(r *gate.Report) (figures []*Figure, missing string) {
	r.GiveLooks()
	all := 0
	var drawn []gate.Finding
	var shared []string
	for _, f := range r.Findings {
		if f.Look != f.Engine {
			shared = append(shared, f.Engine)
		}
		if f.Metric == gate.Counters {
			continue
		}
		all++
		if f.Timing == nil || f.Ratio == nil || f.Ratio.CI == nil {
			continue
		}
		if share := f.Unit == "share"; shows(f.Ratio.CI.High, !share) && (share || f.Ratio.CI.Low > 0) {
			drawn = append(drawn, f)
		}
	}
	against := "new side against old side"
	if r.OfEngines() {
		against = "each decoder against " + r.Old.Name
	}
	for _, g := range lists.Split(drawn, func(f gate.Finding) string { return f.Metric }) {
		look := forest{g.Key, g.Of[0].Unit == "share", len(r.New) > 1, r.Policy, shared}
		name, title := "forest-"+g.Key, view.Clean(g.Key+": "+against)
		part := 'b'
		for some := range slices.Chunk(g.Of, maxForest) {
			f := &Figure{Name: name, Title: title, Caption: look.caption(all)}
			look.draw(f, some)
			figures = append(figures, f)
			name, title = "forest-"+g.Key+"-"+string(part), view.Clean(g.Key+": "+against)+", continued"
			part++
		}
	}
	if left := all - len(drawn); left > 0 {
		missing = fmt.Sprintf("%d of %d comparisons have no interval and are in no figure; the table says why.", left, all)
	}
	return figures, missing
}

func (f forest) caption(tests int) string {
	level := fmt.Sprintf("bars are the intervals that decide, at the level 1 − α/%d with α = %g.", tests, f.policy.Alpha)
	if f.share {
		return "Difference of shares on the same instances, filled where it counts; " + level
	}
	return fmt.Sprintf("Typical ratio of pairs, filled where the difference counts; %s The grey band is the noise band of ±%g%%; where measured noise is larger, that counts.", level, 100*f.policy.Noise)
}

// draw makes the panel: rows of a task stand together, under its name.
func (f forest) draw(fig *Figure, rows []gate.Finding) {
	p := panel{x: axis{title: f.metric + ", new / old (left of 1 is faster)", log: true}}
	none, by := 1.0, 1.0
	if f.share {
		p.x, none, by = axis{title: f.metric + ", new − old (points; right of 0 is better)"}, 0, 100
	} else if noise := f.policy.Noise; noise > 0 {
		p.guides = append(p.guides, guide{from: 1 / (1 + noise), to: 1 + noise, color: grey})
	}
	p.guides = append(p.guides, guide{from: none, to: none, color: grey})
	lines := len(rows)
	begins := func(i int) bool { return i == 0 || rows[i].Task() != rows[i-1].Task() }
	for i := range rows {
		if begins(i) {
			lines++
		}
	}
	names, y := make([]string, lines), lines
	lo, hi := none, none
	for i, r := range rows {
		if begins(i) {
			y--
			p.heads = append(p.heads, heading{float64(y), view.Clean(r.Task())})
		}
		y--
		names[y] = r.Decoder
		if f.sided && r.Side != "" && r.Side != r.Decoder {
			names[y] += ", " + r.Side
		}
		names[y] = cutName(view.Clean(names[y]), 34)
		variant, name := 1, f.legend(r)+", no difference that counts"
		if r.Verdict == gate.Improved || r.Verdict == gate.Regressed {
			variant, name = 0, f.legend(r)
		}
		s := p.named(name, newStyle(r.Look, variant))
		e := r.Ratio.Times(by)
		s.points = append(s.points, point{x: e.Value, y: float64(y), xi: e.CI})
		lo, hi = min(lo, e.CI.Low), max(hi, e.CI.High)
	}
	p.y = axis{names: names}
	if !f.share {
		p.x.values = ratioTicks(lo, hi)
	}
	fig.panels = []panel{p}
	fig.height = vg.Points(13.5)*vg.Length(lines) + vg.Points(46)
}

// legend is the kind of a decoder, or its name where there are several of the kind.
func (f forest) legend(r gate.Finding) string {
	if !slices.Contains(f.shared, r.Engine) {
		return view.Clean(r.Engine)
	}
	name, _, _ := strings.Cut(r.Decoder, " ")
	return view.Clean(name)
}

// ratioTicks chooses round numbers for an axis of ratios.
func ratioTicks(lo, hi float64) []float64 {
	if hi/lo > 3 {
		return nil // the usual ones of a logarithmic axis
	}
	step := 0.005
	for _, wide := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5} {
		if (hi-lo)/step > 8 {
			step = wide
		}
	}
	var ticks []float64
	for k := math.Floor(lo / step); k <= math.Ceil(hi/step); k++ {
		if k > 0 {
			ticks = append(ticks, math.Round(k*step*1000)/1000)
		}
	}
	return ticks
}
