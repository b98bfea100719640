package plot

import (
	"image/color"
	"slices"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
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
		st := pn.layout.text(8)
		st.Color, st.YAlign = g.color, draw.YTop
		at := vg.Point{X: x + vg.Points(3), Y: c.Max.Y - vg.Points(1)}
		if w := st.Width(g.label); at.X+w > c.Max.X {
			at.X = x - vg.Points(3) - w
		}
		c.FillText(st, at, g.label)
	}
	for _, h := range pn.heads {
		fillBox(c, gridColor, c.Min.X, c.Max.X, trY(h.y-0.5), trY(h.y+0.5))
		st := pn.layout.text(9)
		st.YAlign = draw.YCenter
		c.FillText(st, vg.Point{X: c.Min.X + vg.Points(4), Y: trY(h.y) + vg.Points(1)}, h.text)
	}
}

// tile is a filled rectangle in the coordinates of the data, with text in its
// middle.
type tile struct {
	x0, x1, y0, y1 float64
	color          color.Color
	text           []string // lines
	short          string   // drawn where the lines do not all fit; "" for nothing
}

// drawTiles draws the tiles in order.
func (pn panel) drawTiles(c draw.Canvas, p *gplot.Plot) {
	trX, trY := p.Transforms(&c)
	st := pn.layout.text(8)
	st.XAlign, st.YAlign = draw.XCenter, draw.YCenter
	for _, t := range pn.tiles {
		x0, x1, y0, y1 := trX(t.x0), trX(t.x1), trY(t.y0), trY(t.y1)
		fillBox(c, t.color, x0, x1, y0, y1)
		lines := t.text
		if !fits(lines, st, max(x0, x1)-min(x0, x1), max(y0, y1)-min(y0, y1)) {
			lines = []string{t.short}
		}
		if !fits(lines, st, max(x0, x1)-min(x0, x1), max(y0, y1)-min(y0, y1)) {
			continue
		}
		for i, s := range lines {
			y := (y0+y1)/2 + tileLine*(vg.Length(len(lines)-1)/2-vg.Length(i))
			c.FillText(st, vg.Point{X: (x0 + x1) / 2, Y: y}, s)
		}
	}
}

// fillBox fills a rectangle.
func fillBox(c draw.Canvas, col color.Color, x0, x1, y0, y1 vg.Length) {
	c.FillPolygon(col, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}

// tileLine is the height of a line of text in a tile.
const tileLine = 10 * vg.Inch / 72

func fits(lines []string, st text.Style, w, h vg.Length) bool {
	return vg.Length(len(lines))*tileLine <= h && !slices.ContainsFunc(lines, func(s string) bool { return st.Width(s) > w })
}
