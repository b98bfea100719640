package summary

import (
	"fmt"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// quality writes who solves most on a task.
func (w *writer) quality(t *task) {
	if t.judged == "" {
		return
	}
	best := t.quality.best
	say := func(format string, args ...any) {
		w.qualityLines = append(w.qualityLines, t.name+": "+fmt.Sprintf(format, args...)+".")
	}
	w.judged[t.judged]++
	switch t.judged {
	case Unsolved:
		say("no decoder solves any (n = %d%s)%s", best.Instances, notExcluded(best.Values[view.Exact]), inPart(t.Point))
		return
	case Alone:
		say("%s (the only decoder with a score, n = %d)", solves(best), best.Instances)
		return
	case Guessed:
		var list []string
		for _, r := range t.quality.all() {
			list = append(list, solves(r))
		}
		say("no decoder is shown to be well above the chance level of %s%%: %s (n = %d)", view.Number(100*t.Chance.Value), lists.And(list), best.Instances)
		return
	}
	w.tasks.of++
	w.leads.of++
	var even, worse []string
	for _, r := range t.quality.front() {
		w.tasks.add(r.Decoder())
		even = append(even, solves(r))
	}
	pairs, decidable, differ := best.Instances, false, []string{}
	for _, o := range t.quality.rivals {
		if o.both.Exact != nil {
			pairs = min(pairs, o.both.Exact.N)
		}
		decidable = decidable || o.known
		if o.lost {
			worse = append(worse, fmt.Sprintf("%s (%s)", solves(o.row), points(o.both.Exact)))
		} else if o.both.Exact != nil {
			differ = append(differ, fmt.Sprintf("%s minus %s: %s", name(o.row), name(best), points(o.both.Exact)))
		}
	}
	n := fmt.Sprintf("n = %d", best.Instances)
	if len(differ) > 0 {
		n += "; " + strings.Join(differ, "; ")
	}
	if pairs < best.Instances {
		n += fmt.Sprintf("; some pairs share only %d instances", pairs)
	}
	if !decidable {
		n += "; too few to show any difference"
	}
	switch {
	case len(even) == 1:
		w.leads.add(best.Decoder())
		say("%s solves most (%s); less: %s", even[0], n, lists.And(worse))
	case len(worse) > 0:
		say("%s are not shown to differ (%s). Less: %s", lists.And(even), n, lists.And(worse))
	default:
		say("%s are not shown to differ (%s)", lists.And(even), n)
	}
}

// inPart lists, for a task that no decoder solves, how much of the answer is right.
func inPart(p *view.Point) string {
	has := func(r *view.Row) bool { return r.Values[view.Partial] != nil }
	more := func(a, b *view.Row) int { return view.Least(view.Partial)(b, a) }
	rows := bestOf(p, has, more)
	if len(rows) == 0 || rows[0].Values[view.Partial].Value == 0 {
		return ""
	}
	parts := make([]string, len(rows))
	for i, r := range rows {
		parts[i] = fmt.Sprintf("%s %s%%", name(r), view.Partial.Text(r.Values[view.Partial]))
	}
	return ". Right in part: " + lists.And(parts)
}
