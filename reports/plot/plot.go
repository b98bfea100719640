// Package plot draws the figures of a run with gonum/plot, each as PNG and as
// SVG for the page. A decoder has the same colour and marker shape in every
// figure; bars are 95% intervals; a figure without enough data is not drawn but
// named with the reason.
package plot

import (
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"dllmbench/reports/guard"
)

// Figure is a picture of one or more panels that share a legend.
type Figure struct {
	Name    string // file name without extension: lower case letters, digits, hyphens
	Title   string
	Caption string // what points and bars are
	GoesOn  bool   // from the figure before it
	layout  Layout // the zero value is that of the screen
	keyed   bool   // names stand in the legend only: lines have no ends of their own
	wide    bool   // one panel a row, series named at the ends of their lines
	panels  []panel
	height  vg.Length // of the panels together; 0 for the usual one
}

// Skipped names a figure that was not drawn.
type Skipped struct {
	Name   string
	Reason string
}

type panel struct {
	title  string
	x, y   axis
	series []*series
	tiles  []tile // drawn below the series
	guides []guide
	heads  []heading
	notes  []note // lines of text below the title
	finish func() // what takes long, done when the panel is drawn; may be nil
	layout Layout // of the figure, while it is drawn
}

// note is a line of text in a colour.
type note struct {
	text  string
	color color.Color
}

const (
	wideHeight = 2.5 * vg.Inch // of a panel that has a row for itself
	nameLine   = 10.5 * vg.Inch / 72
	dpi        = 192
)

var (
	ink       = color.NRGBA{0x1b, 0x1e, 0x22, 0xff}
	grey      = color.NRGBA{0x55, 0x55, 0x55, 0xff}
	gridColor = color.NRGBA{0xe4, 0xe4, 0xe4, 0xff}
	gridLine  = draw.LineStyle{Color: gridColor, Width: vg.Points(0.5)}
)

func points(x float64) vg.Length { return vg.Points(x) }

// PNG writes the figure, on a screen 1,200 pixels wide. Figures may be written at the same
// time.
func (f *Figure) PNG(w io.Writer) error {
	fast := png.Encoder{CompressionLevel: png.BestSpeed} // 4% larger
	if err := fast.Encode(w, f.raster(dpi).Image()); err != nil {
		return fmt.Errorf("figure %s: %w", f.Name, err)
	}
	return nil
}

// raster draws the figure with so many dots per inch.
func (f *Figure) raster(dpi int) *vgimg.Canvas {
	width, height := f.size()
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	guard.Must("figure "+f.Name, func() { f.draw(draw.New(c)) })
	return c
}

// Text is the caption of the figure in a paper: its title, what points and bars are, and
// what a screen shows as notes in the panels.
func (f *Figure) Text() string {
	title := f.Title
	if len(f.panels) == 1 && f.panels[0].title != "" {
		title += joint(title) + f.panels[0].title
	}
	text := title + ". " + strings.TrimSpace(f.Caption)
	for _, p := range f.panels {
		head := " "
		if len(f.panels) > 1 && p.title != "" {
			head += p.title + ": "
		}
		for _, n := range p.notes {
			text += head + n.text + "."
			head = " "
		}
	}
	return text
}

// captionLines is the caption cut into lines that fit the figure; none on paper.
func (f *Figure) captionLines() []string {
	l := f.look()
	if l.printed() {
		return nil
	}
	return wrap(f.Caption, l.text(8), l.width-2*margin)
}

const margin = 8 * vg.Inch / 72

func (f *Figure) rows() int { return (len(f.panels) + f.columns() - 1) / f.columns() }

func (f *Figure) columns() int {
	if f.wide {
		return 1
	}
	return min(f.look().across, len(f.panels))
}

func (f *Figure) size() (w, h vg.Length) {
	l := f.look()
	h = l.height
	if f.wide {
		h = wideHeight
	}
	if len(f.panels) == 1 {
		h = l.sole
	}
	for _, p := range f.panels { // each name of a row is a line of text
		h = max(h, nameLine*vg.Length(len(p.y.names))+points(52))
	}
	h *= vg.Length(f.rows())
	if f.height > 0 {
		h = f.height
	}
	return l.width, h + f.headHeight() + f.footHeight()
}

func (f *Figure) headHeight() vg.Length {
	if f.look().printed() {
		return 0
	}
	return margin + points(17)
}

func (f *Figure) footHeight() vg.Length {
	l := f.look()
	return l.legendLine()*vg.Length(len(f.legend())) + captionLine*vg.Length(len(f.captionLines())) + 2*l.margin()
}

const captionLine = 10 * vg.Inch / 72

// draw draws title, panels, legend and caption from top to bottom; on paper panels and
// legend.
func (f *Figure) draw(c draw.Canvas) {
	l := f.look()
	if !l.printed() {
		title := l.text(12)
		title.YAlign = draw.YTop
		c.FillText(title, vg.Point{X: c.Min.X + margin, Y: c.Max.Y - margin}, f.Title)
	}

	area := draw.Crop(c, l.margin(), -l.margin(), f.footHeight(), -f.headHeight())
	columns, rows := vg.Length(f.columns()), vg.Length(f.rows())
	w, h := (area.Max.X-area.Min.X)/columns, (area.Max.Y-area.Min.Y)/rows
	room := vg.Length(0) // the same for all panels, so that their axes stand below each other
	panels := slices.Clone(f.panels)
	for i := range panels {
		panels[i].layout = l
		if l.printed() { // they stand in the caption, see [Figure.Text]
			panels[i].notes = nil
			if len(panels) == 1 {
				panels[i].title = ""
			}
		}
		room = max(room, panels[i].endRoom())
	}
	for i, p := range panels {
		col, row := vg.Length(i%f.columns()), vg.Length(i/f.columns())
		box := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: area.Min.X + col*w, Y: area.Max.Y - (row+1)*h},
			Max: vg.Point{X: area.Min.X + (col+1)*w, Y: area.Max.Y - row*h},
		}}
		edge := min(points(6), l.margin()) // the names of the last ticks may be wide
		p.draw(draw.Crop(box, edge, -2*points(6), points(3), -points(3)), f.wide, room)
	}

	y := c.Min.Y + f.footHeight() - l.margin()
	for _, line := range f.legend() {
		x := c.Min.X + l.margin()
		for _, s := range line {
			s.thumbnail(draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: x, Y: y - l.legendLine()}, Max: vg.Point{X: x + thumbWidth, Y: y},
			}})
			st := l.text(9)
			st.YAlign = draw.YCenter
			at := vg.Point{X: x + thumbWidth + points(4), Y: y - l.legendLine()/2 + points(1)}
			c.FillText(st, at, fitText(s.name, st.Width, c.Max.X-l.margin()-at.X))
			x += l.legendWidth(s)
		}
		y -= l.legendLine()
	}
	caption := l.text(8)
	caption.Color, caption.YAlign = grey, draw.YTop
	for i, line := range f.captionLines() {
		c.FillText(caption, vg.Point{X: c.Min.X + margin, Y: y - points(2) - captionLine*vg.Length(i)}, line)
	}
}

const thumbWidth = 22 * vg.Inch / 72

func (l Layout) legendWidth(s *series) vg.Length {
	return thumbWidth + points(16) + l.text(9).Width(s.name)
}

// legend lists every series of the panels once, as it is where it has most points, in
// lines that fit.
func (f *Figure) legend() [][]*series {
	l := f.look()
	var lines [][]*series
	fullest := map[string]*series{}
	for _, p := range f.panels {
		for _, s := range p.series {
			if o := fullest[s.name]; o == nil || len(s.points) > len(o.points) {
				fullest[s.name] = s
			}
		}
	}
	seen := map[string]bool{}
	left := vg.Length(0)
	for _, p := range f.panels {
		for _, s := range p.series {
			if seen[s.name] || s.name == "" || f.wide && s.labelled() {
				continue
			}
			seen[s.name] = true
			s = fullest[s.name]
			if lines == nil || l.legendWidth(s) > left {
				lines = append(lines, nil)
				left = l.width - 2*l.margin()
			}
			left -= l.legendWidth(s)
			lines[len(lines)-1] = append(lines[len(lines)-1], s)
		}
	}
	return lines
}

// draw draws one panel, with the names of series in the room at the ends of
// their lines if they are wanted there.
func (p panel) draw(c draw.Canvas, ends bool, endRoom vg.Length) {
	g := gplot.New()
	g.Title.Text = p.title
	g.Title.TextStyle.Font = p.layout.letters(g.Title.TextStyle.Font, 10)
	if w := g.Title.TextStyle.Width(p.title); w > c.Size().X {
		g.Title.TextStyle.Font.Size *= max(0.6, c.Size().X/w)
	}
	g.Title.Padding = points(4) + noteLine*vg.Length(len(p.notes))
	xmin, xmax, ymin, ymax := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, s := range p.series {
		a, b, c, d := s.DataRange()
		xmin, xmax, ymin, ymax = min(xmin, a), max(xmax, b), min(ymin, c), max(ymax, d)
	}
	for _, g := range p.guides {
		xmin, xmax = min(xmin, g.from), max(xmax, g.to)
	}
	for _, t := range p.tiles {
		xmin, xmax, ymin, ymax = min(xmin, t.x0), max(xmax, t.x1), min(ymin, t.y0), max(ymax, t.y1)
	}
	p.x.apply(&g.X, xmin, xmax, p.layout)
	p.y.apply(&g.Y, ymin, ymax, p.layout)
	if len(p.tiles) > 0 {
		g.Add(layer(p.drawTiles))
	} else {
		g.Add(layer(drawGrid))
	}
	g.Add(layer(p.drawGuides))
	for _, s := range p.series {
		g.Add(layer(s.drawBands)) // below all lines
	}
	for _, s := range p.series {
		g.Add(layer(s.draw))
	}
	// The titles of the axes are drawn here: gonum/plot leaves room for one on
	// a logarithmic axis as if it stood near the end.
	const room = 15 * vg.Inch / 72
	inner := draw.Crop(c, room, 0, room, 0)
	if ends {
		inner = draw.Crop(inner, 0, -endRoom, 0, 0)
	}
	g.Draw(inner)
	data := g.DataCanvas(inner)
	if ends {
		p.endLabels(c, data, g)
	}
	p.pointLabels(data, g)
	st := p.layout.text(9)
	st.XAlign, st.YAlign = draw.XCenter, draw.YBottom
	c.FillText(st, vg.Point{X: data.Center().X, Y: c.Min.Y + points(2)}, p.x.title)
	st.Rotation, st.YAlign = math.Pi/2, draw.YTop
	middle := data.Center().Y
	if w, room := p.layout.text(9).Width(p.y.title), c.Size().Y; w > 2*(c.Max.Y-middle) { // longer than the axis
		st.Font.Size *= min(1, room/w)
		middle = c.Center().Y
	}
	c.FillText(st, vg.Point{X: c.Min.X + points(2), Y: middle}, p.y.title)
	small := p.layout.text(8)
	small.XAlign, small.YAlign = draw.XCenter, draw.YTop
	y := c.Max.Y - points(13)
	for _, n := range p.notes {
		small.Color = n.color
		c.FillText(small, vg.Point{X: data.Center().X, Y: y}, n.text)
		y -= noteLine
	}
}

const noteLine = 10 * vg.Inch / 72

// layer is drawn into the frame of a panel. It has no range of data, which would
// widen the axes.
type layer func(draw.Canvas, *gplot.Plot)

// Plot draws the layer.
func (l layer) Plot(c draw.Canvas, p *gplot.Plot) { l(c, p) }

// wrap cuts text at spaces into lines of at most the width.
func wrap(s string, st text.Style, width vg.Length) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if next := strings.TrimSpace(line + " " + word); line == "" || st.Width(next) <= width {
			line = next
			continue
		}
		lines = append(lines, line)
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
