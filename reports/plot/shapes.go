package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shape is a marker: a circle, a closed polygon, or strokes.
type shape struct {
	name    string
	circle  bool
	outline []vg.Point    // of a polygon, in units of the radius
	strokes [][2]vg.Point // of a marker without inside
}

// closed reports whether the shape has an inside that may be empty.
func (s shape) closed() bool { return len(s.strokes) == 0 }

// The shapes of markers. All have about the same area.
var (
	circle    = shape{name: "circle", circle: true}
	triangle  = shape{name: "triangle", outline: []vg.Point{{X: 0, Y: 1.2}, {X: 1.1, Y: -.8}, {X: -1.1, Y: -.8}}}
	square    = shape{name: "square", outline: []vg.Point{{X: -.9, Y: -.9}, {X: .9, Y: -.9}, {X: .9, Y: .9}, {X: -.9, Y: .9}}}
	diamond   = shape{name: "diamond", outline: []vg.Point{{X: 0, Y: 1.3}, {X: 1, Y: 0}, {X: 0, Y: -1.3}, {X: -1, Y: 0}}}
	down      = shape{name: "down", outline: []vg.Point{{X: 0, Y: -1.2}, {X: -1.1, Y: .8}, {X: 1.1, Y: .8}}}
	right     = shape{name: "right", outline: []vg.Point{{X: 1.2, Y: 0}, {X: -.8, Y: 1.1}, {X: -.8, Y: -1.1}}}
	left      = shape{name: "left", outline: []vg.Point{{X: -1.2, Y: 0}, {X: .8, Y: -1.1}, {X: .8, Y: 1.1}}}
	hourglass = shape{name: "hourglass", outline: []vg.Point{{X: -1, Y: -1.1}, {X: 1, Y: -1.1}, {X: -1, Y: 1.1}, {X: 1, Y: 1.1}}}
	star      = shape{name: "star", outline: starOutline(5, 1.4, .6)}
	plus      = shape{name: "plus", strokes: [][2]vg.Point{{{X: -1.2}, {X: 1.2}}, {{Y: -1.2}, {Y: 1.2}}}}
	cross     = shape{name: "cross", strokes: [][2]vg.Point{{{X: -1, Y: -1}, {X: 1, Y: 1}}, {{X: -1, Y: 1}, {X: 1, Y: -1}}}}
	asterisk  = shape{name: "asterisk", strokes: [][2]vg.Point{{{X: -1.2}, {X: 1.2}}, {{X: -.6, Y: -1.04}, {X: .6, Y: 1.04}}, {{X: -.6, Y: 1.04}, {X: .6, Y: -1.04}}}}
)

func starOutline(tips int, outer, inner float64) []vg.Point {
	var out []vg.Point
	for i := range 2 * tips {
		r := outer
		if i%2 == 1 {
			r = inner
		}
		a := math.Pi/2 + math.Pi*float64(i)/float64(tips)
		out = append(out, vg.Point{X: vg.Length(r * math.Cos(a)), Y: vg.Length(r * math.Sin(a))})
	}
	return out
}

// glyph is a shape, filled or with the paper showing inside its outline.
type glyph struct {
	shape
	hollow bool
}

// draw draws the marker at a place.
func (g glyph) draw(c *draw.Canvas, at vg.Point, radius vg.Length, col color.Color) {
	to := func(p vg.Point) vg.Point { return vg.Point{X: at.X + p.X*radius, Y: at.Y + p.Y*radius} }
	edge := draw.LineStyle{Color: col, Width: radius / 3}
	if !g.closed() {
		edge.Width = radius * 0.47
		for _, s := range g.strokes {
			c.StrokeLines(edge, []vg.Point{to(s[0]), to(s[1])})
		}
		return
	}
	var path vg.Path
	if g.circle {
		path.Move(vg.Point{X: at.X + radius, Y: at.Y})
		path.Arc(at, radius, 0, 2*math.Pi)
	} else {
		path.Move(to(g.outline[0]))
		for _, p := range g.outline[1:] {
			path.Line(to(p))
		}
	}
	path.Close()
	if !g.hollow {
		c.SetColor(col)
		c.Fill(path)
		return
	}
	c.SetColor(color.White)
	c.Fill(path)
	c.SetLineStyle(edge)
	c.Stroke(path)
}
