package bestof

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// seed is the seed of a try, from 0: the first one has that of the request.
func seed(request uint64, try int) uint64 {
	if try == 0 {
		return request
	}
	return rand.New(rand.NewPCG(request, uint64(try))).Uint64()
}

// written is what was written where, and when.
type written struct {
	pass, pos int
	id        int32
}

// recorder is a sink that adds to a list.
func recorder(list *[]written) engines.SinkFunc {
	return func(e *engines.Event) {
		for _, k := range slices.Concat(e.Revised, e.Committed) {
			*list = append(*list, written{e.Pass, k.Pos, k.ID})
		}
	}
}

// seedsTried is how many seeds are compared before a decoder is called
// deterministic.
const seedsTried = 4

// mustVary refuses a decoder that gives the same text for every seed, since
// all candidates would be equal. It does not guess that from the names of
// options but asks the decoder: on a network for which all tokens are equally
// probable, whatever is drawn at random shows, be it a token or the order in
// which positions are written.
func (e *Engine) mustVary(budget int) error {
	if e.varies {
		return nil
	}
	spec := e.net.Spec()
	inner, err := e.open(network.NewBlank(spec, budget))
	if err != nil {
		return err
	}
	prompt := spec.Ordinary()
	req := engines.Request{Prompt: []int32{prompt}, Budget: smallest(inner, prompt, budget)}
	var first, this []written
	for s := range uint64(seedsTried) {
		req.Seed, this = s+1, nil
		if _, err := inner.Generate(context.Background(), []engines.Request{req}, recorder(&this)); err != nil {
			return err
		}
		if s == 0 {
			first = this
		} else if !slices.Equal(first, this) {
			e.varies = true
			return nil
		}
	}
	return fmt.Errorf("best_of %d decodes every request %d times, but with these options preset %s of engine %s gives the same text for every seed; "+
		"best_of 1 works, and so does a preset or an option that draws at random, such as temperature 0.7", e.tries, e.tries, e.info.Preset, e.info.Engine)
}

// smallest is the smallest budget for which the decoder has no objections: a
// short text shows as much as a long one.
func smallest(e engines.Engine, prompt int32, budget int) int {
	for b := 8; b < budget; b += 8 {
		if engines.Check(e, []engines.Request{{Prompt: []int32{prompt}, Budget: b}}) == nil {
			return b
		}
	}
	return budget
}
