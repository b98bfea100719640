package summary

import (
	"fmt"

	"dllmbench/reports/view"
)

// racers writes who is fastest on a task, and at what quality.
func (w *writer) racers(t *task) {
	best, floor := t.speed.best, w.v.FloorText()
	if t.speed.rivals == nil { // nobody to compare with: a floor may be why
		switch {
		case floor == "" || len(bestOf(t.Point, timed, view.Least(view.E2E))) < 2:
		case best == nil:
			w.speedLines = append(w.speedLines, fmt.Sprintf("%s: no decoder reaches the floor of %s.", t.name, floor))
		default:
			w.speedLines = append(w.speedLines, fmt.Sprintf("%s: only %s settings reach the floor of %s; its fastest is %s with %s.", t.name, view.Clean(best.Cell.Engine), floor, name(best), ms(best)))
		}
		return
	}
	w.fastest.of++
	line := w.fastestLine(t)
	if why := t.Lengths(); why != "" {
		line += " " + why
	}
	if t.speed.certainty() == Shown {
		w.fastest.add(best.Cell.Engine)
	}
	// The fastest often pays with quality: name the fastest that does not.
	if r := t.lossless; r != nil {
		w.lossless.of++
		w.lossless.add(r.Cell.Engine)
		solver := t.quality.best
		switch {
		case r == best && r == solver:
			line += fmt.Sprintf(" %s is not shown to solve less than any other.", name(r))
		case r == best:
			line += fmt.Sprintf(" %s is not shown to solve less than %s%s.", name(r), solves(solver), w.mayLose(solver, r))
		case r == solver:
			line += fmt.Sprintf(" Every faster setting is shown to solve less than %s, which takes %s%s.", solves(solver), ms(r), w.againstReference(t.Point, r))
		default:
			line += fmt.Sprintf(" Without a shown loss against %s%s: %s, %s%s.", solves(solver), w.mayLose(solver, r), name(r), ms(r), w.againstReference(t.Point, r))
		}
	}
	w.speedLines = append(w.speedLines, line)
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
		against = fmt.Sprintf(", %s as fast%s as %s", times(next.both.Speed), perToken(t.PerToken()), name(next.row))
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
	return fmt.Sprintf(", %s as fast%s as %s", times(s), perToken(p.PerToken()), name(p.Reference))
}
