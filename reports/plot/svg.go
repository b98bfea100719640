package plot

import (
	"fmt"
	"html"
	"image/color"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// SVG returns the figure as an svg element to be put into a page, scaled by
// its viewBox, with a title for screen readers. Its text is escaped. Colours are
// custom properties of the page (--paper, --frame, --grid, --fg and one for each
// decoder, see [Property]) with the colours of the PNG as their defaults.
func (f *Figure) SVG() string {
	return f.svg(&svgWriter{properties: properties()}, `font-family="Liberation Sans, Arial, Helvetica, sans-serif"`)
}

// WriteSVG writes the figure as a file of its own, of which every viewer draws the same:
// it has a size, plain colours, and letters as shapes.
func (f *Figure) WriteSVG(w io.Writer) error {
	width, height := f.size()
	size := fmt.Sprintf(`xmlns:xlink="http://www.w3.org/1999/xlink" width="%.6gpt" height="%.6gpt"`, width.Points(), height.Points())
	_, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+f.svg(&svgWriter{outlines: &outlines{defined: map[sfnt.GlyphIndex]string{}}}, size))
	return err
}

// svg is the element with further attributes and definitions of what is drawn.
func (f *Figure) svg(w *svgWriter, attributes string) string {
	width, height := f.size()
	w.height = height
	f.replay(w)
	w.end()
	body := w.String()
	if w.outlines != nil {
		body = w.outlines.definitions() + body
	}
	return fmt.Sprintf(`<svg viewBox="0 0 %.6g %.6g" role="img" xmlns="http://www.w3.org/2000/svg" %s><title>%s</title>`+"\n%s</svg>\n",
		width.Points(), height.Points(), attributes, html.EscapeString(f.Title), body)
}

// Property is the name of the custom property that holds the colour of a
// decoder on a page.
func Property(name string) string {
	kind, extra := kindOf(name)
	_, known := looks[kind]
	switch {
	case extra >= 0:
		return fmt.Sprintf("--extra-%d", extra+1)
	case known:
		return "--" + kind
	}
	return "--other"
}

// properties are the values of CSS that stand for colours of figures. A tone of a
// decoder is its colour mixed with that of --tone-1 or --tone-2, so that a page in
// dark colours may mix with others; old browsers take the plain colour before it.
func properties() map[color.NRGBA][]string {
	list := map[color.NRGBA][]string{}
	names := append(slices.Sorted(maps.Keys(looks)), "")
	for i := range extras {
		names = append(names, fmt.Sprintf("/%d", i+1))
	}
	for _, engine := range names {
		c := lookOf(engine).color
		own := "var(" + Property(engine) + "," + hex(c) + ")"
		list[c] = []string{own}
		for tone := 1; tone < len(tones); tone++ {
			t := toned(c, tone)
			list[t] = []string{hex(t), fmt.Sprintf("color-mix(in srgb,%s %.0f%%,var(--tone-%d,%s))", own, 100*(1-tones[tone]), tone, hex(ink))}
		}
	}
	for name, c := range map[string]color.NRGBA{"--paper": {0xff, 0xff, 0xff, 0xff}, "--grid": gridColor, "--frame": grey, "--fg": ink} {
		list[c] = []string{"var(" + name + "," + hex(c) + ")"} // --frame has the grey of --other
	}
	return list
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// svgWriter writes what was drawn as elements of SVG, of which few make a small
// page: neighbouring paths share their style, and those that cannot be seen through
// are one path; coordinates have one decimal, a fifth of a pixel on the screen.
type svgWriter struct {
	strings.Builder
	height     vg.Length
	properties map[color.NRGBA][]string
	outlines   *outlines // of texts; nil for texts in a font of the reader
	pen        pen
	style      string // of the group with the path that is open, "" for none
}

// fill, stroke and text are those of a [surface].
func (w *svgWriter) fill(p pen, path vg.Path) {
	w.pen = p
	w.add(w.paint("fill"), path)
}

func (w *svgWriter) stroke(p pen, path vg.Path) {
	w.pen = p
	w.add("fill:none;"+w.line(), path)
}

func (w *svgWriter) text(p pen, at vg.Point, face font.Face, s string) {
	w.pen = p
	w.end()
	if w.outlines != nil {
		w.WriteString(w.outlines.text(vg.Point{X: at.X, Y: w.height - at.Y}, p.angle, w.paint("fill"), face, s))
		return
	}
	w.WriteString(w.label(at, face, s))
}

// add adds a path to the group of its style.
func (w *svgWriter) add(style string, p vg.Path) {
	switch {
	case style != w.style:
		w.end()
		w.WriteString(`<g style="` + style + `"><path d="`)
		w.style = style
	case w.pen.color.A < 0xff:
		w.WriteString(`"/><path d="`)
	}
	w.path(p)
}

// end ends the group.
func (w *svgWriter) end() {
	if w.style != "" {
		w.WriteString("\"/></g>\n")
		w.style = ""
	}
}

// paint declares the colour of the pen for a property of CSS.
func (w *svgWriter) paint(property string) string {
	opaque := w.pen.color
	opaque.A = 0xff
	values := w.properties[opaque]
	if values == nil {
		values = []string{hex(opaque)}
	}
	out := property + ":" + strings.Join(values, ";"+property+":")
	if w.pen.color.A < 0xff {
		out += fmt.Sprintf(";%s-opacity:%.2g", property, float64(w.pen.color.A)/0xff)
	}
	return out
}

// line declares a stroke with the pen.
func (w *svgWriter) line() string {
	out := w.paint("stroke") + ";stroke-width:" + decimal(w.pen.width)
	for i, d := range w.pen.dashes {
		out += []string{";stroke-dasharray:", ","}[min(i, 1)] + decimal(d)
	}
	return out
}

// label is a text element. Black text has the colour of text of the page.
func (w *svgWriter) label(p vg.Point, face font.Face, s string) string {
	at := fmt.Sprintf(`x="%s" y="%s"`, decimal(p.X), decimal(w.height-p.Y))
	if w.pen.angle != 0 {
		at += fmt.Sprintf(` transform="rotate(%.4g %s %s)"`, -w.pen.angle*180/math.Pi, decimal(p.X), decimal(w.height-p.Y))
	}
	if len(s) >= 12 { // whatever font the reader has: a wider one would run out of the figure
		at += fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, decimal(face.Width(s)))
	}
	style := "font-size:" + decimal(face.Font.Size) + "px"
	if w.pen.color != (color.NRGBA{A: 0xff}) {
		style += ";" + w.paint("fill")
	}
	return fmt.Sprintf(`<text %s style="%s">%s</text>`+"\n", at, style, html.EscapeString(s))
}

// path writes lines and arcs, level and upright lines with one number.
func (w *svgWriter) path(p vg.Path) {
	var lastX, lastY string
	write := func(command string, at vg.Point) {
		x, y := decimal(at.X), decimal(w.height-at.Y)
		switch {
		case command == "L" && y == lastY:
			w.WriteString("H" + x)
		case command == "L" && x == lastX:
			w.WriteString("V" + y)
		default:
			w.WriteString(command + x + "," + y)
		}
		lastX, lastY = x, y
	}
	for _, c := range p {
		switch c.Type {
		case vg.MoveComp:
			write("M", c.Pos)
		case vg.LineComp:
			write("L", c.Pos)
		case vg.ArcComp: // in two halves: a circle has no single arc
			r := decimal(c.Radius)
			for half := 1.0; half <= 2; half++ {
				sin, cos := math.Sincos(c.Start + c.Angle*half/2)
				write("A"+r+","+r+" 0 0 0 ", vg.Point{X: c.Pos.X + c.Radius*vg.Length(cos), Y: c.Pos.Y + c.Radius*vg.Length(sin)})
			}
		case vg.CloseComp:
			w.WriteString("Z")
		default:
			panic("plot: a path is neither straight nor an arc")
		}
	}
}

// decimal writes a length in points with one decimal at most.
func decimal(x vg.Length) string {
	s := strings.TrimSuffix(strconv.FormatFloat(x.Points(), 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}
