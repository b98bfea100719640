package summary

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/reports/view"
)

// steps writes what the fewest steps of a family lose against the most.
func (w *writer) steps(p *view.Point) {
	count := func(r *view.Row) float64 { n, _ := r.Steps(); return n }
	stepped := slices.DeleteFunc(slices.Clone(p.Rows), func(r *view.Row) bool { return count(r) == 0 || !r.Usable() || !scored(r) })
	for _, rows := range view.Groups(stepped, (*view.Row).Family) {
		slices.SortStableFunc(rows, func(a, b *view.Row) int { return cmp.Compare(count(a), count(b)) })
		few, most := rows[0], rows[len(rows)-1]
		if count(few) == count(most) || few.Values[view.Exact].Value == 0 && most.Values[view.Exact].Value == 0 {
			continue
		}
		c := w.v.Compare(most, few)
		if c.Exact == nil {
			continue
		}
		w.dropTasks++
		line := fmt.Sprintf("%s: %s with %s instead of %s denoising steps solves %.0f%% instead of %.0f%%",
			view.Clean(p.Task()), view.Clean(few.FamilyName()), view.Number(count(few)), view.Number(count(most)),
			few.Values[view.Exact].Value, most.Values[view.Exact].Value)
		if side, _ := c.SolvesMore(); side == 0 {
			line += fmt.Sprintf(", not shown to differ at n = %d (%s)", c.Exact.N, points(c.Exact))
		} else {
			if side < 0 {
				w.drops++
			}
			line += " (" + points(c.Exact) + ")"
		}
		if c.Speed != nil {
			line += ", and " + asFast(c)
		}
		w.stepLines = append(w.stepLines, line+".")
	}
}

// parallelism says for each task what AUP the decoders with several settings have.
func (w *writer) parallelism() []string {
	var lines []string
	var at *view.Point
	for _, x := range w.v.Parallelisms() {
		part := fmt.Sprintf("%s %s (%s)", view.Clean(x.Row.Decoder()), view.WithInterval(&x.AUP), view.Count(x.Settings, "setting"))
		if x.Point == at {
			lines[len(lines)-1] += ", " + part
			continue
		}
		at = x.Point
		lines = append(lines, view.Clean(x.Point.Task())+": AUP "+part)
	}
	if len(lines) > 0 {
		lines = append([]string{"Intervals of AUP are over instances. Where two of them overlap, which decoder has more is not shown."}, lines...)
	}
	return lines
}
