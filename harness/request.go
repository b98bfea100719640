package harness

import (
	"errors"

	"dllmbench/engines"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
)

// tokens is what an engine that takes token ids is asked for request i. A decoder
// that tries until an answer is right (best_of_pick checker) gets the workload's
// checker as its oracle; no other decoder gets to see it.
func (b batch) tokens(i int) engines.Request {
	g, item := b.group, b.items[i]
	r := engines.Request{Prompt: item.Prompt, Template: item.Template, Draft: item.Draft, Budget: budget(g, item), Seed: b.seed(i), Stop: g.Stop, Until: g.Until, Force: g.ForceLength}
	if g.Score != "" {
		return engines.Request{Prompt: item.Prompt, Choices: item.Choices, Draws: g.Draws, Budget: g.Budget, Seed: b.seed(i)}
	}
	if g.Until != nil {
		r.Text = g.Codec.Decode
	}
	if item.Instance != nil && b.cell.Oracle() {
		inst := *item.Instance
		r.Oracle = func(tokens []int32) bool {
			_, text := engines.Answer(g.Codec, tokens, g.Stop, g.Until)
			return g.Workload.Check(inst, text).Exact
		}
	}
	return r
}

// text is what an engine that takes text is asked for request i.
func (b batch) text(i int) engines.TextRequest {
	item := b.items[i]
	left, right, _ := Sides(item.Instance.Template)
	r := engines.TextRequest{Prompt: item.Instance.Prompt + left, Turns: item.Instance.Turns, Begin: item.Instance.Begin, Suffix: right, Seed: b.seed(i), Options: b.cell.Options, Once: b.loaded,
		Budget: Written(item.Template, budget(b.group, item)), Stop: b.group.Until, Force: b.group.ForceLength}
	if system := b.group.System; system != nil {
		r.System = *system
	}
	return r
}

// sample is the number of the sample that the batch makes, seed that of request i.
func (b batch) sample() int       { return b.group.Sample(b.visit.Repetition) }
func (b batch) seed(i int) uint64 { return b.group.SeedOf(b.items[i], b.sample()) }

// budget is the number of positions behind the prompt of an item.
func budget(g *scenario.Group, item scenario.Item) int {
	switch {
	case item.Draft != nil:
		return len(item.Draft)
	case item.Template != nil:
		return len(item.Template)
	}
	return g.Budget
}

// textual says why an engine that takes text cannot be asked for a group's items, or nil.
func textual(g *scenario.Group) error {
	for _, item := range g.Items.All() {
		if item.Instance == nil {
			return errors.New("the engine takes text, and a cell without a task has random tokens")
		}
		if item.Draft != nil {
			return errors.New("the engine takes text, and cannot begin with a canvas that has tokens on it")
		}
		if _, _, ok := Sides(item.Instance.Template); !ok {
			return errors.New("the engine takes text before and behind one gap, and the task has several gaps")
		}
	}
	return nil
}

// Sides are the fixed texts before and behind the gap of a template. Without a
// template they are empty; ok is false where there is more than one gap.
func Sides(template []workloads.Piece) (left, right string, ok bool) {
	gaps := 0
	for i, p := range template {
		switch {
		case p.Gap > 0 || p.Fill != "":
			if i == 0 || template[i-1].Text != "" {
				gaps++
			}
		case gaps == 0:
			left += p.Text
		default:
			right += p.Text
		}
	}
	return left, right, gaps <= 1
}

// Written is the number of gaps among the first n positions of a template: the
// tokens that a decoder wrote there. Without a template it wrote all n.
func Written(template []int32, n int) int {
	if template == nil {
		return n
	}
	gaps := 0
	for _, id := range template[:max(0, min(n, len(template)))] {
		if id == engines.Gap {
			gaps++
		}
	}
	return gaps
}
