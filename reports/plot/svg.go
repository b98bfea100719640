package plot

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// SVG returns the figure as an svg element to be put into a page, scaled by
// its viewBox, with a title for screen readers. Its text is escaped. Colours are
// custom properties of the page (--paper, --frame, --grid, --fg and one for each
// decoder, see [Property]) with the colours of the PNG as their defaults.
func (f *Figure) SVG() (string, error) {
	width, height := f.size()
	c := vgsvg.NewWith(vgsvg.UseWH(width, height))
	paper := draw.New(c)
	paper.SetColor(color.White)
	paper.Fill(paper.Rectangle.Path())
	f.draw(paper)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", fmt.Errorf("figure %s: %w", f.Name, err)
	}
	s := b.String()
	start, end := strings.Index(s, "<svg"), strings.Index(s, ">\n<g")
	if start < 0 || end < start {
		return "", fmt.Errorf("figure %s: the drawing library wrote no svg element", f.Name)
	}
	var title bytes.Buffer
	if err := escape(&title, f.Title); err != nil {
		return "", err
	}
	head := fmt.Sprintf(`<svg viewBox="0 0 %.6g %.6g" role="img" xmlns="http://www.w3.org/2000/svg" font-family="Liberation Sans, Arial, Helvetica, sans-serif"><title>%s</title>`,
		width.Points(), height.Points(), title.String())
	return head + compact(themed(s[end+1:])), nil
}

// Property is the name of the custom property that holds the colour of a
// decoder on a page.
func Property(engine string) string {
	if _, ok := looks[engine]; ok {
		return "--" + engine
	}
	return "--other"
}

// properties are the custom properties that stand for colours of figures, in a
// fixed order. A tone of a decoder is its colour mixed with that of --tone-1 or
// --tone-2, so that a page in dark colours may mix with others.
func properties() []property {
	list := []property{
		{"var(--paper,#FFFFFF)", color.NRGBA{0xff, 0xff, 0xff, 0xff}}, {"var(--grid," + hexOf(gridColor) + ")", gridColor},
		{"var(--frame," + hexOf(grey) + ")", grey}, {"var(--fg," + hexOf(ink) + ")", ink},
	}
	for _, engine := range append(slices.Sorted(maps.Keys(looks)), "") {
		c := lookOf(engine).color
		own := "var(" + Property(engine) + "," + hexOf(c) + ")"
		list = append(list, property{own, c})
		for tone := 1; tone < len(tones); tone++ {
			list = append(list, property{
				fmt.Sprintf("color-mix(in srgb,%s %.0f%%,var(--tone-%d,%s))", own, 100*(1-tones[tone]), tone, hexOf(ink)), toned(c, tone),
			})
		}
	}
	return list
}

// property is what stands for a colour in a style.
type property struct {
	value string
	color color.NRGBA
}

func hexOf(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

var (
	colorInStyle = regexp.MustCompile(`(fill|stroke):#([0-9A-F]{6})`)
	fontInStyle  = regexp.MustCompile(`font-family:[^;"]*;font-variant:normal;font-weight:normal;font-style:normal;`)
)

// themed replaces the fixed colours and fonts in the styles of a drawing. The
// drawing library rounds colours that are not opaque by a unit or two.
func themed(svg string) string {
	known := properties()
	svg = fontInStyle.ReplaceAllString(svg, "")
	return colorInStyle.ReplaceAllStringFunc(svg, func(s string) string {
		key, hex, _ := strings.Cut(s, ":#")
		n, err := strconv.ParseUint(hex, 16, 32)
		if err != nil {
			return s
		}
		for _, p := range known {
			if near(p.color.R, uint8(n>>16)) && near(p.color.G, uint8(n>>8)) && near(p.color.B, uint8(n)) {
				if strings.HasPrefix(p.value, "color-mix") { // an old browser takes the first
					return key + ":#" + hex + ";" + key + ":" + p.value
				}
				return key + ":" + p.value
			}
		}
		return s
	})
}

func near(a, b uint8) bool { return max(a, b)-min(a, b) <= 2 }

func escape(w io.Writer, s string) error { return xml.EscapeText(w, []byte(s)) }
