package plot

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/reports/view"
)

const crossingCaption = "How many times as fast as the reference a decoder serves the same requests, from the moment at which they came, waiting included; bars are 95% intervals. Where a line passes 1 both are equally fast; in brackets the loads at which the lines through the ends of its bars do."

// crossings draws, for each task, how the speed of decoders against the reference changes
// with the load, and says where it passes 1.
func (m *maker) crossings(kind, what string, x axis, runs []loadedRun) {
	unit := "clients"
	if kind != "concurrency" {
		unit = "requests/s"
	}
	_, reference := m.v.Versus()
	panels := panelsOf(m.v.Points, func(p *view.Point) (panel, bool) {
		pn := panel{title: view.Clean(p.Task()), x: x, y: axis{title: "times as fast as " + reference, log: true}}
		rows, notes := few(p)
		pn.notes = notes
		for _, r := range rows {
			s := &series{name: view.Clean(r.Name), style: m.names[r.Name], joined: true}
			for _, run := range runs {
				if e := run.against[r.Cell.ID]; e != nil {
					s.points = append(s.points, point{x: run.load, y: e.Value, yi: positive(e.CI)})
				}
			}
			if len(s.points) < 2 {
				continue
			}
			pn.series = append(pn.series, s)
			if text := passes(s.points, unit); text != "" {
				pn.notes = append(pn.notes, note{s.name + ": " + text, s.style.line.Color})
			}
		}
		if len(pn.series) == 0 {
			return pn, false
		}
		pn.x.values = xValues(pn.series)
		pn.series = append(pn.series, &series{name: "equally fast", style: neutral(2), level: true, points: []point{{y: 1}}})
		return pn, true
	})
	m.add(&Figure{Name: "crossing-" + kind, Title: "Speed against " + reference + " by " + what, Caption: crossingCaption + m.v.LengthCaption()},
		panels, "no two runs of the same cells have loads of this kind and a reference")
}

// passes says in words where the values of points pass 1, and at which loads their
// intervals hold 1; "" where they do not pass it.
func passes(list []point, unit string) string {
	at := crossed(list, func(q point) float64 { return q.y })
	switch {
	case len(at) == 0:
		return ""
	case len(at) > 1:
		return fmt.Sprintf("passes 1 at %d places", len(at))
	}
	text := fmt.Sprintf("as fast at %.3g %s", at[0], unit)
	if slices.ContainsFunc(list, func(q point) bool { return q.yi == nil }) {
		return text + ", without an interval"
	}
	ends := append(crossed(list, func(q point) float64 { return q.yi.Low }), crossed(list, func(q point) float64 { return q.yi.High })...)
	first, last := list[0], list[len(list)-1]
	low, high := fmt.Sprintf("below %.3g", first.x), fmt.Sprintf("above %.3g", last.x)
	if !first.yi.Contains(1) {
		low = fmt.Sprintf("%.3g", slices.Min(ends))
	}
	if !last.yi.Contains(1) {
		high = fmt.Sprintf("%.3g", slices.Max(ends))
	}
	return text + " (" + low + " to " + high + ")"
}

// crossed lists where a line through points passes 1, straight between them on logarithmic
// axes. Points are in ascending order.
func crossed(list []point, of func(point) float64) (at []float64) {
	for i := 1; i < len(list); i++ {
		a, b := math.Log(of(list[i-1])), math.Log(of(list[i]))
		if a == 0 || a*b < 0 {
			x, y := math.Log(list[i-1].x), math.Log(list[i].x)
			at = append(at, math.Exp(x+(y-x)*a/(a-b)))
		}
	}
	return at
}
