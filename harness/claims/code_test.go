package claims

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// codePlan says how many times as many tokens per second decoders write, and
// how often what they write parses and passes.
type codePlan struct {
	block, full, drafts float64
	gain                float64         // of block diffusion, parses and passes
	fullGain            float64         // of full diffusion
	batch8              float64         // of block diffusion; 0 is no such cells
	cost                map[int]float64 // by batch, on random weights
}

func (p codePlan) run() *fakeRun {
	r := newFakeRun()
	write := func(label string, batch int, speed, gain float64) {
		cell := r.cell("code", label, "gocode", "loop", func(c *result.Cell) { c.Batch, c.Budget = batch, 64 })
		rates := map[string]float64{"parses": 0.8 + gain, "passes": 0.6 + gain}
		r.fill(cell, arm{n: 400, solved: 0.6 + gain, ms: 20 / speed, nfe: 16, mflop: 10, tokens: 40, batch: batch, aspect: rates})
	}
	write("ar", 1, 1, 0)
	write("ar-lookup", 1, p.drafts, 0)
	write("block", 1, p.block, p.gain)
	write("fast", 1, p.full, p.fullGain)
	if p.batch8 > 0 {
		write("ar", 8, 1, 0)
		write("block", 8, p.batch8, p.gain)
	}
	for batch, speed := range inOrder(p.cost) {
		random := func(steps int) func(*result.Cell) {
			return func(c *result.Cell) { c.Weights, c.Budget, c.Batch = "shape:20m", 64, batch }
		}
		r.fill(r.cell("code-cost", "ar", "", "", random(64)), arm{n: 10 * batch, ms: 64, nfe: 64, tokens: 64, batch: batch})
		for _, steps := range []int{8, 32} { // trained weights take 16 passes for 64 tokens
			r.fill(r.cell("code-cost", "block-steps", "", "", random(steps)), arm{n: 10 * batch, ms: 64 / speed * float64(steps) / 16, nfe: steps, tokens: 64, batch: batch})
		}
	}
	return r
}

func TestCode(t *testing.T) {
	for _, c := range []struct {
		name string
		plan codePlan
		want Result
	}{
		{"twice as fast", codePlan{block: 2, full: 0.5, drafts: 1.2}, Supported},
		{"slower, both", codePlan{block: 0.7, full: 0.5, drafts: 1.2}, Refuted},
		{"faster at a loss", codePlan{block: 3, full: 0.5, drafts: 1.2, gain: -0.3}, Refuted},
		{"a little faster", codePlan{block: 1.25, full: 0.5, drafts: 1.1}, Conditional},
		{"drafts are faster still", codePlan{block: 2, full: 0.5, drafts: 3}, Conditional},
		{"full diffusion alone", codePlan{block: 0.7, full: 2, drafts: 1.2}, Conditional},
		{"not on larger weights", codePlan{block: 2, full: 0.5, drafts: 1, cost: map[int]float64{1: 0.5}}, Conditional},
		{"also on larger weights", codePlan{block: 2, full: 0.5, drafts: 1, cost: map[int]float64{1: 3, 2: 0.5}}, Supported},
		{"as fast", codePlan{block: 1, full: 0.5, drafts: 1.2}, Inconclusive},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judged(t, c.plan.run().evidence(), 8)
			wantVerdict(t, v, c.want)
			if v.Figure == nil || !strings.Contains(strings.Join(v.Warnings, " "), "cannot be tested here") {
				t.Errorf("figure %+v, warnings %v", v.Figure, v.Warnings)
			}
		})
	}
}

func TestCodeEndsAtABatch(t *testing.T) {
	v := judged(t, codePlan{block: 2, full: 0.5, drafts: 1, batch8: 0.5, cost: map[int]float64{1: 3, 2: 2, 4: 0.5}}.run().evidence(), 8)
	wantVerdict(t, v, Supported)
	for _, want := range []string{"On trained weights the advantage ends above batch 1.", "On shape:20m, 64 tokens the advantage ends above batch 2."} {
		if !strings.Contains(v.Paragraph, want) {
			t.Errorf("no %q in: %s", want, v.Paragraph)
		}
	}
}

func TestCodeWithoutScoresIsInconclusive(t *testing.T) {
	r := codePlan{block: 2, full: 2, drafts: 1}.run()
	for i := range r.file.Requests {
		r.file.Requests[i].Aspects = nil
	}
	wantVerdict(t, judged(t, r.evidence(), 8), Inconclusive)
}

func TestSlowerCodeIsSaidSo(t *testing.T) {
	v := judged(t, codePlan{block: 0.7, full: 0.5, drafts: 1.2}.run().evidence(), 8)
	if !strings.Contains(v.Paragraph, "On trained weights it is not shown to be faster at batch 1 (0.7") {
		t.Error(v.Paragraph)
	}
}
