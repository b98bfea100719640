package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"dllmbench/reports/guard"
)

// surface is what a figure is drawn on. Places are in points from the lower left
// corner, as in package vg.
type surface interface {
	fill(pen, vg.Path)
	stroke(pen, vg.Path)
	// text begins at a place and runs at the angle of the pen.
	text(p pen, at vg.Point, face font.Face, s string)
}

// pen is what is drawn with.
type pen struct {
	color  color.NRGBA
	width  vg.Length
	dashes []vg.Length
	angle  float64 // of text, in radians, against the clock
}

// replay draws the figure, on white.
func (f *Figure) replay(to surface) {
	width, height := f.size()
	var c recorder.Canvas
	paper := draw.NewCanvas(&c, width, height)
	paper.SetColor(color.White)
	paper.Fill(paper.Rectangle.Path())
	guard.Must("figure "+f.Name, func() {
		f.draw(paper)
		replay(c.Actions, to)
	})
}

// replay draws what was recorded.
func replay(actions []recorder.Action, to surface) {
	var own pen
	var outer []pen
	for _, a := range actions {
		switch a := a.(type) {
		case *recorder.Push:
			outer = append(outer, own)
		case *recorder.Pop:
			own, outer = outer[len(outer)-1], outer[:len(outer)-1]
		case *recorder.Rotate:
			own.angle += a.Angle
		case *recorder.SetColor:
			if own.color = (color.NRGBA{A: 0xff}); a.Color != nil { // nil is black
				own.color = color.NRGBAModel.Convert(a.Color).(color.NRGBA)
			}
		case *recorder.SetLineWidth:
			own.width = a.Width
		case *recorder.SetLineDash:
			own.dashes = a.Dashes
		case *recorder.Fill:
			to.fill(own, a.Path)
		case *recorder.Stroke:
			if own.width > 0 {
				to.stroke(own, a.Path)
			}
		case *recorder.FillString:
			sin, cos := math.Sincos(own.angle) // the place was turned back by as much
			at := vg.Point{X: a.Point.X*vg.Length(cos) - a.Point.Y*vg.Length(sin), Y: a.Point.X*vg.Length(sin) + a.Point.Y*vg.Length(cos)}
			to.text(own, at, font.DefaultCache.Lookup(a.Font, a.Size), a.String)
		default:
			panic("plot: a figure is drawn by what its files do not have")
		}
	}
}
