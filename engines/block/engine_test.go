package block

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

var subject = enginetest.Opener(New)

func one(t testing.TB, e engines.Engine, req engines.Request, sink engines.Sink) engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), []engines.Request{req}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// The cache is exact: for every block length, with or without a short last
// block, the same tokens in the same order with the same bits of confidence as
// recomputing everything under the same mask.
func TestCachedEqualsRecomputed(t *testing.T) {
	s := enginetest.NewSession(t)
	const gap = engines.Gap
	requests := []engines.Request{
		{Prompt: []int32{9}, Budget: 19, Seed: 1},
		{Prompt: []int32{5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21}, Budget: 19, Seed: 2},
		{Prompt: []int32{5, 6}, Budget: 8, Template: []int32{gap, gap, 7, 8, 9, 10, gap, 11}, Seed: 3},
	}
	for _, p := range Presets() {
		for length := range 20 {
			cached := subject.Must(t, s, p.Name, engines.Options{"block_length": length})
			plain := subject.Must(t, s, p.Name, engines.Options{"block_length": length, "cache": "none"})
			for i, req := range requests {
				var got, want []engines.Commit
				a := one(t, cached, req, engines.SinkFunc(func(e *engines.Event) { got = append(got, e.Committed...) }))
				b := one(t, plain, req, engines.SinkFunc(func(e *engines.Event) {
					if want = append(want, e.Committed...); e.CacheHit {
						t.Error("a cache hit without cache")
					}
				}))
				if !slices.Equal(a.Tokens, b.Tokens) || !slices.Equal(got, want) {
					t.Errorf("%s, block length %d, request %d:\ncached     %v\nrecomputed %v", p.Name, length, i, got, want)
				}
				if a.Usage.N(usage.NFE) != b.Usage.N(usage.NFE) || a.Usage.N(usage.QueryTokens) > b.Usage.N(usage.QueryTokens) {
					t.Errorf("%s, block length %d: cached %+v, recomputed %+v", p.Name, length, a.Usage, b.Usage)
				}
			}
		}
	}
}

// The sums of workloads.md section C. The prompt is read in the first pass; a
// finished block is stored in the first pass of the next one; the last block
// is not stored.
func TestCountersEqualClosedFormulas(t *testing.T) {
	s := enginetest.NewSession(t)
	const p, g = 5, 22
	for _, c := range []struct{ length, steps int }{{1, 0}, {4, 0}, {4, 2}, {8, 3}, {22, 5}, {0, 0}, {5, 9}} {
		opts := engines.Options{"block_length": c.length, "steps_per_block": c.steps}
		u := one(t, subject.Must(t, s, "sdar-static", opts), engines.Request{Prompt: []int32{3, 4, 5, 6, 7}, Budget: g}, nil).Usage
		f, nfe := enginetest.Formula{Config: s.Model().Config()}, 0
		length := c.length
		if length == 0 {
			length = g
		}
		for row := range p {
			f.Rows(1, row+1, false)
		}
		for done := 0; done < g; done += length {
			size := min(length, g-done)
			steps := c.steps
			if steps == 0 || steps > size {
				steps = size
			}
			masks := size
			for i := range steps {
				f.Rows(size, p+done+size, false)
				f.Logits(masks)
				masks -= size / steps
				if i < size%steps {
					masks--
				}
			}
			nfe += steps
			if done+size < g {
				for row := range size {
					f.Rows(1, p+done+row+1, false)
				}
			}
		}
		f.Check(t, u)
		if u.N(usage.NFE) != nfe || u.N(usage.DenoisingSteps) != nfe {
			t.Errorf("%v: %d passes, %d steps, want %d", opts, u.N(usage.NFE), u.N(usage.DenoisingSteps), nfe)
		}
	}
}

// Block length 1 factorises left to right, first hitting one by one in random
// order: both give the joint distribution. One step per block draws the tokens
// of a block independently.
func TestLaw(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	for _, c := range []struct {
		preset string
		opts   engines.Options
		want   []float64
	}{
		{"sdar-static", engines.Options{"block_length": 1, "temperature": 1.0}, j.P},
		{"bd3lm", engines.Options{"block_length": 3, "top_p": 1.0}, j.P},
		{"bd3lm", engines.Options{"block_length": 2, "top_p": 1.0}, j.P},
		{"sdar-static", engines.Options{"block_length": 3, "temperature": 1.0, "steps_per_block": 1}, j.Marginals()},
	} {
		t.Run(fmt.Sprint(c.preset, c.opts), func(t *testing.T) {
			enginetest.CheckLaw(t, subject.Must(t, net, c.preset, c.opts), j, c.want)
		})
	}
}

// A threshold above 1 is one token per step, a threshold of 0 one step per block.
func TestThresholdLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 19}
	for _, length := range []int{1, 4, 7, 0} {
		run := func(preset string, opts engines.Options) engines.Result {
			opts["block_length"] = length
			return one(t, subject.Must(t, s, preset, opts), req, nil)
		}
		for _, c := range [][2]engines.Result{
			{run("sdar-static", engines.Options{}), run("threshold", engines.Options{"threshold": 1.5})},
			{run("sdar-static", engines.Options{}), run("sdar-dynamic", engines.Options{"threshold": 1.5})},
			{run("sdar-static", engines.Options{"steps_per_block": 1}), run("threshold", engines.Options{"threshold": 0})},
		} {
			if !slices.Equal(c[0].Tokens, c[1].Tokens) || c[0].Usage != c[1].Usage {
				t.Errorf("block length %d:\n%v %+v\n%v %+v", length, c[0].Tokens, c[0].Usage, c[1].Tokens, c[1].Usage)
			}
		}
	}
}

// SDAR's dynamic rule by hand. Confidence is e^x/(e^x+9) for eight symbols and
// two special tokens: 0.85 needs x > 3.93. A block of four has two steps, so
// its quotas are 2 and 2; the block of two behind it has 1 and 1.
func TestDynamicByHand(t *testing.T) {
	for _, c := range []struct {
		sure []float32
		want [][]int // block, then the positions committed, per step
	}{
		{[]float32{5, 1, 6, 7, 2, 3}, [][]int{{0, 0, 2, 3}, {0, 1}, {1, 5}, {1, 4}}}, // three above: all
		{[]float32{5, 1, 2, 3, 4, 5}, [][]int{{0, 0, 3}, {0, 1, 2}, {1, 4, 5}}},      // one above: the quota
	} {
		net := enginetest.NewTable(8, 16, func(row []float32, visible []int32, pos int) {
			at := enginetest.Target(visible, pos) - 1
			row[int(enginetest.First)+at] = c.sure[at]
		})
		var order [][]int
		e := subject.Must(t, net, "sdar-dynamic", engines.Options{"block_length": 4, "steps_per_block": 2})
		r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 6}, engines.SinkFunc(func(e *engines.Event) {
			at := []int{e.Block}
			for _, k := range e.Committed {
				at = append(at, k.Pos)
			}
			order = append(order, at)
		}))
		if !slices.EqualFunc(order, c.want, slices.Equal[[]int]) {
			t.Errorf("%v: block and commits per step %v, want %v", c.sure, order, c.want)
		}
		if want := []int32{3, 4, 5, 6, 7, 8}; !slices.Equal(r.Tokens, want) {
			t.Errorf("%v: tokens %v, want %v", c.sure, r.Tokens, want)
		}
	}
}

// A request ends with the block that holds its end, and the rest stays masked.
func TestStopAfterBlock(t *testing.T) {
	law := enginetest.Sure(1, []int32{3, 4, 5, 3, 4, enginetest.End})
	for _, c := range []struct{ length, nfe, written int }{{1, 6, 6}, {2, 6, 6}, {4, 8, 8}, {5, 10, 10}, {16, 12, 12}} {
		e := subject.Must(t, enginetest.NewTable(3, 32, law), "sdar-static", engines.Options{"block_length": c.length})
		r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 12, Stop: []int32{enginetest.End}}, nil)
		if r.Usage.N(usage.NFE) != c.nfe || r.Useful != 5 || r.Finish != engines.FinishStop || r.Usage.N(usage.CommittedTokens) != c.written {
			t.Errorf("block length %d: %+v", c.length, r)
		}
		if slices.Index(append(r.Tokens, enginetest.Mask), enginetest.Mask) != c.written {
			t.Errorf("block length %d wrote %v", c.length, r.Tokens)
		}
	}
}

// Memory is used per request and not per step or block.
func TestNoAllocationPerStep(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, preset := range Presets() {
		e := subject.Must(t, s, preset.Name, nil)
		count := func(budget int) float64 {
			return testing.AllocsPerRun(5, func() { one(t, e, engines.Request{Prompt: []int32{5}, Budget: budget}, nil) })
		}
		count(48)
		if short, long := count(4), count(48); long > short {
			t.Errorf("%s: 4 tokens take %g allocations, 48 tokens %g", preset.Name, short, long)
		}
	}
}
