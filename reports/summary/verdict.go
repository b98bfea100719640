package summary

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// verdict is the answer for trained weights in a few sentences of counts.
func (w *writer) verdict() []string {
	var out sentences
	compared, alone, unsolved, guessed := w.judged[Shown], w.judged[Alone], w.judged[Unsolved], w.judged[Guessed]
	all := compared + alone + unsolved + guessed
	if compared > 0 {
		s := fmt.Sprintf("Quality: on %d of %d tasks no decoder is shown to be best; best was %s", compared-w.leads.sum(), compared, w.leads.text())
		switch w.leads.sum() {
		case 0:
			s = "Quality: no decoder is shown to be best on " + anyOf(compared)
		case compared:
			s = "Quality: best was " + w.leads.text() + " tasks"
		}
		out.add(true, "%s. Best, or not shown to differ from the best: %s.", s, w.tasks.text())
	}
	out.add(compared > 0 && alone == 1, "One more task was run by one decoder alone and is not counted.")
	out.add(compared > 0 && alone > 1, "%d more tasks were run by one decoder alone and are not counted.", alone)
	out.add(compared == 0 && alone > 0, "Quality: no task has two decoders to compare.")
	out.add(unsolved > 0, "On %d of %d tasks no decoder solves any instance, so they say nothing about which one solves more.", unsolved, all)
	out.add(guessed > 0, "On %d of %d tasks no decoder is %.0f points above the rate of a strategy that does not solve the task (chance), with an interval above it, so they are not counted.",
		guessed, all, 100*claims.Competence)
	out.add(slices.ContainsFunc(w.v.Rows, func(r *view.Row) bool { return r.Usable() && !r.Eligible() }),
		"Decoders that pick by the checker, marked (oracle), are shown and never called best or fastest: no user has the checker.")
	if w.fastest.of > 0 {
		s := "Speed on trained weights: fastest was " + w.fastest.text() + " tasks"
		if w.fastest.sum() == 0 {
			s = "Speed on trained weights: no decoder is shown to be fastest on " + anyOf(w.fastest.of)
		} else if left := w.fastest.of - w.fastest.sum(); left > 0 {
			s += fmt.Sprintf(" (%d not decided)", left)
		}
		which := " that solves at least ten points more than chance"
		if floor := w.v.FloorText(); floor != "" {
			which += " and reaches " + floor
		}
		s += "; this counts the fastest setting of each decoder" + which + "."
		if left := w.lossless.of - w.lossless.sum(); w.lossless.of > 0 && w.lossless.sum() == 0 {
			s += fmt.Sprintf(" Which is the fastest without loss, of less than %s, cannot be said on %s.", margin, anyOf(left))
		} else if w.lossless.of > 0 {
			s += fmt.Sprintf(" Fastest of those shown to lose less than %s against the best: %s", margin, w.lossless.text())
			if left > 0 {
				s += fmt.Sprintf("; on %d it cannot be said", left)
			}
			s += "."
		}
		out = append(out, s)
	}
	out.add(w.dropTasks > 0, "Fewer denoising steps are shown to solve less in %d of %d comparisons of the fewest with the most steps.", w.drops, w.dropTasks)
	return out
}

// anyOf is "any of the 8 tasks".
func anyOf(n int) string {
	if n == 1 {
		return "the one task"
	}
	return fmt.Sprintf("any of the %d tasks", n)
}

// crossovers says, for each decoder of a cost-only model, at which lengths it
// is faster than the reference.
func (w *writer) crossovers() []string {
	const (
		slower = iota
		open
		faster
		few
	)
	words := [...]string{"slower at ", "not shown to differ by more than " + speedMargin + " at ", "faster at ", "not decided for too few pairs at "}
	type key struct {
		subject, decoder string
		batch            int
	}
	type compared struct {
		*view.Point
		row     *view.Row
		outcome int
	}
	var all []compared
	for _, p := range w.v.Points {
		if w.v.Crossing(p) != nil { // which says more
			continue
		}
		for _, r := range p.Rows {
			s := p.Against[r].Speed
			if !p.CostOnly || p.Reference == nil || s == nil {
				continue
			}
			side, known := view.Side(s)
			outcome := open + side
			if !known {
				outcome = few
			}
			all = append(all, compared{p, r, outcome})
		}
	}
	series := view.Groups(all, func(c compared) key { return key{c.Subject() + c.Extra(), c.row.Name, c.Batch} })
	var out []string
	tooFew := 0
	for _, x := range series {
		var at [len(words)][]int // lengths by outcome
		for _, c := range x {
			at[c.outcome] = append(at[c.outcome], c.Budget)
		}
		if len(at[few]) == len(x) {
			tooFew++
			continue
		}
		var parts []string
		last := 0
		for _, outcome := range []int{slower, open, few, faster} {
			if list := at[outcome]; len(list) > 0 {
				slices.Sort(list)
				parts, last = append(parts, words[outcome]+lengths(list)), outcome
			}
		}
		first := x[0]
		head := view.Clean(first.Subject())
		if first.Batch > 1 {
			head += fmt.Sprintf(", batch %d", first.Batch)
		}
		head = fmt.Sprintf("%s%s: %s, against %s, is ", strings.ToUpper(head[:1])+head[1:], view.Clean(first.Extra()), name(first.row), name(first.Reference))
		line := head + lists.And(parts)
		if len(parts) == 1 && len(x) > 1 {
			line = fmt.Sprintf("%s%severy length measured (%d to %d tokens)", head, words[last], at[last][0], at[last][len(x)-1])
		}
		if below, above := at[slower], at[faster]; len(below) > 0 && len(above) > 0 && below[len(below)-1] < above[0] {
			line += fmt.Sprintf("; the crossover lies between %d and %d tokens", below[len(below)-1], above[0])
		}
		out = append(out, line+".")
	}
	if tooFew > 0 {
		_, reference := w.v.Versus()
		out = append(out, fmt.Sprintf("Cost-only models: in %d of %d comparisons there are too few pairs to say whether a decoder is faster than %s; an interval needs six.", tooFew, len(series), reference))
	}
	return out
}

func lengths(budgets []int) string {
	parts := make([]string, len(budgets))
	for i, n := range budgets {
		parts[i] = fmt.Sprint(n)
	}
	return lists.And(parts) + " tokens"
}

// caveats says what was left out and how far the statements carry.
func (w *writer) caveats() []string {
	var out sentences
	v := w.v
	n, cells := v.Counts(), len(v.Rows)
	failed, untimed, below := 0, 0, 0
	trained, costOnly := false, false
	for _, r := range v.Rows {
		failed += r.Failed
		if r.BelowFloor {
			below++
		}
		if r.Untimed && r.State == view.Valid {
			untimed++
		}
		trained = trained || !r.Cell.CostOnly
		costOnly = costOnly || r.Cell.CostOnly
	}
	for _, line := range w.remarks() {
		out.add(true, "%s", line)
	}
	floor := v.FloorText()
	out.add(v.Valid != nil && !*v.Valid, "The whole run is invalid: %s.", reasons(v.Reasons))
	out.add(n[view.Invalid] > 0, "%d of %d cells are invalid and left out.", n[view.Invalid], cells)
	out.add(n[view.NotRun] > 0, "%d of %d planned cells have no usable result.", n[view.NotRun], cells)
	out.add(n[view.Unjudged] > 0, "Not judged for validity: %s. The run did not reach its end.", view.Count(n[view.Unjudged], "cell"))
	for _, note := range v.Header.LeftOut {
		out.add(true, "Of the scenario: %s.", view.Clean(note))
	}
	out.add(floor != "", "%d of %d cells are below the floor of %s that the scenario sets, by their value, and are not called fastest.", below, cells, floor)
	for _, s := range v.Untrained() {
		out.add(true, "Untrained use (%s), which says nothing of weights that were trained for it: %s.", view.UntrainedMark, s)
	}
	out.add(untimed > 0, "The times of %s are invalid and left out; scores and counters are not.", view.Count(untimed, "cell"))
	out.add(failed > 0, "Failed and in no number: %s.", view.Count(failed, "request"))
	out.add(v.Orphans > 0, "Left out, because the header does not plan their cells: %s.", view.Count(v.Orphans, "request"))
	out.add(w.statements > 0, "Differences in speed below %s are not called differences.", speedMargin)
	out.add(w.statements > 0, "Each comparison of two decoders holds at 95%% by itself, without correction for their number. The summary, tables and figures of this run rest on %d of them, so up to %.2g may be wrong by chance.",
		w.statements, float64(w.statements)/20)
	if trained && len(w.qualityLines) > 0 {
		out.add(true, "A difference in solved instances is shown where the exact test (McNemar) rejects; its interval inverts that test. \"Without loss\" is shown where the whole interval of the difference lies above −%s.", margin)
		out.add(true, "Where a decoder has several settings its best one is named, chosen on the same instances, which favours the decoder with more settings. All of this holds for these weights, not for a kind of decoder in general.")
	}
	out.add(costOnly, "Cost-only models have random weights: they show time and work for a given number of steps, and nothing about quality.")
	return out
}

func reasons(list []string) string {
	if len(list) == 0 {
		return "no reason was recorded"
	}
	clean := make([]string, len(list))
	for i, s := range list {
		clean[i] = view.Clean(s)
	}
	return lists.And(clean)
}

// remarks are what is remarked of cells and limits what their scores say.
func (w *writer) remarks() (list []string) {
	const most = 6 // the page has all
	for _, p := range w.v.Points {
		for _, r := range p.Rows {
			for _, why := range r.Reasons {
				if result.Telling(why) {
					list = append(list, view.Clean(p.Task()+", "+r.Name+": "+why)+".")
				}
			}
		}
	}
	if more := len(list) - most; more > 0 {
		list = append(list[:most], fmt.Sprintf("The same is remarked of %s; the list of validity has all.", view.Count(more, "further cell")))
	}
	return list
}
