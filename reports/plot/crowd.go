package plot

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// maxSeries is the most settings that a panel names.
const maxSeries = 8

// uncrowd keeps the settings of a panel that are named and gathers all others as
// small dots, one kind for each decoder, so that no measurement is hidden. The
// note tells the reader, and is nil when nothing had to give way.
func uncrowd(list []*series) ([]*series, []note) {
	if len(list) <= maxSeries {
		return list, nil
	}
	return gather(list, telling(list))
}

// telling are at most maxSeries settings to name: for each decoder in turn, the
// settings with the most points, of these the ones with points that no other beats.
func telling(list []*series) []*series {
	return inTurn(list, maxSeries, (*series).kind, func(a, b *series) int {
		return cmp.Or(cmp.Compare(len(b.points), len(a.points)), cmp.Compare(b.unbeaten(), a.unbeaten()))
	})
}

// inTurn picks at most so many of a list: the first of each decoder in the order
// given, then the second and so on. They stay in their order.
func inTurn[T comparable](list []T, most int, engine func(T) string, order func(a, b T) int) []T {
	engines, picked := lists.Split(list, engine), map[T]bool{}
	for round := 0; len(picked) < min(len(list), most); round++ {
		for _, e := range engines {
			if round == 0 {
				slices.SortStableFunc(e.Of, order)
			}
			if round < len(e.Of) && len(picked) < most {
				picked[e.Of[round]] = true
			}
		}
	}
	return lists.Keep(list, func(x T) bool { return picked[x] })
}

// few are at most maxSeries rows of a task, of each decoder in turn; a note tells the
// reader of the others.
func few(p *view.Point) ([]*view.Row, []note) {
	rows := inTurn(rowsWith(p), maxSeries, engineOf, inOrder)
	if all := len(rowsWith(p)); all > len(rows) {
		return rows, []note{{fmt.Sprintf("%d of %d settings, of each decoder in turn", len(rows), all), grey}}
	}
	return rows, nil
}

// inOrder keeps a list in its order.
func inOrder(_, _ *view.Row) int { return 0 }

// gather keeps the named settings, in order, and puts the points of all others in
// front of them as small dots, one kind for each engine; a note tells the reader.
func gather(list, named []*series) ([]*series, []note) {
	var rest []*series
	for _, e := range lists.Split(list, (*series).kind) {
		dots := &series{name: "other settings of " + view.Clean(e.Key), style: newStyle(e.Key, 0), other: true}
		dots.style.radius = vg.Points(1.7)
		for _, s := range lists.Keep(e.Of, func(s *series) bool { return !slices.Contains(named, s) }) {
			for _, q := range s.points {
				dots.points = append(dots.points, point{x: q.x, y: q.y, pale: true})
			}
		}
		if len(dots.points) > 0 {
			rest = append(rest, dots)
		}
	}
	return append(rest, named...), []note{{fmt.Sprintf("%d of %d settings are named, others are pale dots", len(named), len(list)), grey}}
}

// unbeaten is the number of points that are not pale.
func (s *series) unbeaten() int {
	return len(lists.Keep(s.points, func(q point) bool { return !q.pale }))
}

// spread moves the series apart sideways, over at most a width, so that error
// bars at the same place can be told apart.
func spread(list []*series, width vg.Length) {
	moved := lists.Keep(list, func(s *series) bool { return !s.level && !s.other && !s.bare })
	if len(moved) < 2 {
		return
	}
	step := min(vg.Points(5), width/vg.Length(len(moved)-1))
	for i, s := range moved {
		s.dodge = step * (vg.Length(i) - vg.Length(len(moved)-1)/2)
	}
}

// The widths over which series are spread: on an axis of numbers little, so that
// the place still tells the number; on one of categories more.
const (
	numberSpread   = 12 * vg.Inch / 72
	categorySpread = 24 * vg.Inch / 72
)

// maxPoints is the most points of a panel: more lie on top of each other.
const maxPoints = 400

// thin leaves points of crowded panels out, the same share of each series, but
// never the end of a line, where its name may stand, and none of a stepped curve. It
// returns how many stood there and how many are drawn; equal if none is left out.
func thin(panels []panel) (all, drawn int) {
	for i := range panels {
		total := 0
		for _, s := range panels[i].series {
			total += len(s.points)
		}
		all += total
		every := (total + maxPoints - 1) / maxPoints
		for k, s := range panels[i].series {
			if every > 1 && len(s.points) > every && !s.stepped {
				few := *s // series may stand in several panels
				few.points = nil
				for j := 0; j < len(s.points); j += every {
					few.points = append(few.points, s.points[j])
				}
				if last := len(s.points) - 1; s.joined && last%every != 0 {
					few.points = append(few.points, s.points[last])
				}
				panels[i].series[k] = &few
			}
			drawn += len(panels[i].series[k].points)
		}
	}
	return all, drawn
}
