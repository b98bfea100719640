package plot

import (
	"image/color"
	"math"
	"slices"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"dllmbench/harness/stats"
)

// point is one marker. An interval is nil when there is none.
type point struct {
	x, y   float64
	xi, yi *stats.Interval
	label  string // written beside the marker, may be ""
	pale   bool   // drawn in a pale colour: dominated by another point
	pooled bool   // its interval is over several seeds or samples
}

// series is a run of points of one decoder, drawn with one style: line, error
// bars, markers.
type series struct {
	name    string
	key     string // of the rows that it was made of, if any
	style   style
	points  []point
	joined  bool      // points are joined in order, except points of equal x
	bare    bool      // without markers: a line alone
	faint   bool      // bars are pale and without ends, do not widen the axis, and are cut by the frame
	level   bool      // one point whose y holds at every x: a line with a band
	owner   string    // whose look it has, "" for that of its name
	fixed   bool      // its mark means something else than a variant of a decoder
	other   bool      // gathers settings that are not named one by one
	marks   []int     // points with a marker; nil for all
	stepped bool      // a staircase, of which no point may be left out
	fit     string    // exponent of the fitted law, for the label at the end
	dodge   vg.Length // shift to the side that keeps error bars of neighbours apart
}

// kind is the kind of engine whose look it has.
func (s *series) kind() string {
	kind, _ := kindOf(s.style.engine)
	return kind
}

// named is the series of that name, a new one with this style where there is none.
func (p *panel) named(name string, st style) *series {
	for _, s := range p.series {
		if s.name == name {
			return s
		}
	}
	s := &series{name: name, style: st}
	p.series = append(p.series, s)
	return s
}

// some reports whether a series has points.
func (s *series) some() bool { return len(s.points) > 0 }

// draw draws the series.
func (s *series) draw(c draw.Canvas, p *gplot.Plot) {
	trX, trY := p.Transforms(&c)
	if s.level {
		s.drawLevel(c, trY)
		return
	}
	at := func(x, y float64) vg.Point { return vg.Point{X: trX(x) + s.dodge, Y: trY(y)} }
	if s.joined {
		for i := 1; i < len(s.points); i++ {
			if a, b := s.points[i-1], s.points[i]; a.x != b.x {
				c.StrokeLines(s.style.line, []vg.Point{at(a.x, a.y), at(b.x, b.y)})
			}
		}
	}
	s.bars(c, p, at)
	for i, q := range s.points {
		if s.bare || s.marks != nil && !slices.Contains(s.marks, i) {
			continue
		}
		st := s.style
		if q.pale {
			st.line.Color = pale(st.line.Color, 0x66)
		}
		st.mark(&c, at(q.x, q.y))
	}
}

// bars draws the intervals of the points, inside the frame: with ends, or faint.
func (s *series) bars(c draw.Canvas, p *gplot.Plot, at func(x, y float64) vg.Point) {
	line := draw.LineStyle{Width: s.style.line.Width * thinner}
	cap := s.style.radius * 0.7
	banded := s.banded()
	for i, q := range s.points {
		line.Color = s.style.line.Color
		if q.pale || s.faint {
			line.Color = pale(line.Color, 0x66)
		}
		if q.yi != nil && !banded[i] {
			low, high := max(q.yi.Low, p.Y.Min), min(q.yi.High, p.Y.Max)
			lo, hi := at(q.x, low), at(q.x, high)
			switch {
			case !s.faint:
				c.StrokeLines(line, []vg.Point{lo, hi}, []vg.Point{{X: lo.X - cap, Y: lo.Y}, {X: lo.X + cap, Y: lo.Y}}, []vg.Point{{X: hi.X - cap, Y: hi.Y}, {X: hi.X + cap, Y: hi.Y}})
			case low < high:
				c.StrokeLines(draw.LineStyle{Color: pale(s.style.line.Color, 0x33), Width: vg.Points(2.4)}, []vg.Point{lo, hi})
			}
		}
		if q.xi != nil {
			lo, hi := at(max(q.xi.Low, p.X.Min), q.y), at(min(q.xi.High, p.X.Max), q.y)
			c.StrokeLines(line, []vg.Point{lo, hi}, []vg.Point{{X: lo.X, Y: lo.Y - cap}, {X: lo.X, Y: lo.Y + cap}}, []vg.Point{{X: hi.X, Y: hi.Y - cap}, {X: hi.X, Y: hi.Y + cap}})
		}
	}
}

// drawLevel draws a horizontal line with the interval as a pale band.
func (s *series) drawLevel(c draw.Canvas, trY func(float64) vg.Length) {
	q := s.points[0]
	if q.yi != nil {
		fillBox(c, pale(s.style.line.Color, 0x22), c.Min.X, c.Max.X, max(trY(q.yi.Low), c.Min.Y), min(trY(q.yi.High), c.Max.Y))
	}
	y := trY(q.y)
	c.StrokeLines(s.style.line, []vg.Point{{X: c.Min.X, Y: y}, {X: c.Max.X, Y: y}})
}

// pale is a colour with little opacity.
func pale(c color.Color, opacity uint8) color.Color {
	p := color.NRGBAModel.Convert(c).(color.NRGBA)
	p.A = opacity
	return p
}

// DataRange returns the extent of points and intervals.
func (s *series) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, ymin = math.Inf(1), math.Inf(1)
	xmax, ymax = math.Inf(-1), math.Inf(-1)
	for _, q := range s.points {
		if !s.level {
			xmin, xmax = min(xmin, q.x), max(xmax, q.x)
		}
		ymin, ymax = min(ymin, q.y), max(ymax, q.y)
		if q.yi != nil && !s.faint {
			ymin, ymax = min(ymin, q.yi.Low), max(ymax, q.yi.High)
		}
		if q.xi != nil {
			xmin, xmax = min(xmin, q.xi.Low), max(xmax, q.xi.High)
		}
	}
	return xmin, xmax, ymin, ymax
}

// thumbnail draws the sample of the legend in a box.
func (s *series) thumbnail(c draw.Canvas) {
	mid := (c.Min.Y + c.Max.Y) / 2
	if s.joined && len(s.points) > 1 || s.level {
		if len(s.banded()) > 0 {
			fillBox(c, pale(s.style.line.Color, bandOpacity), c.Min.X, c.Max.X, c.Min.Y+points(2), c.Max.Y-points(2))
		}
		c.StrokeLines(s.style.line, []vg.Point{{X: c.Min.X, Y: mid}, {X: c.Max.X, Y: mid}})
	}
	if !s.level && !s.bare {
		s.style.mark(&c, vg.Point{X: (c.Min.X + c.Max.X) / 2, Y: mid})
	}
}
