package summary

import (
	"fmt"

	"dllmbench/reports/view"
)

// racers writes who is fastest on a task, and at what quality.
func (w *writer) racers(t *task) {
	best := t.speed.best
	if t.speed.rivals == nil {
		if w.v.FloorText() != "" && len(bestOf(t.Point, timed, byTime)) >= 2 {
			w.speedLines = append(w.speedLines, t.name+": "+w.few(best))
		}
		return
	}
	w.fastest.of++
	line := w.fastestLine(t)
	if t.speed.certainty() == Shown {
		w.fastest.add(best.Cell.Engine)
	}
	// The fastest often pays with quality: name the fastest that does not.
	if r := t.lossless; r != nil {
		w.lossless.of++
		w.lossless.add(r.Cell.Engine)
		if r != best {
			line += w.withoutLoss(t.Point, t.quality.best, r)
		} else {
			line += w.noLoss(t.quality.best, r)
		}
	}
	w.speedLines = append(w.speedLines, line)
}

// few says who reaches the floor where there is nobody to compare with.
func (w *writer) few(only *view.Row) string {
	if only == nil {
		return "no decoder reaches the floor of " + w.v.FloorText() + "."
	}
	return fmt.Sprintf("only %s settings reach the floor of %s; its fastest is %s with %s.", view.Clean(only.Cell.Engine), w.v.FloorText(), name(only), ms(only))
}

// withoutLoss names the fastest that is not shown to solve less than the best,
// and how much less it may solve all the same.
func (w *writer) withoutLoss(p *view.Point, best, r *view.Row) string {
	if r == best {
		return fmt.Sprintf(" Every faster setting is shown to solve less than %s, which takes %s%s.", solves(best), ms(r), w.againstReference(p, r))
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

// fastestLine says who is fastest on a task, and whether that is shown against
// each other engine.
func (w *writer) fastestLine(t *task) string {
	best := t.speed.best
	took := func(r *view.Row) string { return fmt.Sprintf("%s (%s)", name(r), ms(r)) }
	var even, open []string
	for _, o := range t.speed.rivals {
		if !o.known {
			open = append(open, took(o.row))
		} else if !o.lost {
			even = append(even, took(o.row))
		}
	}
	switch t.speed.certainty() {
	case TooFew:
		return fmt.Sprintf("%s: fastest was %s with %s, before %s, but there are too few pairs for an interval (six are needed).", t.name, name(best), ms(best), and(open))
	case Even:
		return fmt.Sprintf("%s: %s do not differ significantly in speed.", t.name, and(append([]string{took(best)}, even...)))
	}
	w.claims += len(t.speed.rivals)
	against := w.againstReference(t.Point, best)
	if best == t.Reference || against == "" {
		next := t.speed.rivals[0]
		against = fmt.Sprintf(", %s as fast as %s", times(next.both.Speed), name(next.row))
	}
	return fmt.Sprintf("%s: %s is fastest, %s%s.", t.name, name(best), ms(best), against)
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
		return ", not significantly different from " + name(p.Reference)
	}
	if known && r != p.Reference {
		w.claims++
	}
	return fmt.Sprintf(", %s as fast as %s", times(s), name(p.Reference))
}
