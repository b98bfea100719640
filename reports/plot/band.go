package plot

import (
	"slices"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	bandOpacity = 0x2c // bands that lie on each other stay apart
	thinner     = 0.64 // the width of bars and edges of bands, of that of the line
)

// bandWords are what the caption of a figure with bands says of them.
const bandWords = " A filled band stands for the bars of the curve where each answer was drawn several times: 95% intervals over instances with all their seeds or samples; its edges have the dashes of the line."

// runs are the places, first and one past the last, of neighbouring points that a band
// joins: two or more, at different x, each with an interval over several seeds or samples.
func (s *series) runs() (list [][2]int) {
	if !s.joined || s.faint {
		return nil
	}
	for i := 0; i < len(s.points); {
		end := i
		for end < len(s.points) && s.points[end].pooled && s.points[end].yi != nil && (end == i || s.points[end].x != s.points[end-1].x) {
			end++
		}
		if end-i > 1 {
			list = append(list, [2]int{i, end})
		}
		i = max(end, i+1)
	}
	return list
}

// banded are the points that are part of a band, by their places.
func (s *series) banded() map[int]bool {
	in := map[int]bool{}
	for _, r := range s.runs() {
		for i := r[0]; i < r[1]; i++ {
			in[i] = true
		}
	}
	return in
}

// drawBands fills the band between the ends of the intervals, inside the frame, with edges
// that have the dashes of the line: they tell bands apart that lie on each other, in grey
// too.
func (s *series) drawBands(c draw.Canvas, p *gplot.Plot) {
	trX, trY := p.Transforms(&c)
	edge := s.style.line
	edge.Width *= thinner
	edge.Color = pale(edge.Color, 0xa0)
	for _, r := range s.runs() {
		var low, high []vg.Point
		for _, q := range s.points[r[0]:r[1]] {
			x := trX(q.x) + s.dodge
			low = append(low, vg.Point{X: x, Y: trY(max(q.yi.Low, p.Y.Min))})
			high = append(high, vg.Point{X: x, Y: trY(min(q.yi.High, p.Y.Max))})
		}
		c.StrokeLines(edge, low, high)
		slices.Reverse(high)
		c.FillPolygon(pale(s.style.line.Color, bandOpacity), append(low, high...))
	}
}

// bands reports whether a panel has a band.
func bands(panels []panel) bool {
	return slices.ContainsFunc(panels, func(p panel) bool {
		return slices.ContainsFunc(p.series, func(s *series) bool { return len(s.runs()) > 0 })
	})
}
