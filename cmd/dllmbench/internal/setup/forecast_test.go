package setup

import (
	"math"
	"testing"
	"time"

	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/usage"
	"dllmbench/harness/scenario"
)

// TestCountsAreThoseOfARun runs a plan with decoders of every family, and with
// texts of full length: what was counted on a tiny network is what each request
// needed, pass by pass and FLOP by FLOP.
func TestCountsAreThoseOfARun(t *testing.T) {
	text := []byte(`
version: 1
name: counts
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: ar-none, engine: autoregressive, preset: greedy, generation: {cache: none}}
  - {name: full, engine: diffusion, preset: llada, generation: {steps: 3}}
  - {name: guided, engine: diffusion, preset: llada, generation: {steps: 0, cfg_scale: 1}}
  - {name: block, engine: block, preset: sdar-static, generation: {block_length: 4, steps_per_block: 2}}
  - {name: block-each, engine: block, preset: sdar-static, generation: {block_length: 4, steps_per_block: 0}}
  - {name: hybrid, engine: hybrid, preset: self-speculation, generation: {block_length: 1}}
  - {name: best, engine: block, preset: sdar-static, generation: {block_length: 4, steps_per_block: 2, best_of: 3, temperature: 0.7}}
measurement: {repeats: 1}
cost:
  - {shape: 2m, prompt: [7], budget: [12], batches: 2}
`)
	s, err := scenario.Load("counts.yaml", text, Catalog(), scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	models := &library.Shelf{}
	plan, err := Expand(t.Context(), s, models)
	if err != nil {
		t.Fatal(err)
	}
	k := Counter(models, time.Now)
	work, err := k.Work(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Once(t.Context(), time.Now, plan, models)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			need, err := k.Need(t.Context(), g, c)
			if err != nil {
				t.Fatal(err)
			}
			if work[c.ID] != need.Work()*float64(g.Batch) {
				t.Errorf("%s: work %g", c.Label, work[c.ID])
			}
			for _, r := range f.Requests {
				if r.Cell != c.ID {
					continue
				}
				seen[c.ID] = true
				if need.Passes != r.Usage.N(usage.NFE) || math.Abs(need.FLOPs-r.Usage[usage.FLOPs].Float()) > 0.5 {
					t.Errorf("%s: %d passes and %.0f FLOPs, the run counted %s and %s", c.Label, need.Passes, need.FLOPs, r.Usage[usage.NFE], r.Usage[usage.FLOPs])
				}
			}
		}
	}
	if len(seen) != len(plan.Cells()) {
		t.Errorf("%d of %d cells ran", len(seen), len(plan.Cells()))
	}
	families := map[string]bool{}
	for _, c := range plan.Cells() {
		families[c.Engine] = true
	}
	for _, d := range decoders.All() {
		if !families[d.Name] {
			t.Errorf("no cell of %s", d.Name)
		}
	}
}
