package plot

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"dllmbench/reports/view"
)

// The palette of Okabe and Ito (2008), which stays apart for colour-blind
// readers. Each decoder keeps its colour and marker shape in every figure.
var looks = map[string]look{
	"autoregressive": {color.NRGBA{0x00, 0x72, 0xb2, 0xff}, draw.CircleGlyph{}, draw.RingGlyph{}},
	"diffusion":      {color.NRGBA{0xd5, 0x5e, 0x00, 0xff}, draw.PyramidGlyph{}, draw.TriangleGlyph{}},
	"block":          {color.NRGBA{0x00, 0x9e, 0x73, 0xff}, draw.BoxGlyph{}, draw.SquareGlyph{}},
	"hybrid":         {color.NRGBA{0xcc, 0x79, 0xa7, 0xff}, draw.PlusGlyph{}, draw.PlusGlyph{}},
	"remote":         {color.NRGBA{0xe6, 0x9f, 0x00, 0xff}, draw.CrossGlyph{}, draw.CrossGlyph{}},
}

type look struct {
	color        color.NRGBA
	solid, empty draw.GlyphDrawer
}

// other is the look of decoders that this program does not know by name.
var other = look{color.NRGBA{0x55, 0x55, 0x55, 0xff}, draw.CrossGlyph{}, draw.CrossGlyph{}}

// Color is the colour of a decoder as #rrggbb, for pages that go with the figures.
func Color(engine string) string {
	const hex = "0123456789abcdef"
	c := lookOf(engine).color
	s := []byte{'#'}
	for _, b := range []byte{c.R, c.G, c.B} {
		s = append(s, hex[b>>4], hex[b&15])
	}
	return string(s)
}

func lookOf(engine string) look {
	if l, ok := looks[engine]; ok {
		return l
	}
	return other
}

// dashes tell variants of one decoder apart, beside filled and empty markers.
var dashes = [][]vg.Length{nil, {vg.Points(6), vg.Points(3)}, {vg.Points(1.5), vg.Points(2.5)}, {vg.Points(7), vg.Points(2.5), vg.Points(1.5), vg.Points(2.5)}}

// style is how one series is drawn.
type style struct {
	line  draw.LineStyle
	glyph draw.GlyphStyle
	under draw.GlyphDrawer // drawn in white below an empty marker; nil below a filled one
}

func newStyle(engine string, variant int) style {
	l := lookOf(engine)
	g := draw.GlyphStyle{Color: l.color, Radius: vg.Points(3.6), Shape: l.solid}
	var under draw.GlyphDrawer
	if variant%2 == 1 {
		g.Shape, under = l.empty, l.solid
	}
	return style{
		under: under,
		line:  draw.LineStyle{Color: l.color, Width: vg.Points(1.4), Dashes: dashes[variant%len(dashes)]},
		glyph: g,
	}
}

// mark draws the marker at a place.
func (s style) mark(c *draw.Canvas, at vg.Point) {
	if s.under != nil {
		c.DrawGlyph(draw.GlyphStyle{Color: color.White, Radius: s.glyph.Radius, Shape: s.under}, at)
	}
	c.DrawGlyph(s.glyph, at)
}

// styles gives every name of a decoder (a row's name, or a family) its style,
// in order of first appearance, the same for all figures of a view.
type styles struct {
	byName map[string]style
	count  map[string]int
}

func newStyles(v *view.View, name func(*view.Row) string) *styles {
	s := &styles{map[string]style{}, map[string]int{}}
	for _, r := range v.Rows {
		key := name(r)
		if _, ok := s.byName[key]; !ok {
			s.byName[key] = newStyle(r.Cell.Engine, s.count[r.Cell.Engine])
			s.count[r.Cell.Engine]++
		}
	}
	return s
}

// Shape is the name of a decoder's marker: "circle", "triangle", "square",
// "plus" or "cross".
func Shape(engine string) string {
	switch lookOf(engine).solid.(type) {
	case draw.CircleGlyph:
		return "circle"
	case draw.PyramidGlyph:
		return "triangle"
	case draw.BoxGlyph:
		return "square"
	case draw.PlusGlyph:
		return "plus"
	}
	return "cross"
}

// neutral is the style of lines that belong to no decoder: bounds, frontiers.
func neutral(variant int) style {
	return style{
		line:  draw.LineStyle{Color: grey, Width: vg.Points(1.2), Dashes: dashes[variant%len(dashes)]},
		glyph: draw.GlyphStyle{Color: grey, Radius: vg.Points(2.6), Shape: draw.CircleGlyph{}},
	}
}
