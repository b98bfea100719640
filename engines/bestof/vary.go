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
	net := newIndifferent(e.net.Spec(), budget)
	inner, err := e.open(net)
	if err != nil {
		return err
	}
	prompt := net.spec.Ordinary()
	req := engines.Request{Prompt: []int32{prompt}, Budget: smallest(inner, prompt, budget)}
	var first *course
	for s := range uint64(seedsTried) {
		req.Seed = s + 1
		this := &course{}
		if _, err := inner.Generate(context.Background(), []engines.Request{req}, this); err != nil {
			return err
		}
		if first == nil {
			first = this
		} else if !slices.Equal(first.steps, this.steps) {
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

// indifferent is a network of the same kind as another one whose logits are all
// equal. It computes nothing.
type indifferent struct {
	spec   network.Spec
	logits []float32
}

func newIndifferent(spec network.Spec, budget int) *indifferent {
	spec.Context = 2*budget + 4
	return &indifferent{spec: spec}
}

// Spec implements network.Network.
func (n *indifferent) Spec() network.Spec { return n.spec }

// Threads implements network.Network.
func (n *indifferent) Threads() int { return 1 }

// NewCache implements network.Network.
func (n *indifferent) NewCache(capacity int) network.Cache { return &positions{capacity: capacity} }

// Forward implements network.Network.
func (n *indifferent) Forward(batch []network.Window) (network.Pass, error) {
	pass := network.Pass{Cost: make([]network.Cost, len(batch))}
	rows := 0
	for i := range batch {
		w := &batch[i]
		c := w.Cache.(*positions)
		c.length = max(c.length, w.End())
		rows += len(w.Logits)
	}
	n.logits = slices.Grow(n.logits[:0], rows*n.spec.Vocab)[:rows*n.spec.Vocab]
	clear(n.logits) // decoders write into it
	for row := range slices.Chunk(n.logits, n.spec.Vocab) {
		pass.Logits = append(pass.Logits, row)
	}
	return pass, nil
}

// positions is a cache that keeps nothing but its length.
type positions struct{ length, capacity int }

// Len implements network.Cache.
func (p *positions) Len() int { return p.length }

// Capacity implements network.Cache.
func (p *positions) Capacity() int { return p.capacity }

// Truncate implements network.Cache.
func (p *positions) Truncate(n int) { p.length = n }

// Bytes implements network.Cache.
func (p *positions) Bytes() int64 { return 0 }

// Drift implements network.Cache.
func (p *positions) Drift(network.Cache, int, int) (k, v float64) { return 0, 0 }

// course records what was written where, and when.
type course struct {
	steps []written
}

type written struct {
	pass, pos int
	id        int32
}

// Event implements engines.Sink.
func (c *course) Event(e *engines.Event) {
	for _, list := range [][]engines.Commit{e.Revised, e.Committed} {
		for _, k := range list {
			c.steps = append(c.steps, written{e.Pass, k.Pos, k.ID})
		}
	}
}
