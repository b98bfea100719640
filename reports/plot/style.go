package plot

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// The palette of Okabe and Ito (2008), which stays apart for colour-blind
// readers. Each decoder keeps its hue and the shape of its first variant in
// every figure; further variants have other marks, tones and dashes. The first
// decoder of a kind has the hue of the kind; others have one of extras.
var looks = map[string]look{
	"autoregressive": {color.NRGBA{0x00, 0x72, 0xb2, 0xff}, circle, 0},
	"diffusion":      {color.NRGBA{0xd5, 0x5e, 0x00, 0xff}, triangle, 2},
	"block":          {color.NRGBA{0x00, 0x9e, 0x73, 0xff}, square, 4},
	"hybrid":         {color.NRGBA{0xcc, 0x79, 0xa7, 0xff}, plus, 6},
	"remote":         {color.NRGBA{0xe6, 0x9f, 0x00, 0xff}, cross, 8},
}

// extras are the hues of further decoders of a kind, see [view.Row.Look]: none is near
// that of a kind, so that a decoder is never taken for the one it is compared with.
var extras = []color.NRGBA{
	{0x86, 0x47, 0xad, 0xff}, {0x74, 0x78, 0x00, 0xff}, {0x4d, 0x5b, 0xd1, 0xff}, {0xb3, 0x20, 0x2e, 0xff}, {0x3f, 0x7c, 0x0f, 0xff},
}

// kindOf is the kind of engine in a look, and which of extras it has, −1 for none.
func kindOf(name string) (kind string, extra int) {
	if kind, number, found := strings.Cut(name, "/"); found {
		if n, err := strconv.Atoi(number); err == nil && n > 0 {
			return kind, (n - 1) % len(extras)
		}
	}
	return name, -1
}

// look is the hue of a decoder, its own shape, and where in the pool its further
// shapes begin, so that decoders differ there too.
type look struct {
	color color.NRGBA
	home  shape
	first int
}

// other is the look of decoders that this program does not know by name.
var other = look{color.NRGBA{0x55, 0x55, 0x55, 0xff}, cross, 1}

// pool are the shapes of further variants.
var pool = []shape{diamond, star, down, plus, right, hourglass, cross, left, asterisk}

// glyphs are the marks of a decoder's variants, each different: its own shape
// filled and hollow, then those of the pool, filled and hollow in turn.
func (l look) glyphs() []glyph {
	list := []glyph{{l.home, false}}
	if l.home.closed() {
		list = append(list, glyph{l.home, true})
	}
	for round := range 2 {
		for i := range pool {
			s := pool[(l.first+i)%len(pool)]
			hollow := (i+round)%2 == 1
			if s.name == l.home.name || !s.closed() && round == 1 {
				continue
			}
			list = append(list, glyph{s, hollow && s.closed()})
		}
	}
	return list
}

// Color is the colour of a decoder as #rrggbb, for pages that go with the figures.
func Color(engine string) string { return hex(lookOf(engine).color) }

func lookOf(name string) look {
	kind, extra := kindOf(name)
	l, known := looks[kind]
	if !known {
		l = other
	}
	if extra >= 0 {
		l.color = extras[extra]
	}
	return l
}

// Shape is the name of a decoder's marker: "circle", "triangle", "square",
// "plus" or "cross".
func Shape(engine string) string { return lookOf(engine).home.name }

// tones are how much of the colour of text is mixed into a decoder's hue: steps
// of lightness that variants differ by. All have more contrast to paper than
// the hue itself.
var tones = []float64{0, 0.34, 0.62}

// toned is a step of lightness of a colour.
func toned(c color.NRGBA, tone int) color.NRGBA { return mixed(c, ink, tones[tone]) }

// mixed is a colour with a share of another one.
func mixed(c, with color.NRGBA, share float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8((1-share)*float64(a) + share*float64(b) + 0.5) }
	return color.NRGBA{mix(c.R, with.R), mix(c.G, with.G), mix(c.B, with.B), 0xff}
}

// dashes tell variants of one decoder apart, beside marks and tones, and on paper all
// curves: they differ in how many dashes a period has, in their length or their share of it,
// also in what a legend shows behind a mark.
var dashes = [][]vg.Length{
	nil, {6, 3}, {7, 2.5, 1.5, 2.5}, {2.8, 1.6}, {4, 8}, {7, 2, 1.5, 2, 1.5, 2},
}

// neutralDashes are those of lines that belong to no decoder: no curve is dotted.
var neutralDashes = [][]vg.Length{nil, {6, 3}, {1, 3}}

// style is how one series is drawn.
type style struct {
	engine  string
	variant int // of the decoder, from 0
	order   int // among all of the run
	line    draw.LineStyle
	glyph   glyph
	radius  vg.Length
}

// newStyle is the style of a decoder's variant, in the first tone.
func newStyle(engine string, variant int) style {
	l := lookOf(engine)
	marks := l.glyphs()
	_, extra := kindOf(engine) // further decoders of a kind begin with the next marks
	return style{
		engine: engine, variant: variant,
		line: draw.LineStyle{
			Color: l.color, Width: vg.Points(1.4), Dashes: dashes[variant%len(dashes)],
		},
		glyph:  marks[(variant+extra+1)%len(marks)],
		radius: vg.Points(3.6),
	}
}

// mark draws the marker at a place.
func (s style) mark(c *draw.Canvas, at vg.Point) { s.glyph.draw(c, at, s.radius, s.line.Color) }

// styles gives every name of a decoder (a row's name, or a family) its style,
// the same for all figures of a view.
type styles map[string]style

func (s styles) of(name string, _ int) style { return s[name] }

// newStyles numbers the variants of each decoder by how many rows have them, so
// that the ones that are seen most have the plainest looks; of equal ones in
// order of first appearance.
func newStyles(v *view.View, name func(*view.Row) string) styles {
	parts := lists.Split(v.Rows, name)
	slices.SortStableFunc(parts, func(a, b lists.Part[string, *view.Row]) int { return cmp.Compare(len(b.Of), len(a.Of)) })
	s, count := styles{}, map[string]int{}
	for _, p := range parts {
		engine := p.Of[0].Look
		st := newStyle(engine, count[engine])
		st.order = len(s)
		s[p.Key] = st
		count[engine]++
	}
	return s
}

// apart gives the variants of one decoder in a figure their tones, in turn, and
// another mark where two would look alike, as happens in runs of very many
// settings. Series of one owner keep one look.
func apart(panels []panel) {
	taken := map[string]bool{}
	given := map[string]style{}
	count := map[string]int{}
	for _, p := range panels {
		for _, s := range p.series {
			if s.style.engine == "" || s.other || s.fixed {
				continue
			}
			key := s.style.engine + "\n" + cmp.Or(s.owner, s.name)
			st, ok := given[key]
			if !ok {
				tone := count[s.style.engine] % len(tones)
				count[s.style.engine]++
				st = s.style.toned(tone)
				for tries := 0; taken[st.seat()] && tries < 2*len(pool); tries++ {
					st = newStyle(st.engine, st.variant+1).toned(tone)
				}
				taken[st.seat()], given[key] = true, st
			}
			st.line.Dashes, st.radius = s.style.line.Dashes, s.style.radius
			if st.variant != s.style.variant && s.owner == "" {
				st.line.Dashes = given[key].line.Dashes
			}
			s.style = st
		}
	}
}

// seat is what a look is told from others by: colour and mark.
func (s style) seat() string { return fmt.Sprint(s.line.Color, s.glyph.name, s.glyph.hollow) }

// toned is the style in a tone of its decoder.
func (s style) toned(tone int) style {
	s.line.Color = toned(lookOf(s.engine).color, tone)
	return s
}

// neutral is the style of lines that belong to no decoder: bounds, frontiers.
func neutral(variant int) style {
	return style{
		line:   draw.LineStyle{Color: grey, Width: vg.Points(1.2), Dashes: neutralDashes[variant%len(neutralDashes)]},
		glyph:  glyph{shape: circle},
		radius: vg.Points(2.6),
	}
}
