package plot

import (
	"math"
	"slices"
	"strconv"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// axis describes one axis of a panel.
type axis struct {
	title  string
	log    bool
	zero   bool      // the axis starts at 0 (not with log)
	top    float64   // the axis ends here, when > 0
	values []float64 // ticks at these values only; nil for round numbers
	names  []string  // categories at 0, 1, 2, …; nil for numbers
	room   float64   // share of the axis that stays free at its end (not with log)
	least  float64   // the axis spans at least this share of its middle (not with log)
}

// apply sets up an axis for data from lo to hi.
func (a axis) apply(to *gplot.Axis, lo, hi float64, l Layout) {
	to.Tick.Label.Font = l.letters(to.Tick.Label.Font, 9)
	to.Padding = points(3)
	to.LineStyle.Color, to.Tick.LineStyle.Color = grey, grey
	if a.log {
		margin := math.Pow(hi/lo, 0.1)
		if hi == lo {
			margin = 1.3
		}
		to.Min, to.Max = lo/margin, hi*margin
		to.Scale = gplot.LogScale{}
		to.Tick.Marker = gplot.ConstantTicks(logTicks(to.Min, to.Max))
	} else {
		margin := (hi - lo) * 0.06
		if hi == lo {
			margin = max(math.Abs(hi)*0.1, 1e-9)
		}
		to.Min, to.Max = lo-margin, hi+margin
		if short := a.least*math.Abs(lo+hi)/2 - (to.Max - to.Min); short > 0 {
			to.Min, to.Max = to.Min-short/2, to.Max+short/2
		}
		to.Max += a.room * (to.Max - to.Min)
		if a.zero {
			to.Min = 0
		}
		if a.top > 0 {
			to.Max = a.top
		}
		to.Tick.Marker = linearTicks{}
	}
	if a.names != nil {
		to.Min, to.Max = -0.6, float64(len(a.names))-0.4
		to.Scale = gplot.LinearScale{}
		ticks := make(gplot.ConstantTicks, len(a.names))
		for i, name := range a.names {
			ticks[i] = gplot.Tick{Value: float64(i), Label: name}
		}
		to.Tick.Marker = ticks
	}
	if a.values != nil {
		to.Tick.Marker = gplot.ConstantTicks(valueTicks(a.values, to.Min, to.Max, a.log))
	}
}

// linearTicks labels about five round numbers.
type linearTicks struct{}

// Ticks returns the ticks between lo and hi.
func (linearTicks) Ticks(lo, hi float64) []gplot.Tick {
	base := math.Pow(10, math.Floor(math.Log10((hi-lo)/5)))
	step := base
	for _, f := range []float64{2, 5, 10} {
		if (hi-lo)/step <= 6 {
			break
		}
		step = base * f
	}
	var ticks []gplot.Tick
	for i := math.Ceil(lo / step); i*step <= hi; i++ {
		v := i*step + 0 // no negative zero
		ticks = append(ticks, gplot.Tick{Value: v, Label: tickLabel(v)})
	}
	return ticks
}

// logTicks marks 1, 2, 5 of every decade that is shown with a label, as far as
// there is room, and the other digits without one.
func logTicks(lo, hi float64) []gplot.Tick {
	decades := math.Log10(hi / lo)
	if decades < 0.35 { // hardly a digit of a decade
		return linearTicks{}.Ticks(lo, hi)
	}
	var ticks []gplot.Tick
	for e := math.Floor(math.Log10(lo)); e <= math.Ceil(math.Log10(hi)); e++ {
		for d := 1.0; d < 10; d++ {
			v := d * math.Pow(10, e)
			if v < lo || v > hi {
				continue
			}
			t := gplot.Tick{Value: v}
			if d == 1 || decades < 2.5 && (d == 2 || d == 5) || decades < 0.6 {
				t.Label = tickLabel(v)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// valueTicks labels the given values, leaving out labels that would touch.
func valueTicks(values []float64, lo, hi float64, log bool) []gplot.Tick {
	var ticks []gplot.Tick
	last := math.Inf(-1)
	for _, v := range slices.Compact(slices.Sorted(slices.Values(values))) {
		t := gplot.Tick{Value: v}
		at := (v - lo) / (hi - lo)
		if log {
			at = math.Log(v/lo) / math.Log(hi/lo)
		}
		if at-last > 0.07 {
			t.Label = tickLabel(v)
			last = at
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// tickLabel writes a number briefly.
func tickLabel(v float64) string {
	unit := ""
	switch a := math.Abs(v); {
	case a >= 1e6:
		v, unit = v/1e6, "M"
	case a >= 1e4:
		v, unit = v/1e3, "k"
	}
	return strconv.FormatFloat(v, 'g', 4, 64) + unit
}

// drawGrid draws pale lines at the labelled ticks.
func drawGrid(c draw.Canvas, p *gplot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, x := range gridAt(p.X) {
		c.StrokeLine2(gridLine, trX(x), c.Min.Y, trX(x), c.Max.Y)
	}
	for _, y := range gridAt(p.Y) {
		c.StrokeLine2(gridLine, c.Min.X, trY(y), c.Max.X, trY(y))
	}
}

// gridAt are the values of an axis that have a label.
func gridAt(a gplot.Axis) []float64 {
	var values []float64
	for _, t := range a.Tick.Marker.Ticks(a.Min, a.Max) {
		if !t.IsMinor() && t.Value >= a.Min && t.Value <= a.Max {
			values = append(values, t.Value)
		}
	}
	return values
}
