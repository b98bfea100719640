package claims

import (
	"fmt"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// blocksPlan says what blocks of 4 and 32 do against autoregressive decoding.
type blocksPlan struct {
	small, large         float64 // ratios of times
	smallGain, largeGain float64 // shares solved more
	otherLarge           float64 // ratio of times of large blocks in a second workload; 0 is as the first
	n, budget            int
}

func (p blocksPlan) run() *fakeRun {
	r := newFakeRun()
	if p.n == 0 {
		p.n = 300
	}
	if p.budget == 0 {
		p.budget = 64
	}
	sized := func(c *result.Cell) { c.Budget = p.budget }
	for i, workload := range []string{"lists", "world"} {
		large := p.large
		if i == 1 && p.otherLarge > 0 {
			large = p.otherLarge
		}
		block := func(label string, length float64) string {
			return r.cell("blocks", label, workload, "x", func(c *result.Cell) {
				sized(c)
				c.Options["block_length"] = length
				if label == "blocks" {
					c.Variant = fmt.Sprintf("swept %g", length)
				}
			})
		}
		r.fill(r.cell("blocks", "ar", workload, "x", sized), arm{n: p.n, solved: 0.6, ms: 10, nfe: 64, mflop: 10, tokens: 60})
		r.fill(block("blocks", 1), arm{n: p.n, solved: 0.6, ms: 11, nfe: 64, mflop: 20, tokens: 60})
		r.fill(block("blocks", 4), arm{n: p.n, solved: 0.6 + p.smallGain, ms: 10 * p.small, nfe: 40, mflop: 25, tokens: 60})
		r.fill(block("blocks", 16), arm{n: p.n, solved: 0.6, ms: 7, nfe: 40, mflop: 25, tokens: 60})
		r.fill(block("blocks", 32), arm{n: p.n, solved: 0.6 + p.largeGain, ms: 10 * large, nfe: 20, mflop: 40, tokens: 60})
		r.fill(block("block-revise", 16), arm{n: p.n, solved: 0.7, ms: 9, nfe: 50, mflop: 30, tokens: 60})
	}
	return r
}

func TestBlocks(t *testing.T) {
	for _, c := range []struct {
		name string
		plan blocksPlan
		want Result
	}{
		{"conservative and promising", blocksPlan{small: 0.9, large: 0.4}, Supported},
		{"small are fast, large are slow", blocksPlan{small: 0.4, large: 0.9}, Refuted},
		{"small lose, large lose more", blocksPlan{small: 0.9, large: 0.4, smallGain: -0.2, largeGain: -0.5}, Refuted},
		{"small are fast, large are faster", blocksPlan{small: 0.4, large: 0.2}, Conditional},
		{"workloads differ", blocksPlan{small: 0.9, large: 0.4, otherLarge: 1.5}, Conditional},
		{"too few for equality", blocksPlan{small: 0.9, large: 0.4, n: 12}, Inconclusive},
		{"no room for large blocks", blocksPlan{small: 0.9, large: 0.4, budget: 16}, Inconclusive},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judged(t, c.plan.run().evidence(), 7)
			wantVerdict(t, v, c.want)
			if v.Figure == nil || len(v.Figure.Series) != 2 || len(v.Figure.Series[0].X) != 4 {
				t.Errorf("figure %+v, want four lengths in two workloads", v.Figure)
			}
			if !strings.Contains(v.Paragraph, "As a design choice, revising") || strings.Contains(v.Paragraph, "ancestral") {
				t.Errorf("masking again: %s", v.Paragraph)
			}
		})
	}
}

func TestBlockGainIsThatOfTheSameLength(t *testing.T) {
	v := judged(t, blocksPlan{small: 0.9, large: 0.4}.run().evidence(), 7)
	for _, f := range v.Sensitivity {
		if strings.HasPrefix(f.Name, "gain by revising") {
			if f.Effect == nil || *f.Effect < 9.9 || *f.Effect > 10.1 || f.P == nil || *f.P > 0.001 {
				t.Errorf("gain %+v, want 10 points over blocks of 16", f)
			}
			return
		}
	}
	t.Error("no gain by revising")
}

func TestBlocksAtEqualCost(t *testing.T) {
	v := judged(t, blocksPlan{small: 0.9, large: 0.4, largeGain: -0.1}.run().evidence(), 7)
	found := map[Matching]Finding{}
	for _, f := range v.Conditions {
		if strings.Contains(f.Name, "of equal") {
			found[f.Matched] = f
		}
	}
	if f := found[ByNFE]; f.Effect == nil || *f.Effect != 0 || f.N != 600 { // blocks of 1 take as many passes
		t.Errorf("equal passes: %+v", f)
	}
	if f := found[ByFLOPs]; f.Effect != nil || !strings.Contains(f.Note, "no setting costs") {
		t.Errorf("equal arithmetic: %+v", f)
	}
	if f := found[ByQuality]; f.Effect == nil || *f.Effect > 0.75 || *f.Effect < 0.65 || f.P != nil || !strings.Contains(f.Note, "blocks swept 16") {
		t.Errorf("equal quality: %+v, want blocks of 16", f)
	}
}
