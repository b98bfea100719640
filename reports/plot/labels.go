package plot

import (
	"cmp"
	"slices"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// manySeries is the number of series of a panel from which on their names stand
// at the ends of their lines.
const manySeries = 7

// The measures of labels at the ends of lines.
const (
	endLine = 10.5 * vg.Inch / 72 // distance between two labels
	endGap  = 12 * vg.Inch / 72   // from the data to the mark of a label
	endMark = 11 * vg.Inch / 72   // from the mark to the text
)

// endText is the label at the end of a series: its name, and the exponent of the
// law that was fitted to it.
func (s *series) endText() string {
	if s.fit == "" {
		return s.name
	}
	return s.name + ", " + s.fit
}

// labelled reports whether a series is named at its end.
func (s *series) labelled() bool { return !s.other && s.name != "" && len(s.points) > 0 }

// endRoom is the width that labels at the ends of lines take.
func (p panel) endRoom() vg.Length {
	room := vg.Length(0)
	st := p.layout.text(8)
	for _, s := range p.series {
		if s.labelled() {
			room = max(room, st.Width(s.endText()))
		}
	}
	return min(room+endGap+endMark+points(4), maxEndRoom)
}

// maxEndRoom keeps more than half of a panel for the data.
const maxEndRoom = 200 * vg.Inch / 72

// endLabels draws the name of each series right of the data at the height of
// its last point, moved apart where two would touch, with a line to the point.
func (p panel) endLabels(c draw.Canvas, data draw.Canvas, g *gplot.Plot) {
	trX, trY := g.Transforms(&data)
	from := map[*series]vg.Point{}
	var list []*series
	for _, s := range p.series {
		if !s.labelled() {
			continue
		}
		last := s.points[len(s.points)-1]
		at := vg.Point{X: data.Max.X, Y: trY(last.y)} // of a level line, which has no x
		if !s.level {
			at.X = trX(last.x) + s.dodge
		}
		from[s], list = at, append(list, s)
	}
	slices.SortStableFunc(list, func(a, b *series) int { return cmp.Compare(from[b].Y, from[a].Y) })
	heights := make([]vg.Length, len(list))
	for i, s := range list {
		heights[i] = from[s].Y
	}
	stack(heights, endLine, data.Min.Y, data.Max.Y)
	st := p.layout.text(8)
	st.YAlign, st.Color = draw.YCenter, ink // small text in a tone is hard to read; the mark has the colour
	x := data.Max.X + endGap
	for i, s := range list {
		at, y := from[s], heights[i]
		thread := draw.LineStyle{Color: pale(s.style.line.Color, 0x70), Width: points(0.5)}
		c.StrokeLines(thread, []vg.Point{at, {X: data.Max.X + points(2), Y: at.Y}, {X: x - points(5), Y: y}})
		if s.bare || s.level {
			c.StrokeLines(s.style.line, []vg.Point{{X: x - points(5), Y: y}, {X: x + points(5), Y: y}})
		} else {
			s.style.mark(&c, vg.Point{X: x, Y: y})
		}
		c.FillText(st, vg.Point{X: x + endMark - points(3), Y: y + points(0.5)}, fitText(s.endText(), st.Width, c.Max.X-x-endMark))
	}
}

// stack moves heights, which descend, so that neighbours are a distance apart
// and all lie between low and high if there is room. Labels that touch become
// one block around the mean of their places.
func stack(heights []vg.Length, distance, low, high vg.Length) {
	type block struct {
		first, n int
		sum      vg.Length // of the places that its labels want for its top
	}
	var blocks []block
	top := func(b block) vg.Length {
		t := b.sum / vg.Length(b.n)
		t = max(t, low+distance*vg.Length(b.n-1))
		return min(t, high)
	}
	for i, y := range heights {
		blocks = append(blocks, block{i, 1, y})
		for n := len(blocks); n > 1; n = len(blocks) {
			a, b := blocks[n-2], blocks[n-1]
			if top(a)-distance*vg.Length(a.n) >= top(b) {
				break
			}
			a.sum += b.sum + distance*vg.Length(a.n)*vg.Length(b.n)
			a.n += b.n
			blocks = append(blocks[:n-2], a)
		}
	}
	for _, b := range blocks {
		for i := range b.n {
			heights[b.first+i] = top(b) - distance*vg.Length(i)
		}
	}
}

// fitText cuts text to a width.
func fitText(s string, width func(string) vg.Length, room vg.Length) string {
	if width(s) <= room {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && width(string(r)+"…") > room {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// pointLabels writes the texts of points beside their marks, each in the first
// of some places where it touches no mark, no error bar and no other text; a
// text without such a place is left out.
func (p panel) pointLabels(data draw.Canvas, g *gplot.Plot) {
	trX, trY := g.Transforms(&data)
	at := func(s *series, q point) vg.Point { return vg.Point{X: trX(q.x) + s.dodge, Y: trY(q.y)} }
	across := func(q point) (lo, hi vg.Length) { return trX(max(q.xi.Low, g.X.Min)), trX(min(q.xi.High, g.X.Max)) }
	var taken []vg.Rectangle
	for _, s := range p.series {
		for _, q := range s.points {
			if s.bare || s.level {
				continue
			}
			at := at(s, q)
			taken = append(taken, box(at.X-s.style.radius, at.X+s.style.radius, at.Y-s.style.radius, at.Y+s.style.radius))
			if q.yi != nil {
				taken = append(taken, box(at.X-1, at.X+1, trY(max(q.yi.Low, g.Y.Min)), trY(min(q.yi.High, g.Y.Max))))
			}
			if q.xi != nil {
				lo, hi := across(q)
				taken = append(taken, box(lo, hi, at.Y-1, at.Y+1))
			}
		}
	}
	st, height := p.layout.text(8), points(8)
	for _, s := range p.series {
		st.Color = s.style.line.Color
		for _, q := range s.points {
			if q.label == "" {
				continue
			}
			at := at(s, q)
			w, gap := st.Width(q.label), s.style.radius+points(1.5)
			left, right, below, middle, above := at.X-gap-w, at.X+gap, at.Y-gap-height, at.Y-height/2, at.Y+gap
			places := []vg.Point{{X: right, Y: below}, {X: right, Y: above}, {X: left, Y: above}, {X: left, Y: below}, {X: right, Y: middle}, {X: left, Y: middle}}
			if len(p.y.names) > 0 { // above or below it would be read as the next row's
				if q.xi != nil {
					lo, hi := across(q)
					left, right = min(left, lo-gap/2-w), max(right, hi+gap/2)
				}
				places = []vg.Point{{X: right, Y: middle}, {X: left, Y: middle}}
			}
			for _, place := range places {
				own := box(place.X, place.X+w, place.Y, place.Y+height)
				if !inside(own, data.Rectangle) || slices.ContainsFunc(taken, func(o vg.Rectangle) bool {
					return own.Min.X < o.Max.X && o.Min.X < own.Max.X && own.Min.Y < o.Max.Y && o.Min.Y < own.Max.Y
				}) {
					continue
				}
				data.FillText(st, vg.Point{X: place.X, Y: place.Y + points(1.5)}, q.label)
				taken = append(taken, own)
				break
			}
		}
	}
}

func box(x0, x1, y0, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

func inside(a, b vg.Rectangle) bool {
	return a.Min.X >= b.Min.X && a.Max.X <= b.Max.X+points(8) && a.Min.Y >= b.Min.Y && a.Max.Y <= b.Max.Y
}

// nameWidth is the most letters of a line of a name at an axis.
const nameWidth = 30

// wrapName breaks a long name into two lines, for labels of an axis.
func wrapName(s string) string {
	r := []rune(s)
	if len(r) <= nameWidth {
		return s
	}
	for at := len(r) / 2; at < len(r); at++ {
		if r[at] == ' ' {
			return string(r[:at]) + "\n" + string(r[at+1:])
		}
	}
	return s
}
