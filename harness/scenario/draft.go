package scenario

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"dllmbench/engines"
)

// drafted are items that begin with a half-written answer: half of the tokens of
// the reference (rounded up) stand at random places, and wrong of them are other
// tokens that occur in references of the rung. Places and tokens depend on the
// item's seed alone, so that all decoders meet the same draft, and more errors are
// errors at further places of the same draft. The end of the text is never
// written.
func drafted(items Items, codec engines.Codec, budget, wrong int) (Items, error) {
	all := map[int32]bool{} // tokens of references
	for _, item := range items.All() {
		switch {
		case !item.Instance.Unique:
			return items, fmt.Errorf("%s has more than one right answer, so no token of it can be called wrong", item.ID)
		case item.Template != nil:
			return items, fmt.Errorf("%s is an infilling task; a canvas cannot have both a template and planted errors", item.ID)
		}
		reference := engines.Continue(codec, item.Instance.Answer)
		if n := (len(reference) + 1) / 2; wrong > n {
			return items, fmt.Errorf("%s: %d errors cannot be planted among the %d tokens that are written of its answer", item.ID, wrong, n)
		}
		for _, id := range reference {
			all[id] = true
		}
	}
	pool := slices.Sorted(maps.Keys(all))
	if len(pool) < 2 {
		return items, fmt.Errorf("all answers are made of one and the same token, so there is no wrong one to plant")
	}
	return items.each(func(item Item) Item {
		item.Draft = draft(engines.Continue(codec, item.Instance.Answer), pool, item.Seed, budget, wrong)
		return item
	}), nil
}

func draft(reference, pool []int32, seed uint64, budget, wrong int) []int32 {
	ids := make([]int32, budget)
	for i := range ids {
		ids[i] = engines.Gap
	}
	rng := rand.New(rand.NewPCG(seed, 0x6472616674)) // "draft": a stream of its own
	written := rng.Perm(len(reference))[:(len(reference)+1)/2]
	for k, pos := range written {
		other := pool[rng.IntN(len(pool)-1)]
		if other >= reference[pos] { // the pool without the right token
			other = pool[slices.Index(pool, other)+1]
		}
		ids[pos] = reference[pos]
		if k < wrong {
			ids[pos] = other
		}
	}
	return ids
}

// start is how the canvases of a group begin.
type start struct {
	planted *int // number of wrong tokens; nil for empty canvases
	items   Items
}

// plantable reports engines of an entry that cannot begin with planted errors.
func (x *expander) plantable(t Task) bool {
	ok := true
	for _, index := range t.engines {
		if e := &x.s.Engines[index]; e.Preset.LeftToRight {
			able := slices.DeleteFunc(slices.Clone(x.s.Engines), func(e Engine) bool { return e.Preset.LeftToRight })
			x.add(t.at, "planted: engine %s (%s) writes from left to right and cannot begin with a half-written answer; engines that can: %q",
				e.Name, e.Preset.Name, namesOf(able, func(e Engine) string { return e.Name }))
			ok = false
		}
	}
	return ok
}

// starts lists them: the empty canvas, or one for each number of planted errors.
func (x *expander) starts(t Task, items Items, codec engines.Codec, budget int) []start {
	if t.Planted == nil {
		return []start{{nil, items}}
	}
	var list []start
	for _, wrong := range t.Planted {
		begun, err := drafted(items, codec, budget, wrong)
		if err != nil {
			x.add(t.at, "planted: %v", err)
			continue
		}
		list = append(list, start{&wrong, begun})
	}
	return list
}
