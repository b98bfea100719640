package summary

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/reports/view"
)

// verdict is the answer for trained weights in a few sentences of counts.
func (w *writer) verdict() []string {
	var out []string
	compared, alone := w.judged[Shown], w.judged[Alone]
	all := compared + alone + w.judged[Unsolved] + w.judged[Guessed]
	if compared > 0 {
		s := fmt.Sprintf("Quality: on %d of %d tasks no decoder is shown to be best", compared-w.leads.sum(), compared)
		if w.leads.sum() == 0 {
			s = "Quality: no decoder is shown to be best on " + anyOf(compared)
		} else if w.leads.sum() == compared {
			s = "Quality: best was " + w.leads.text() + " tasks"
		} else {
			s += "; best was " + w.leads.text()
		}
		out = append(out, s+". Best, or not significantly different from the best: "+w.tasks.text()+".")
	}
	switch {
	case alone == 1 && compared > 0:
		out = append(out, "One more task was run by one kind of decoder alone and is not counted.")
	case alone > 0 && compared > 0:
		out = append(out, fmt.Sprintf("%d more tasks were run by one kind of decoder alone and are not counted.", alone))
	case alone > 0:
		out = append(out, "Quality: one kind of decoder ran, so nothing is compared.")
	}
	if w.judged[Unsolved] > 0 {
		out = append(out, fmt.Sprintf("On %d of %d tasks no decoder solves any instance, so they say nothing about which one solves more.", w.judged[Unsolved], all))
	}
	if w.judged[Guessed] > 0 {
		out = append(out, fmt.Sprintf("On %d of %d tasks no decoder is %.0f points above the rate of a strategy that does not solve the task (chance), with an interval above it, so they are not counted.", w.judged[Guessed], all, 100*claims.Competence))
	}
	if slices.ContainsFunc(w.v.Rows, func(r *view.Row) bool { return r.Usable() && !r.Eligible() }) {
		out = append(out, "Decoders that pick by the checker, marked (oracle), are shown and never called best or fastest: no user has the checker.")
	}
	if w.fastest.of > 0 {
		s := "Speed on trained weights: fastest was " + w.fastest.text() + " tasks"
		if w.fastest.sum() == 0 {
			s = "Speed on trained weights: no decoder is shown to be fastest on " + anyOf(w.fastest.of)
		} else if left := w.fastest.of - w.fastest.sum(); left > 0 {
			s += fmt.Sprintf(" (%d not decided)", left)
		}
		if floor := w.v.FloorText(); floor != "" {
			s += "; this counts the fastest setting of each decoder that reaches " + floor + "."
		} else {
			s += "; this counts the fastest setting of each decoder, whatever it solves."
		}
		if w.lossless.of > 0 {
			s += " Fastest of those not shown to solve less than the best: " + w.lossless.text() + "."
		}
		out = append(out, s)
	}
	if w.dropTasks > 0 {
		out = append(out, fmt.Sprintf("Fewer denoising steps are shown to solve less in %d of %d comparisons of the fewest with the most steps.", w.drops, w.dropTasks))
	}
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
	type key struct {
		subject, decoder string
		batch            int
	}
	const (
		slower = iota
		open
		faster
		few
	)
	words := [...]string{"slower at ", "not significantly different at ", "faster at ", "not decided for too few pairs at "}
	type series struct {
		head string
		at   [len(words)][]int // lengths by outcome
	}
	found := map[key]*series{}
	var order []*series
	for _, p := range w.v.Points {
		for _, r := range p.Rows {
			s := p.Against[r].Speed
			if !p.CostOnly || p.Reference == nil || s == nil {
				continue
			}
			k := key{p.Subject() + p.Extra(), r.Name, p.Batch}
			if found[k] == nil {
				head := view.Clean(p.Subject())
				if p.Batch > 1 {
					head += fmt.Sprintf(", batch %d", p.Batch)
				}
				found[k] = &series{head: fmt.Sprintf("%s%s: %s, against %s,", strings.ToUpper(head[:1])+head[1:], view.Clean(p.Extra()), name(r), name(p.Reference))}
				order = append(order, found[k])
			}
			side, known := view.Side(s)
			outcome := open + side
			if !known {
				outcome = few
			} else if side != 0 {
				w.claims++
			}
			found[k].at[outcome] = append(found[k].at[outcome], p.Budget)
		}
	}
	var out []string
	tooFew := 0
	for _, x := range order {
		var parts []string
		n, last := 0, 0
		for _, outcome := range []int{slower, open, few, faster} {
			if list := x.at[outcome]; len(list) > 0 {
				slices.Sort(list)
				parts = append(parts, words[outcome]+lengths(list))
				n, last = n+len(list), outcome
			}
		}
		if len(x.at[few]) == n {
			tooFew++
			continue
		}
		line := x.head + " is " + and(parts)
		if len(parts) == 1 && n > 1 {
			line = fmt.Sprintf("%s is %severy length measured (%d to %d tokens)", x.head, words[last], x.at[last][0], x.at[last][n-1])
		}
		if below, above := x.at[slower], x.at[faster]; len(below) > 0 && len(above) > 0 && below[len(below)-1] < above[0] {
			line += fmt.Sprintf("; the crossover lies between %d and %d tokens", below[len(below)-1], above[0])
		}
		out = append(out, line+".")
	}
	if tooFew > 0 {
		_, reference := w.v.Versus()
		out = append(out, fmt.Sprintf("Cost-only models: for %d of %d decoders there are too few pair blocks to say whether they are faster than %s; an interval needs six.", tooFew, len(order), reference))
	}
	return out
}

func lengths(budgets []int) string {
	parts := make([]string, len(budgets))
	for i, n := range budgets {
		parts[i] = fmt.Sprint(n)
	}
	return and(parts) + " tokens"
}

// caveats says what was left out and how far the statements carry.
func (w *writer) caveats() []string {
	var out []string
	v := w.v
	if v.Valid != nil && !*v.Valid {
		out = append(out, "The whole run is invalid: "+reasons(v.Reasons)+".")
	}
	n := v.Counts()
	if n[view.Invalid] > 0 {
		out = append(out, fmt.Sprintf("%d of %d cells are invalid and left out.", n[view.Invalid], len(v.Rows)))
	}
	if n[view.NotRun] > 0 {
		out = append(out, fmt.Sprintf("%d of %d planned cells have no usable result.", n[view.NotRun], len(v.Rows)))
	}
	if n[view.Unjudged] > 0 {
		out = append(out, fmt.Sprintf("%d cells were not judged for validity: the run did not reach its end.", n[view.Unjudged]))
	}
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
	if floor := v.FloorText(); floor != "" {
		out = append(out, fmt.Sprintf("%d of %d cells are below the floor of %s that the scenario sets, by their value, and are not called fastest.", below, len(v.Rows), floor))
	}
	if untimed > 0 {
		out = append(out, fmt.Sprintf("The times of %d cells are invalid and left out; their scores and counters are not.", untimed))
	}
	if failed > 0 {
		out = append(out, fmt.Sprintf("%d requests failed and are in no number.", failed))
	}
	if v.Orphans > 0 {
		out = append(out, fmt.Sprintf("%d requests belong to cells that the header does not plan and were left out.", v.Orphans))
	}
	if w.claims > 0 {
		out = append(out, fmt.Sprintf("Differences in speed below %.0f%% are not called differences.", 100*view.SpeedMargin))
		out = append(out, fmt.Sprintf("Each statement of a difference holds at 95%% by itself, without correction for their number: of %d such statements up to %.2g are expected to be wrong by chance.", w.claims, float64(w.claims)/20))
	}
	if trained && len(w.qualityLines) > 0 {
		out = append(out, "A difference in solved instances counts as shown only where both its interval and the exact test (McNemar) leave out \"equal\".")
		out = append(out, "Where a decoder has several settings its best one is named, chosen on the same instances, which favours the decoder with more settings. All of this holds for these weights, not for a kind of decoder in general.")
	}
	if costOnly {
		out = append(out, "Cost-only models have random weights: they show time and work for a given number of steps, and nothing about quality.")
	}
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
	return and(clean)
}
