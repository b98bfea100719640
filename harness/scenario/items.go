package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// budgetInstances is how many validation instances of a rung are looked at for
// the longest answer.
const budgetInstances = 256

// longest is the number of tokens, the end token included, of the longest
// answer among the first validation instances of a rung. The test split plays
// no part, so that no budget depends on what is measured.
func (x *expander) longest(w workloads.Workload, rung int, codec engines.Codec) int {
	key := rungKey{w.Name(), rung, codec}
	if _, known := x.budgets[key]; !known {
		x.budgets[key] = Longest(w, rung, codec)
	}
	return x.budgets[key]
}

// Longest is the number of tokens, the end token included, that the longest
// answer of a rung needs. Of a file all answers count, whatever their split: it
// rarely has a split to spare, and a maximum over it says nothing about the
// instance at hand.
func Longest(w workloads.Workload, rung int, codec engines.Codec) int {
	n, counts := 0, map[workloads.Split]int{workloads.Validation: budgetInstances}
	if f, ok := w.(workloads.Finite); ok {
		for _, split := range splits {
			counts[split] = f.Len(split, rung)
		}
	}
	for split, count := range counts {
		for i := range count {
			n = max(n, len(codec.Encode(w.Generate(split, rung, i).Answer))+1)
		}
	}
	return n
}

// extraKnob is a number of a rung that is added to its token budgets: the task
// is to be solved with that many superfluous positions (workload masks).
const extraKnob = "extra"

// Extra is the number of positions that a rung adds to the tokens its answers need.
func Extra(r workloads.Rung) int { return int(r.Knobs[extraKnob]) }

// taskBudgets are the token budgets of a rung, the same for every engine: the
// longest answer times each budget ratio and what the rung adds, rounded up.
// For infilling it is the longest template alone, because a template says how
// long its text is.
func (x *expander) taskBudgets(t Task, rung int, codec engines.Codec, items []Item) (list []int) {
	for _, budget := range t.Budget {
		list = append(list, roundUp(budget, x.s.Generation.BudgetMultiple))
	}
	if list != nil {
		return list
	}
	longest, template := x.longest(t.Workload, rung, codec), 0
	for _, item := range items {
		template = max(template, len(item.Template))
	}
	if template > 0 {
		return []int{max(template, longest)}
	}
	for _, ratio := range t.BudgetRatio {
		budget := int(math.Ceil(ratio*float64(longest))) + Extra(t.Workload.Rungs()[rung])
		list = append(list, roundUp(budget, x.s.Generation.BudgetMultiple))
	}
	return list
}

// taskItems makes the requests of a rung. Instances with the same canonical
// form count once; a family that is too small gives fewer. Prompts of more than
// room tokens are left out and counted.
func taskItems(t Task, rung int, codec engines.Codec, seed uint64, room int) (items []Item, skipped int, err error) {
	seen := map[string]bool{}
	last := 4*t.Instances + 64
	if f, ok := t.Workload.(workloads.Finite); ok {
		last = f.Len(t.Split, rung)
	}
	for i := 0; len(items) < t.Instances && i < last; i++ {
		inst := t.Workload.Generate(t.Split, rung, i)
		if seen[inst.Canon] {
			continue
		}
		seen[inst.Canon] = true
		prompt := codec.Encode(inst.Prompt)
		if len(prompt) > room {
			skipped++
			continue
		}
		template, err := workloads.TemplateTokens(codec, inst)
		if err != nil {
			return nil, 0, err
		}
		items = append(items, Item{ID: inst.ID, Prompt: prompt, Template: template, Seed: mix(seed, inst.ID), Instance: &inst})
	}
	return items, skipped, nil
}

// costItems makes whole batches of random prompts.
func costItems(c Cost, prompt, batch int, info WeightsInfo, seed uint64) []Item {
	var ids []int32
	for id := range int32(info.Vocab) {
		if !slices.Contains(info.Special, id) {
			ids = append(ids, id)
		}
	}
	items := make([]Item, c.Batches*batch)
	for i := range items {
		name := fmt.Sprintf("cost/%s/prompt-%d/%d", c.Weights.Name, prompt, i)
		item := Item{ID: name, Prompt: make([]int32, prompt), Seed: mix(seed, name)}
		draw := rand.New(rand.NewPCG(item.Seed, 0x70726f6d7074)) // "prompt": a stream of its own
		for j := range item.Prompt {
			item.Prompt[j] = ids[draw.IntN(len(ids))]
		}
		items[i] = item
	}
	return items
}

// mix derives a seed from the scenario's seed and a name.
func mix(seed uint64, name string) uint64 {
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, seed)
	h.Write([]byte(name))
	return binary.LittleEndian.Uint64(h.Sum(nil))
}
