package plot

import (
	"image/color"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
	st := textStyle(8)
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
	for _, s := range lines {
		if st.Width(s) > w {
			return false
		}
	}
	return vg.Length(len(lines))*tileLine <= h
}
