package plot

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
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
func telling(list []*series) map[*series]bool {
	engines, queues := enginesOf(list), map[string][]*series{}
	for _, s := range list {
		queues[s.style.engine] = append(queues[s.style.engine], s)
	}
	for _, q := range queues {
		slices.SortStableFunc(q, func(a, b *series) int {
			return cmp.Or(cmp.Compare(len(b.points), len(a.points)), cmp.Compare(b.unbeaten(), a.unbeaten()))
		})
	}
	named := map[*series]bool{}
	most := min(maxSeries, len(list))
	for len(named) < most {
		for _, e := range engines {
			if q := queues[e]; len(q) > 0 && len(named) < most {
				named[q[0]] = true
				queues[e] = q[1:]
			}
		}
	}
	return named
}

// gather keeps the named settings, in order, and puts the points of all others in
// front of them as small dots, one kind for each engine; a note tells the reader.
func gather(list []*series, named map[*series]bool) ([]*series, []note) {
	var kept, rest []*series
	for _, e := range enginesOf(list) {
		dots := &series{name: "other settings of " + e, style: newStyle(e, 0), other: true}
		dots.style.radius = vg.Points(1.7)
		for _, s := range list {
			if named[s] || s.style.engine != e {
				continue
			}
			for _, q := range s.points {
				dots.points = append(dots.points, point{x: q.x, y: q.y, pale: true})
			}
		}
		if len(dots.points) > 0 {
			rest = append(rest, dots)
		}
	}
	for _, s := range list {
		if named[s] {
			kept = append(kept, s)
		}
	}
	return append(rest, kept...), []note{{fmt.Sprintf("%d of %d settings are named, others are pale dots", len(kept), len(list)), grey}}
}

// unbeaten is the number of points that are not pale.
func (s *series) unbeaten() int {
	n := 0
	for _, q := range s.points {
		if !q.pale {
			n++
		}
	}
	return n
}

// spread moves the series apart sideways, over at most a width, so that error
// bars at the same place can be told apart.
func spread(list []*series, width vg.Length) {
	var moved []*series
	for _, s := range list {
		if !s.level && !s.other && !s.bare {
			moved = append(moved, s)
		}
	}
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
