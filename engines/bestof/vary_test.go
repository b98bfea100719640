package bestof

import (
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/block"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/hybrid"
	"dllmbench/engines/network"
)

// No decoder is wrongly called deterministic, and none that is slips through:
// what is refused writes the same tokens in the same order for many seeds on a
// network with opinions, and what is not refused does not.
func TestDeterministicDecodersAreFound(t *testing.T) {
	cfg := enginetest.Config(12, 64)
	cfg.Delimiters, cfg.SelfPrediction = []int32{5}, true
	net := enginetest.NewTableOf(cfg, func(row []float32, visible []int32, pos int) {
		seed := uint64(pos)
		for _, id := range visible {
			seed = seed*31 + uint64(id)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		for i := range row {
			row[i] = 2 * rng.Float32()
		}
	})
	found := map[bool]int{}
	for _, d := range []struct {
		open    decoder
		presets []engines.Preset
	}{
		{autoregressive.New, autoregressive.Presets()}, {diffusion.New, diffusion.Presets()}, {block.New, block.Presets()}, {hybrid.New, hybrid.Presets()},
	} {
		for _, p := range d.presets {
			options := []engines.Options{{}}
			if slices.ContainsFunc(p.Params, func(q engines.Param) bool { return q.Name == "temperature" }) {
				options = append(options, engines.Options{"temperature": 0.0}, engines.Options{"temperature": 1.0})
			}
			if slices.ContainsFunc(p.Params, func(q engines.Param) bool { return q.Name == "top_k" }) {
				options = append(options, engines.Options{"temperature": 1.0, "top_k": 1})
			}
			for _, o := range options {
				plain, err := d.open(net, p.Name, o)
				if err != nil {
					continue // these options do not go together
				}
				twice := engines.Options{"best_of": 2}
				for name, v := range o {
					twice[name] = v
				}
				e, err := New(net, func(net network.Network, o engines.Options) (engines.Engine, error) { return d.open(net, p.Name, o) }, twice)
				if err != nil {
					t.Fatal(err)
				}
				req := engines.Request{Prompt: []int32{7, 8}, Budget: 8}
				refused := e.(*Engine).Check([]engines.Request{req}) != nil
				same := true
				var first, this []written
				for s := range uint64(12) {
					req.Seed, this = s, nil
					one(t, plain, req, recorder(&this))
					if s == 0 {
						first = this
					}
					same = same && slices.Equal(first, this)
				}
				if refused != same {
					t.Errorf("%s/%s %v: refused is %v, equal for all seeds is %v", p.Engine, p.Name, o, refused, same)
				}
				found[refused]++
			}
		}
	}
	if found[true] < 10 || found[false] < 10 {
		t.Errorf("%d decoders are deterministic, %d are not", found[true], found[false])
	}
}

// Where a budget has to suit the options, a short one that does is used.
func TestSmallestBudget(t *testing.T) {
	cfg := enginetest.Config(12, 256)
	s := network.NewBlank(cfg.Spec(), 120)
	for _, c := range []struct {
		opts engines.Options
		want int
	}{{nil, 8}, {engines.Options{"block_length": 24}, 24}, {engines.Options{"block_length": 60}, 120}} {
		e, err := diffusion.New(s, "llada", c.opts)
		if err != nil {
			t.Fatal(err)
		}
		if got := smallest(e, 3, 120); got != c.want {
			t.Errorf("%v: %d, want %d", c.opts, got, c.want)
		}
	}
}
