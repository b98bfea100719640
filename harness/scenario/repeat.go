package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"dllmbench/harness/lists"
	names "dllmbench/harness/place"
)

// repeated is a decoder that decodes a task as another one of the same sweep does.
type repeated struct {
	decoder, as, task string
	kept              bool // claims look for both
}

// once leaves out the variants of an engine that, as the engine itself says, decode as one
// before them does: such as more denoising steps than there are tokens. Entries of the
// scenario are never joined, whatever their options: who writes a decoder down twice wants
// to see it twice. Where claims look for each of the cells, all are run.
func (x *expander) once(g *group, variants []variant) (list []variant) {
	first := map[string]variant{}
	for _, v := range variants {
		o := maps.Clone(v.options)
		maps.Copy(o, v.info.Same)
		text, err := json.Marshal(o) // keys are sorted
		if err != nil {
			panic("scenario: options cannot be encoded")
		}
		key := fmt.Sprintf("%p %s", v.engine, text)
		if before, known := first[key]; known && v.info.Same != nil {
			task := fmt.Sprintf("%s %s at a budget of %d", g.cell.Workload, g.cell.Rung, g.Budget)
			if g.cell.CostOnly {
				task = fmt.Sprintf("%s at a budget of %d", g.Weights, g.Budget)
			}
			x.repeat = lists.With(x.repeat, repeated{v.title(), before.title(), task, g.cell.Experiments != nil})
			if g.cell.Experiments == nil {
				continue
			}
		}
		if _, known := first[key]; !known {
			first[key] = v
		}
		list = append(list, v)
	}
	return list
}

// repeats notes what was left out because it is decoded already.
func (x *expander) repeats() {
	type pair struct {
		decoder, as string
		kept        bool
	}
	for _, p := range lists.Split(x.repeat, func(r repeated) pair { return pair{r.decoder, r.as, r.kept} }) {
		var tasks []string
		for _, r := range p.Of {
			tasks = append(tasks, r.task)
		}
		if n := len(tasks) - 3; n > 0 {
			tasks = append(tasks[:3], fmt.Sprintf("%d more", n))
		}
		what := "and is run once, as that"
		if p.Key.kept {
			what = "and both are run, because claims look for both"
		}
		x.plan.LeftOut = append(x.plan.LeftOut, fmt.Sprintf("%s decodes as %s does, with the same outputs and counters, %s: %s",
			names.Options(p.Key.decoder), names.Options(p.Key.as), what, strings.Join(tasks, ", ")))
	}
}
