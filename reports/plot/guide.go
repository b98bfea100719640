package plot

import (
	"image/color"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// guide is a vertical line, or a pale band, that helps to read the points.
type guide struct {
	from, to float64 // equal for a line
	label    string  // at the top of a line, may be ""
	color    color.Color
	dashed   bool
}

// heading is a line of text across a panel that names the rows below it.
type heading struct {
	y    float64
	text string
}

// drawGuides draws guides and headings below the points.
func (pn panel) drawGuides(c draw.Canvas, p *gplot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, g := range pn.guides {
		if g.from != g.to {
			fillBox(c, pale(g.color, 0x22), max(trX(g.from), c.Min.X), min(trX(g.to), c.Max.X), c.Min.Y, c.Max.Y)
		}
	}
	for _, g := range pn.guides {
		if g.from != g.to {
			continue
		}
		line := draw.LineStyle{Color: g.color, Width: vg.Points(1)}
		if g.dashed {
			line.Dashes = dashes[1]
		}
		x := trX(g.from)
		c.StrokeLine2(line, x, c.Min.Y, x, c.Max.Y)
		if g.label == "" {
			continue
		}
		st := textStyle(8)
		st.Color, st.YAlign = g.color, draw.YTop
		at := vg.Point{X: x + vg.Points(3), Y: c.Max.Y - vg.Points(1)}
		if w := st.Width(g.label); at.X+w > c.Max.X {
			at.X = x - vg.Points(3) - w
		}
		c.FillText(st, at, g.label)
	}
	for _, h := range pn.heads {
		fillBox(c, gridColor, c.Min.X, c.Max.X, trY(h.y-0.5), trY(h.y+0.5))
		st := textStyle(9)
		st.YAlign = draw.YCenter
		c.FillText(st, vg.Point{X: c.Min.X + vg.Points(4), Y: trY(h.y) + vg.Points(1)}, h.text)
	}
}
