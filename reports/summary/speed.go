package summary

import (
	"fmt"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
	"dllmbench/reports/view"
)

// racers writes who is fastest on a task, and at what quality.
func (w *writer) racers(t *task) {
	best, floor := t.speed.best, w.v.FloorText()
	if t.speed.rivals == nil { // nobody to compare with: a floor may be why
		if floor == "" {
			floor = "chance and ten points more"
		}
		switch {
		case len(bestOf(t.Point, timed, view.Least(view.E2E))) < 2:
		case best == nil:
			w.speedLines = append(w.speedLines, fmt.Sprintf("%s: no decoder reaches the floor of %s, so none is called fastest.", t.name, floor))
		default:
			w.speedLines = append(w.speedLines, fmt.Sprintf("%s: only settings of %s reach the floor of %s; the fastest is %s with %s.", t.name, view.Clean(best.Decoder()), floor, name(best), ms(best)))
		}
		return
	}
	w.fastest.of++
	line := w.fastestLine(t)
	if why := t.Lengths(); why != "" {
		line += " " + why
	}
	if t.speed.certainty() == Shown {
		w.fastest.add(best.Decoder())
	}
	// The fastest often pays with quality: name the fastest that is shown not to.
	if solver := t.quality.best; t.judged == Shown && (t.lossless != nil || t.open != nil) {
		w.lossless.of++
		r := t.lossless
		if r != nil {
			w.lossless.add(r.Decoder())
		}
		switch {
		case r == nil:
			line += fmt.Sprintf(" Which is the fastest without loss cannot be said: %s.", w.mayLose(solver, t.open))
		case r == best && r == solver:
			line += fmt.Sprintf(" No other solves more than %s by value.", name(r))
		case r == best:
			line += fmt.Sprintf(" It loses less than %s against %s (%s).", margin, solves(solver), points(w.v.Compare(solver, r).Exact))
		case r == solver:
			line += fmt.Sprintf(" Every faster setting is shown to solve less than %s, which takes %s%s.", solves(solver), ms(r), w.againstReference(t.Point, r))
		default:
			line += fmt.Sprintf(" The fastest that loses less than %s against %s is %s (%s), %s%s.", margin, solves(solver), name(r), points(w.v.Compare(solver, r).Exact), ms(r), w.againstReference(t.Point, r))
		}
	}
	w.speedLines = append(w.speedLines, line)
}

// margin is the loss of quality that counts as none.
var margin = fmt.Sprintf("%g points", 100*verdict.Margin)

// mayLose says why it is open whether a row loses anything against the best.
func (w *writer) mayLose(best, r *view.Row) string {
	d := w.v.Compare(best, r).Exact
	if d == nil || d.CI == nil {
		return fmt.Sprintf("%s, which is faster, shares too few instances with %s", name(r), solves(best))
	}
	text := fmt.Sprintf("%s takes %s, and a loss of up to %.0f points against %s is not excluded (%s points are allowed, n = %d", name(r), ms(r), -d.CI.Low, solves(best), view.Number(100*verdict.Margin), d.N)
	if least := stats.MinForShares(verdict.Margin, (1-stats.Level)/2); d.N < least {
		text += fmt.Sprintf("; at least %d are needed", least)
	}
	return text + ")"
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
			even = append(even, fmt.Sprintf("%s (%s; %s is %s as fast)", name(o.row), ms(o.row), name(best), times(o.both.Speed)))
		}
	}
	switch t.speed.certainty() {
	case TooFew:
		why := "there are too few pairs for an interval (six are needed)"
		if !slices.ContainsFunc(t.speed.rivals, func(o rival) bool { return o.both.Speed != nil }) {
			why = "their times are not paired"
		}
		return fmt.Sprintf("%s: fastest was %s with %s, before %s, but %s.", t.name, name(best), ms(best), lists.And(open), why)
	case Even:
		return fmt.Sprintf("%s: no decoder is shown to be faster than all others by more than %s: %s.", t.name, speedMargin, lists.And(append([]string{took(best)}, even...)))
	}
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
	if side, known := view.Side(s); known && side == 0 {
		return fmt.Sprintf(", %s %s (%s)", sameSpeed(s), name(p.Reference), times(s))
	}
	return fmt.Sprintf(", %s as fast%s as %s", times(s), perToken(p.PerToken()), name(p.Reference))
}
