package summary

import (
	"fmt"
	"slices"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// racing rows may be called the fastest: they have a time and reach the floor
// of quality, if the run has one.
func racing(r *view.Row) bool { return timed(r) && !r.BelowFloor }

// speed writes who is fastest on a task, and at what quality.
func (w *writer) speed(p *view.Point) {
	rows := bestOf(p, racing, byTime)
	if len(rows) < 2 {
		if w.v.FloorText() != "" && len(bestOf(p, timed, byTime)) >= 2 {
			w.speedLines = append(w.speedLines, view.Clean(p.Task())+": "+w.few(rows))
		}
		return
	}
	w.fastest.of++
	line, won := w.fastestLine(p, rows)
	if won {
		w.fastest.add(rows[0].Cell.Engine)
	}
	// The fastest often pays with quality: name the fastest that does not.
	if best := bestOf(p, scored, byExact); len(best) > 0 && telling(p, best) {
		r := w.fastestWithoutLoss(p, best[0])
		if r != nil {
			w.lossless.of++
			w.lossless.add(r.Cell.Engine)
		}
		if r != nil && r != rows[0] {
			line += w.withoutLoss(p, best[0], r)
		} else if r != nil {
			line += w.noLoss(best[0], r)
		}
	}
	w.speedLines = append(w.speedLines, line)
}

// few says who reaches the floor where there is nobody to compare with.
func (w *writer) few(rows []*view.Row) string {
	if len(rows) == 0 {
		return "no decoder reaches the floor of " + w.v.FloorText() + "."
	}
	return fmt.Sprintf("only %s settings reach the floor of %s; its fastest is %s with %s.", view.Clean(rows[0].Cell.Engine), w.v.FloorText(), name(rows[0]), ms(rows[0]))
}

// withoutLoss names the fastest that is not shown to solve less than the best,
// and how much less it may solve all the same.
func (w *writer) withoutLoss(p *view.Point, best, r *view.Row) string {
	if r == best {
		return fmt.Sprintf(" Whatever took less time is shown to solve less than %s, which takes %s%s.", solves(best), ms(r), w.againstReference(p, r))
	}
	return fmt.Sprintf(" Without a shown loss against %s%s: %s, %s%s.", solves(best), w.mayLose(best, r), name(r), ms(r), w.againstReference(p, r))
}

// noLoss says of the fastest itself that it is not shown to solve less.
func (w *writer) noLoss(best, r *view.Row) string {
	if r == best {
		return fmt.Sprintf(" %s is not shown to solve less than any other.", name(r))
	}
	return fmt.Sprintf(" %s is not shown to solve less than %s%s.", name(r), solves(best), w.mayLose(best, r))
}

// mayLose is the loss that an interval leaves open.
func (w *writer) mayLose(best, r *view.Row) string {
	if d := w.v.Compare(best, r).Exact; d.CI.Low <= -0.5 {
		return fmt.Sprintf(" (a loss of up to %.0f points is not excluded)", -d.CI.Low)
	}
	return ""
}

// fastestWithoutLoss is the fastest row whose exact match is not shown to be
// below the best row's; nil where a faster one has too few instances to tell.
func (w *writer) fastestWithoutLoss(p *view.Point, best *view.Row) *view.Row {
	var out *view.Row
	var unknown []*view.Row
	for _, r := range p.Rows {
		if !r.Eligible() || !scored(r) || !racing(r) || out != nil && byTime(r, out) >= 0 {
			continue
		}
		if r != best {
			side, known := w.v.Compare(best, r).SolvesMore()
			if !known {
				unknown = append(unknown, r)
			}
			if !known || side < 0 {
				continue
			}
		}
		out = r
	}
	if out != nil && slices.ContainsFunc(unknown, func(r *view.Row) bool { return byTime(r, out) < 0 }) {
		return nil
	}
	return out
}

// fastestLine says who of the rows, fastest first, is fastest, and whether
// that is shown against each other engine.
func (w *writer) fastestLine(p *view.Point, rows []*view.Row) (string, bool) {
	best, task := rows[0], view.Clean(p.Task())+": "
	var even, open []string
	var next *stats.Estimate
	for _, r := range rows[1:] {
		s := w.v.Compare(r, best).Speed
		switch side, known := view.Side(s); {
		case !known:
			open = append(open, fmt.Sprintf("%s (%s)", name(r), ms(r)))
		case side <= 0:
			even = append(even, fmt.Sprintf("%s (%s)", name(r), ms(r)))
		}
		if next == nil {
			next = s
		}
	}
	switch {
	case len(open) > 0:
		return fmt.Sprintf("%sfastest was %s with %s, before %s, but there are too few pairs for an interval (six are needed).", task, name(best), ms(best), and(open)), false
	case len(even) > 0:
		even = append([]string{fmt.Sprintf("%s (%s)", name(best), ms(best))}, even...)
		return fmt.Sprintf("%s%s cannot be told apart in speed.", task, and(even)), false
	}
	w.claims += len(rows) - 1
	against := w.againstReference(p, best)
	if best == p.Reference || against == "" {
		against = fmt.Sprintf(", %s as fast as %s", times(next), name(rows[1]))
	}
	return fmt.Sprintf("%s%s is fastest, %s%s.", task, name(best), ms(best), against), true
}

// againstReference is ", 2.1 times as fast as ar (2.0 to 2.2)", or "" without a
// reference or for the reference itself.
func (w *writer) againstReference(p *view.Point, r *view.Row) string {
	s := p.Against[r].Speed
	if p.Reference == nil || s == nil {
		return ""
	}
	side, known := view.Side(s)
	if known && side == 0 {
		return ", not told apart from " + name(p.Reference)
	}
	if known && r != p.Reference {
		w.claims++
	}
	return fmt.Sprintf(", %s as fast as %s", times(s), name(p.Reference))
}
