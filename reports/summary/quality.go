package summary

import (
	"cmp"
	"fmt"

	"dllmbench/harness/claims"
	"dllmbench/reports/view"
)

// quality writes who solves most on a task.
func (w *writer) quality(p *view.Point) {
	rows := bestOf(p, scored, byExact)
	if len(rows) == 0 {
		return
	}
	best := rows[0]
	if best.Values[view.Exact].Value == 0 {
		w.unsolved++
		w.qualityLines = append(w.qualityLines, fmt.Sprintf("%s: no decoder solves any (n = %d%s).%s", view.Clean(p.Task()), best.Instances, notExcluded(best.Values[view.Exact]), inPart(p)))
		return
	}
	if len(rows) == 1 {
		w.alone++
		w.qualityLines = append(w.qualityLines, fmt.Sprintf("%s: %s (the only decoder with a score, n = %d).", view.Clean(p.Task()), solves(best), best.Instances))
		return
	}
	if guessed(p, best) {
		w.guessed++
		list := make([]string, len(rows))
		for i, r := range rows {
			list[i] = solves(r)
		}
		w.qualityLines = append(w.qualityLines, fmt.Sprintf("%s: nobody is shown to be well above the chance level of %s%%: %s (n = %d).",
			view.Clean(p.Task()), view.Number(100*p.Chance.Value), and(list), best.Instances))
		return
	}
	w.tasks.of++
	w.leads.of++
	w.tasks.add(best.Cell.Engine)
	even := []string{solves(best)}
	var worse []string
	pairs, decidable := best.Instances, false
	for _, r := range rows[1:] {
		c := w.v.Compare(best, r)
		side, known := c.SolvesMore()
		if c.Exact != nil {
			pairs = min(pairs, c.Exact.N)
		}
		decidable = decidable || known
		if side < 0 {
			w.claims++
			worse = append(worse, fmt.Sprintf("%s (%s)", solves(r), points(c.Exact)))
			continue
		}
		w.tasks.add(r.Cell.Engine)
		even = append(even, solves(r))
	}
	task := view.Clean(p.Task()) + ": "
	n := fmt.Sprintf("n = %d", best.Instances)
	if pairs < best.Instances {
		n += fmt.Sprintf(", of which some pairs share only %d", pairs)
	}
	if !decidable {
		n += ", too few to show any difference"
	}
	if len(even) == 1 {
		w.leads.add(best.Cell.Engine)
		w.qualityLines = append(w.qualityLines, task+even[0]+" solves most ("+n+"); less: "+and(worse)+".")
		return
	}
	line := task + and(even) + " cannot be told apart at " + n
	if len(worse) > 0 {
		line += ". Less: " + and(worse)
	}
	w.qualityLines = append(w.qualityLines, line+".")
}

// guessed tells whether even the best decoder of a task is not above chance, the
// rate of a strategy that does not solve it, as claims ask it.
func guessed(p *view.Point, best *view.Row) bool {
	return p.Chance.Known && !claims.AboveChance(*best.Values[view.Exact], p.Chance.Value, 100)
}

// inPart lists, for a task that nobody solves, how much of the answer is right.
func inPart(p *view.Point) string {
	has := func(r *view.Row) bool { return r.Values[view.Partial] != nil }
	rows := bestOf(p, has, func(a, b *view.Row) int {
		return cmp.Compare(b.Values[view.Partial].Value, a.Values[view.Partial].Value)
	})
	if len(rows) == 0 || rows[0].Values[view.Partial].Value == 0 {
		return ""
	}
	parts := make([]string, len(rows))
	for i, r := range rows {
		parts[i] = fmt.Sprintf("%s %s%%", name(r), view.Partial.Text(r.Values[view.Partial]))
	}
	return " Right in part: " + and(parts) + "."
}
