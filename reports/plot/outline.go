package plot

import (
	"fmt"
	"html"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	vgfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// outlines are texts of an SVG file as shapes: no viewer has to have their font. Each
// letter is defined once.
type outlines struct {
	defined map[sfnt.GlyphIndex]string // paths
	order   []sfnt.GlyphIndex
}

// text is a group of letters, in units of the font, with what it says for readers of
// screens. The place is in points from the upper left corner, the angle runs against the
// clock.
func (o *outlines) text(at vg.Point, angle float64, paint string, face vgfont.Face, s string) string {
	units := int(face.Face.UnitsPerEm())
	em := fixed.I(units)
	var b strings.Builder
	fmt.Fprintf(&b, `<g aria-label="%s" style="%s" transform="translate(%s %s)`, html.EscapeString(s), paint, decimal(at.X), decimal(at.Y))
	if angle != 0 {
		fmt.Fprintf(&b, " rotate(%.4g)", -angle*180/math.Pi)
	}
	fmt.Fprintf(&b, ` scale(%.4g)">`, face.Font.Size.Points()/float64(units))
	var x fixed.Int26_6
	var last sfnt.GlyphIndex // 0 is no letter
	for _, r := range s {
		i, err := face.Face.GlyphIndex(nil, r)
		must(err)
		if kern, err := face.Face.Kern(nil, last, i, em, font.HintingNone); err == nil && last != 0 {
			x += kern
		}
		if o.define(face.Face, i, em) != "" {
			fmt.Fprintf(&b, `<use xlink:href="#g%d" x="%d"/>`, i, x.Round())
		}
		advance, err := face.Face.GlyphAdvance(nil, i, em, font.HintingNone)
		must(err)
		x, last = x+advance, i
	}
	return b.String() + "</g>\n"
}

// define returns the path of a letter, "" for a blank.
func (o *outlines) define(f *sfnt.Font, i sfnt.GlyphIndex, em fixed.Int26_6) string {
	if path, done := o.defined[i]; done {
		return path
	}
	segments, err := f.LoadGlyph(nil, i, em, nil)
	must(err)
	var b strings.Builder
	for k, s := range segments {
		if s.Op == sfnt.SegmentOpMoveTo && k > 0 {
			b.WriteByte('Z')
		}
		b.WriteByte("MLQC"[s.Op])
		for j, p := range s.Args[:max(1, int(s.Op))] {
			if j > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "%d,%d", p.X.Round(), p.Y.Round())
		}
	}
	path := b.String()
	if path != "" {
		path += "Z"
		o.order = append(o.order, i)
	}
	o.defined[i] = path
	return path
}

// definitions are the letters in the order in which they were needed.
func (o *outlines) definitions() string {
	var b strings.Builder
	b.WriteString("<defs>\n")
	for _, i := range o.order {
		fmt.Fprintf(&b, `<path id="g%d" d="%s"/>`+"\n", i, o.defined[i])
	}
	return b.String() + "</defs>\n"
}

// must panics after an error of a font, which is compiled in.
func must(err error) {
	if err != nil {
		panic("plot: a font that cannot be read")
	}
}
