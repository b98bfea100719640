package view

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/harness/place"
)

// Frontier is one decoder on one task at several temperatures: likelihood
// against variety. One temperature proves nothing, because every decoder can
// trade one for the other; one decoder is better than another where its curve
// has the lower likelihood cost at the same entropy.
type Frontier struct {
	Point *Point
	Name  string // of the decoder, without its temperature
	// X and Y are the metrics of the curve: entropy_1_valid and cross_entropy
	// where the workload knows its law, else entropy_1 and judge_bits.
	X, Y   Metric
	Points []FrontierPoint // by temperature, at least two that have X and Y
}

// FrontierPoint is one temperature; its values are those of the row, of which
// validity belongs beside the cross-entropy.
type FrontierPoint struct {
	Temperature float64
	Row         *Row
	// MinusAR is Y minus that of the point's first autoregressive frontier at the
	// same X; nil outside of that frontier, and on it.
	MinusAR *float64
}

// Frontiers lists the frontiers of a run, in its order.
func (v *View) Frontiers() []Frontier {
	var list []Frontier
	for _, p := range v.Points {
		swept := slices.DeleteFunc(slices.Clone(p.Rows), func(r *Row) bool { _, has := r.Temperature(); return !has || !r.Usable() })
		first := len(list)
		for _, rows := range Groups(swept, func(r *Row) string { return fmt.Sprintf("%q %s", r.Decoder(), r.except(warmth)) }) {
			if f := newFrontier(p, rows); len(f.Points) >= 2 {
				list = append(list, f)
			}
		}
		against(list[first:])
	}
	return list
}

// newFrontier chooses the metrics and leaves out rows without them and temperatures
// that are there twice.
func newFrontier(p *Point, rows []*Row) (f Frontier) {
	for _, pair := range [][2]Metric{{EntropyValid, CrossEntropy}, {Entropy, JudgeBits}} {
		f = Frontier{Point: p, Name: nameWithout(rows[0].Name, warmth), X: pair[0], Y: pair[1]}
		for _, r := range rows {
			if t, _ := r.Temperature(); r.Values[f.X] != nil && r.Values[f.Y] != nil {
				f.Points = append(f.Points, FrontierPoint{Temperature: t, Row: r})
			}
		}
		slices.SortStableFunc(f.Points, func(a, b FrontierPoint) int { return cmp.Compare(a.Temperature, b.Temperature) })
		f.Points = slices.CompactFunc(f.Points, func(a, b FrontierPoint) bool { return a.Temperature == b.Temperature })
		if len(f.Points) >= 2 {
			break
		}
	}
	return f
}

// against compares the frontiers of a point with its first autoregressive one.
func against(list []Frontier) {
	at := slices.IndexFunc(list, func(f Frontier) bool { return place.Baseline(f.Points[0].Row.Cell) })
	if at < 0 {
		return
	}
	for i := range list {
		f := &list[i]
		if i == at || f.Y != list[at].Y {
			continue
		}
		for j := range f.Points {
			x, own := f.xy(j)
			if y, ok := list[at].At(x); ok {
				d := own - y
				f.Points[j].MinusAR = &d
			}
		}
	}
}

const temperatureOption = "temperature"

// Temperature is the row's temperature, and false if its decoder has none.
func (r *Row) Temperature() (float64, bool) { return r.Cell.Option(temperatureOption) }

func warmth(option string) bool { return option == temperatureOption }

// At is the value of Y at an entropy x, between the two points that enclose it
// (straight line), and false outside of the curve: nothing is extrapolated. A
// curve that reaches x several times, because entropy is no simple function of
// temperature, gives its lowest value there.
func (f *Frontier) At(x float64) (y float64, ok bool) {
	for i := 1; i < len(f.Points); i++ {
		x0, y0 := f.xy(i - 1)
		x1, y1 := f.xy(i)
		if x < min(x0, x1) || x > max(x0, x1) {
			continue
		}
		here := min(y0, y1)
		if x0 != x1 {
			here = y0 + (y1-y0)*(x-x0)/(x1-x0)
		}
		if !ok || here < y {
			y, ok = here, true
		}
	}
	return y, ok
}

func (f *Frontier) xy(i int) (x, y float64) {
	values := f.Points[i].Row.Values
	return values[f.X].Value, values[f.Y].Value
}
