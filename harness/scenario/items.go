package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/workloads"
)

// budgetInstances is how many validation instances of a rung are looked at for
// the longest answer.
const budgetInstances = 256

// longest is the number of tokens, the end token included, of the longest
// answer among the first validation instances of a rung. The test split plays
// no part, so that no budget depends on what is measured. It is 0 once the context
// has ended.
func (x *expander) longest(t Task, rung int, codec engines.Codec) int {
	w := t.Workload
	key := rungKey{w.Name(), rung, codec, t.Score != ""}
	if _, known := x.budgets[key]; !known && x.ctx.Err() == nil {
		x.budgets[key] = longest(x.ctx, w, rung, codec, key.rated)
	}
	return x.budgets[key]
}

// Longest is the number of tokens, the end token included, that the longest
// answer of a rung needs. Of a file all answers count, whatever their split: it
// rarely has a split to spare, and a maximum over it says nothing about the
// instance at hand.
func Longest(w workloads.Workload, rung int, codec engines.Codec) int {
	return longest(context.Background(), w, rung, codec, false)
}

func longest(ctx context.Context, w workloads.Workload, rung int, codec engines.Codec, rated bool) int {
	n, counts := 0, map[workloads.Split]int{workloads.Validation: budgetInstances}
	if f, ok := w.(workloads.Finite); ok {
		for _, split := range splits {
			counts[split] = f.Len(split, rung)
		}
	}
	for split, count := range counts {
		for i := 0; i < count && ctx.Err() == nil; i++ {
			inst := w.Generate(split, rung, i)
			texts := []string{inst.Answer}
			if rated {
				texts = inst.Choices
			}
			for _, text := range texts {
				n = max(n, len(engines.Continue(codec, text))+1)
			}
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
func (x *expander) taskBudgets(t Task, rung int, codec engines.Codec, template int) (list []int) {
	if t.Score != "" {
		return []int{max(1, x.longest(t, rung, codec))}
	}
	for _, budget := range t.Budget {
		list = append(list, roundUp(budget, x.s.Generation.BudgetMultiple))
	}
	if list != nil {
		return list
	}
	longest := x.longest(t, rung, codec)
	if template > 0 {
		return []int{max(template, longest)}
	}
	for _, ratio := range t.BudgetRatio {
		budget := int(math.Ceil(ratio*float64(longest))) + Extra(t.Workload.Rungs()[rung])
		list = append(list, roundUp(budget, x.s.Generation.BudgetMultiple))
	}
	return list
}

// asked are the requests of a rung, and what was learned when they were made.
type asked struct {
	Items
	skipped  int     // prompts of more tokens than there is room for
	template int     // the longest one
	mute     string  // why the workload cannot judge some of them, "" if it can judge all
	judged   bool    // it can judge some
	stop     []int32 // the tokens that end an answer
}

// taskItems makes the requests of a rung. Instances with the same canonical
// form count once; a family that is too small gives fewer. Prompts that have no room
// in one of rooms are left out and counted; the first one is that of the tokens that
// are made. A sketch ends after some.
func (x *expander) taskItems(t Task, rung int, rooms []room) (asked, error) {
	var a asked
	codec := rooms[0].codec
	var places []int32 // of the instances in the workload
	generate := func(i int) workloads.Instance { return t.Workload.Generate(t.Split, rung, i) }
	made := func(inst workloads.Instance) (Item, error) {
		if t.Score != "" {
			item := Item{ID: inst.ID, Seed: mix(x.s.Seed, inst.ID), Instance: &inst}
			return item, rated(rooms[0].form, codec, inst, &item)
		}
		prompt, stop, err := Prompt(rooms[0].form, codec, inst)
		a.stop = stop
		if err == nil {
			_, err = engines.Encode(codec, inst.Answer)
		}
		if err != nil {
			return Item{}, fmt.Errorf("%s: %w", inst.ID, err)
		}
		template, err := workloads.TemplateTokens(codec, inst)
		if template != nil && rooms[0].form != nil {
			return Item{}, fmt.Errorf("%s has gaps, which are filled in no chat; prompt: raw takes the prompts as they are", inst.ID)
		}
		return Item{ID: inst.ID, Prompt: prompt, Template: template, Seed: mix(x.s.Seed, inst.ID), Instance: &inst}, err
	}
	most := t.Instances
	if x.sketch {
		most = min(most, sketchInstances)
	}
	last, whole := 4*most+64, math.MaxInt
	if f, ok := t.Workload.(workloads.Finite); ok {
		last = f.Len(t.Split, rung)
		whole = last
	}
	seen := map[string]bool{}
	for i := 0; len(a.ids) < most && i < last; i++ {
		if err := x.ctx.Err(); err != nil {
			return a, err
		}
		inst := generate(i)
		if seen[inst.Canon] {
			continue
		}
		seen[inst.Canon] = true
		item, err := made(inst)
		if len(item.Prompt) > rooms[0].tokens || slices.ContainsFunc(rooms[1:], func(r room) bool {
			ids, _, _ := Prompt(r.form, r.codec, inst)
			return t.Skip && len(ids) > r.tokens
		}) {
			a.skipped++
			continue
		}
		if err != nil {
			return a, err
		}
		if why := workloads.Abstains(t.Workload, inst); why != "" {
			a.mute = why
		} else {
			a.judged = true
		}
		a.template = max(a.template, len(item.Template))
		a.note(item)
		places = append(places, int32(i))
		x.keep(&a.Items, item)
	}
	if all := min(t.Instances, whole); most < t.Instances && len(a.ids) > 0 {
		a.missing = max(0, all-len(a.ids))
	}
	a.again = func(i int) Item {
		item, _ := made(generate(int(places[i]))) // it was made before without an error
		return item
	}
	return a, nil
}

// sketchInstances is how many instances of a rung a sketch looks at.
const sketchInstances = 1000

// keep holds a request as a whole, as long as there are not too many; s has it as its last one.
func (x *expander) keep(s *Items, item Item) {
	if len(s.kept) < len(s.ids)-1 { // it ended before
		return
	}
	if x.kept += 1 + len(item.Prompt)/256; x.kept > maxKept {
		s.kept = nil
		return
	}
	s.kept = append(s.kept, item)
}

// costKey is what the prompts of a cost cell depend on.
type costKey struct {
	weights                weights.Name
	prompt, batch, batches int
}

// costItems makes whole batches of random prompts.
func (x *expander) costItems(c Cost, prompt, batch int, info WeightsInfo) Items {
	key := costKey{c.Weights, prompt, batch, c.Batches}
	if s, known := x.prompts[key]; known {
		return s
	}
	var ids []int32
	for id := range int32(info.Vocab) {
		if !slices.Contains(info.Special, id) {
			ids = append(ids, id)
		}
	}
	seed := x.s.Seed
	s := Items{again: func(i int) Item {
		name := fmt.Sprintf("cost/%s/prompt-%d/%d", c.Weights.Name, prompt, i)
		item := Item{ID: name, Prompt: make([]int32, prompt), Seed: mix(seed, name)}
		draw := rand.New(rand.NewPCG(item.Seed, 0x70726f6d7074)) // "prompt": a stream of its own
		for j := range item.Prompt {
			item.Prompt[j] = ids[draw.IntN(len(ids))]
		}
		return item
	}}
	most := c.Batches * batch
	if x.sketch {
		most = min(most, sketchInstances)
	}
	for i := 0; i < most && x.ctx.Err() == nil; i++ {
		item := s.again(i)
		s.note(item)
		x.keep(&s, item)
	}
	s.missing = c.Batches*batch - len(s.ids)
	x.prompts[key] = s
	return s
}

// mix derives a seed from the scenario's seed and a name.
func mix(seed uint64, name string) uint64 {
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, seed)
	h.Write([]byte(name))
	return binary.LittleEndian.Uint64(h.Sum(nil))
}
