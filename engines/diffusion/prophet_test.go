package diffusion

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// By hand: the lead of position i over all other tokens is its logit. One
// position is written per step, the surest first.
func TestProphetByHand(t *testing.T) {
	const gap = engines.Gap
	for _, c := range []struct {
		name     string
		sure     []float32
		opts     engines.Options
		template []int32
		want     commits
	}{
		{"sure at once", []float32{9, 6, 7.5, 7.5, 8, 7}, nil, nil, commits{{0, 1, 2, 3, 4, 5}}},
		// Means 4.5, 4.2 (progress 0, 1/6), then 3.75, 3, 2.5 below 5 (2/6 to 4/6,
		// which is less than 0.67), and 2 below 2.5: nothing is filled.
		{"never", []float32{6, 6, 6, 4, 3, 2}, nil, nil, commits{{0}, {1}, {2}, {3}, {4}, {5}}},
		// Means 5.67 and 5.4 are below 7.5, and 5 is reached once a third is written.
		{"in the middle", []float32{7, 7, 5, 5, 5, 5}, nil, nil, commits{{0}, {1}, {2, 3, 4, 5}}},
		{"late", []float32{7, 7, 7, 7, 3, 2.4}, engines.Options{"gap_middle": 100.0, "gap_late": 2.4}, nil, commits{{0}, {1}, {2}, {3}, {4}, {5}}},
		{"late, all", []float32{7, 7, 7, 3, 3, 3}, engines.Options{"gap_early": 100.0, "gap_middle": 100.0, "steps": 3}, nil, commits{{0, 1}, {2, 3}, {4, 5}}},
		{"beyond the block", []float32{8, 7, 7, 8, 8, 8}, engines.Options{"block_length": 2}, nil, commits{{0, 1, 2, 3, 4, 5}}},
		// The region is what is behind the last fixed token: a lead of 8 there
		// decides, whatever is unsure before it.
		{"template", []float32{1, 1, 0, 1, 0, 8}, engines.Options{"region": "template"}, []int32{gap, gap, 3, gap, 3, gap}, commits{{0, 1, 3, 5}}},
		{"template, whole canvas", []float32{1, 1, 0, 1, 0, 8}, engines.Options{"region": "canvas"}, []int32{gap, gap, 3, gap, 3, gap}, commits{{5}, {0}, {1}, {3}}},
		{"template with a fixed end", []float32{1, 1, 0, 8, 8, 0}, engines.Options{"region": "template"}, []int32{gap, gap, 3, gap, gap, 3}, commits{{0, 1, 3, 4}}},
		{"no template", []float32{1, 1, 1, 1, 1, 8}, engines.Options{"region": "template"}, nil, commits{{5}, {0}, {1}, {2}, {3}, {4}}},
	} {
		net := enginetest.NewTable(8, 8, func(row []float32, visible []int32, pos int) {
			at := enginetest.Target(visible, pos) - 1
			row[int(enginetest.First)+at] = c.sure[at]
		})
		var order commits
		r := one(t, subject.Must(t, net, "prophet", c.opts), engines.Request{Prompt: []int32{3}, Budget: 6, Template: c.template}, &order)
		if !slices.EqualFunc(order, c.want, slices.Equal[[]int]) {
			t.Errorf("%s: commits %v, want %v", c.name, order, c.want)
		}
		if r.Usage.N(usage.SampledLogits) != 11*r.Usage.N(usage.LogitRows) {
			t.Errorf("%s: %d logits were read, of %d rows", c.name, r.Usage.N(usage.SampledLogits), r.Usage.N(usage.LogitRows))
		}
	}
}

// A bound out of reach is LLaDA but for the logits of later blocks, and a bound
// of 0 is one step.
func TestProphetLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 12}
	for _, o := range []engines.Options{{}, {"steps": 6}, {"steps": 6, "block_length": 4}} {
		want := one(t, subject.Must(t, s, "llada", o), req, nil)
		o["gap_early"], o["gap_middle"], o["gap_late"] = 1e6, 1e6, 1e6
		got := one(t, subject.Must(t, s, "prophet", o), req, nil)
		if o["block_length"] != nil { // two of four masks per step, and the 8, 4 and 0 behind the block
			if extra := got.Usage.N(usage.LogitRows) - want.Usage.N(usage.LogitRows); extra != 2*8+2*4 {
				t.Errorf("%d rows more than llada", extra)
			}
			want.Usage, got.Usage = engines.Usage{}, engines.Usage{}
		}
		if !slices.Equal(got.Tokens, want.Tokens) || got.Usage != want.Usage {
			t.Errorf("%v: %v %+v\nllada: %v %+v", o, got.Tokens, got.Usage, want.Tokens, want.Usage)
		}
	}
	want := one(t, subject.Must(t, s, "llada", engines.Options{"steps": 1}), req, nil)
	got := one(t, subject.Must(t, s, "prophet", engines.Options{"gap_early": 0, "block_length": 4}), req, nil)
	if !slices.Equal(got.Tokens, want.Tokens) || got.Usage != want.Usage {
		t.Errorf("no bound: %v %+v\nllada: %v %+v", got.Tokens, got.Usage, want.Tokens, want.Usage)
	}
}
