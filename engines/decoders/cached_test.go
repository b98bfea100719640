package decoders

import (
	"maps"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
)

// The cache of block diffusion is exact with all options of the conformance suite,
// which make revising rules revise, on each way of training.
func TestBlocksCachedEqualRecomputed(t *testing.T) {
	for name, train := range map[string]func(*model.Config){
		"token": func(*model.Config) {},
		"block": func(c *model.Config) { c.Context, c.BlockSize = "block", 4 },
		"shift": func(c *model.Config) { c.Shift = true },
	} {
		cfg, revised := enginetest.Config(40, 64), 0
		train(&cfg)
		s := model.NewSession(model.Random(cfg, 3), 2)
		defer s.Close()
		prompt := []int32{5, 12, 19, 26, 33, 9}
		for preset, list := range variants["block"] {
			for _, v := range list {
				if v["block_cache"] == true || v["best_of"] != nil {
					continue
				}
				run := func(cache string) (r engines.Result, log [][]engines.Commit) {
					c := &checks{preset: engines.Preset{Engine: "block", Name: preset}, opts: maps.Clone(v)}
					c.opts["cache"] = cache
					r = generate(t, c.engine(t, s), []engines.Request{{Prompt: prompt, Budget: 17, Seed: 9}}, engines.SinkFunc(func(e *engines.Event) {
						pass := slices.Clone(e.Committed)
						for _, k := range e.Revised {
							pass = append(pass, engines.Commit{Pos: k.Pos, ID: k.ID})
						}
						log = append(log, pass)
					}))[0]
					return r, log
				}
				a, got := run("exact")
				b, want := run("none")
				if !slices.Equal(a.Tokens, b.Tokens) || !slices.EqualFunc(got, want, slices.Equal[[]engines.Commit]) {
					t.Errorf("%s, %s %v:\ncached     %v\nrecomputed %v", name, preset, v, a.Tokens, b.Tokens)
				}
				revised += a.Usage.N(usage.RevisedTokens)
			}
		}
		if revised < 30 {
			t.Errorf("%s: only %d revisions", name, revised)
		}
	}
}
