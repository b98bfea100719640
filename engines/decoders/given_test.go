package decoders

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// counted is a session that counts the rows of logits that it gives away.
type counted struct {
	*model.Session
	rows, most int
}

func (c *counted) ForwardEach(batch []network.Window, each func(window, i int, row []float32)) (network.Pass, error) {
	for i := range batch {
		c.rows += len(batch[i].Logits)
	}
	p, err := c.Session.ForwardEach(batch, each)
	c.most = max(c.most, len(p.Logits))
	return p, err
}

// TestRowsGivenEqualRowsKept: in a huge vocabulary, rules that rate each row for itself
// write and count the same whether they are given rows while others are computed or
// have all of them at once.
func TestRowsGivenEqualRowsKept(t *testing.T) {
	cfg := enginetest.Config(1<<17, 128)
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Heads, cfg.HeadDim, cfg.Layers = 8, 8, 1, 8, 1
	s := model.NewSession(model.Random(cfg, 3), 3)
	defer s.Close()
	batch := []engines.Request{{Prompt: []int32{5, 12}, Budget: 34, Seed: 9}, {Prompt: []int32{7, 8, 9}, Budget: 33, Seed: 2}}
	for _, c := range []struct {
		engine, preset string
		opts           engines.Options
		requests       int
		given          bool
	}{
		{"diffusion", "llada", engines.Options{"steps": 2, "eos_logits_inf": true}, 2, true},
		{"diffusion", "llada", engines.Options{"steps": 1, "temperature": 1.0}, 1, false},
		{"diffusion", "dream", engines.Options{"steps": 1, "alg": "topk_margin", "temperature": 0.0}, 1, true},
		{"diffusion", "entropy-bound", engines.Options{"gamma": 4000.0}, 1, true},
		{"block", "sdar-static", engines.Options{"block_length": 40, "steps_per_block": 1}, 1, true},
	} {
		net := &counted{Session: s}
		var results [2][]engines.Result
		for i, net := range []network.Network{net, struct{ network.Network }{s}} {
			e, err := on(net, c.engine, c.preset, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			results[i] = generate(t, e, batch[:c.requests], nil)
		}
		if net.rows > 0 != c.given || net.most > 0 {
			t.Errorf("%s %s %v: %d rows were given and %d kept", c.engine, c.preset, c.opts, net.rows, net.most)
		}
		for k, got := range results[0] {
			if want := results[1][k]; !slices.Equal(got.Tokens, want.Tokens) || got.Usage != want.Usage {
				t.Errorf("%s %s %v: request %d\ngiven %v %v\nkept  %v %v", c.engine, c.preset, c.opts, k, got.Tokens, got.Usage, want.Tokens, want.Usage)
			}
		}
	}
}
