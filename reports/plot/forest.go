package plot

import (
	"math"

	"gonum.org/v1/plot/vg"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Comparison is a row of a forest plot: one comparison of two sides.
type Comparison struct {
	Group  string // rows of one group stand together, under its name
	Name   string
	Engine string          // decides colour and shape
	Effect *stats.Estimate // a ratio, or a difference; nil when it was not measured
	Shown  bool            // the difference counts: its mark is filled
}

// Forest is what a forest plot shows besides its rows.
type Forest struct {
	Name, Title string
	Axis        string  // title of the axis of effects
	Ratio       bool    // effects are ratios, on a logarithmic axis with 1 as no effect; else differences
	Band        float64 // half-width of the noise band around no effect, relative; 0 for none
	Caption     string
}

// maxComparisons is the most rows of a forest plot.
const maxComparisons = 48

// Forests draws comparisons as forest plots: an effect with its interval in each
// row. Many rows make several figures. What has no effect or no interval is left
// out; drawn tells how many rows are shown.
func Forests(f Forest, rows []Comparison) (figures []*Figure, drawn int) {
	var kept []Comparison
	for _, r := range rows {
		if r.Effect != nil && r.Effect.CI != nil && (!f.Ratio || r.Effect.CI.Low > 0) && shows(r.Effect.CI.High, f.Ratio) {
			kept = append(kept, r)
		}
	}
	drawn = len(kept)
	for part := 0; len(kept) > 0; part++ {
		n := min(len(kept), maxComparisons)
		figures = append(figures, f.draw(kept[:n], part))
		kept = kept[n:]
	}
	return figures, drawn
}

// draw makes one figure.
func (f Forest) draw(rows []Comparison, part int) *Figure {
	fig := &Figure{Name: f.Name, Title: view.Clean(f.Title), Caption: f.Caption}
	if part > 0 {
		fig.Name += "-" + string(rune('a'+part))
		fig.Title += ", continued"
	}
	none := 0.0
	if f.Ratio {
		none = 1
	}
	p := panel{x: axis{title: f.Axis, log: f.Ratio}}
	if f.Band > 0 {
		p.guides = append(p.guides, guide{from: none / (1 + f.Band), to: none * (1 + f.Band), color: grey})
	}
	p.guides = append(p.guides, guide{from: none, to: none, color: grey})
	lines := len(rows)
	for i, r := range rows {
		if i == 0 || r.Group != rows[i-1].Group {
			lines++
		}
	}
	names, y := make([]string, lines), lines
	byLook := map[string]*series{}
	var order []*series
	lo, hi := none, none
	for i, r := range rows {
		if i == 0 || r.Group != rows[i-1].Group {
			y--
			p.heads = append(p.heads, heading{float64(y), view.Clean(r.Group)})
		}
		y--
		names[y] = shortened(view.Clean(r.Name), 34)
		s := f.look(byLook, r)
		if len(s.points) == 0 {
			order = append(order, s)
		}
		ci := *r.Effect.CI
		s.points = append(s.points, point{x: r.Effect.Value, y: float64(y), xi: &ci})
		lo, hi = min(lo, ci.Low), max(hi, ci.High)
	}
	p.series, p.y = order, axis{names: names}
	if f.Ratio {
		p.x.values = ratioTicks(lo, hi)
	}
	fig.panels = []panel{p}
	fig.height = vg.Points(13.5)*vg.Length(lines) + vg.Points(46)
	return fig
}

// look is the series of the decoder, by whether the difference counts.
func (f Forest) look(known map[string]*series, r Comparison) *series {
	variant, name := 1, view.Clean(r.Engine)+", no difference that counts"
	if r.Shown {
		variant, name = 0, view.Clean(r.Engine)
	}
	if known[name] == nil {
		known[name] = &series{name: name, style: newStyle(r.Engine, variant)}
	}
	return known[name]
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

// shortened cuts text that is too long for the labels of an axis.
func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
