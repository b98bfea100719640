package diffusion

import (
	"context"
	"math"
	"slices"
	"strings"
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

// commits records which positions each pass committed.
type commits [][]int

func (c *commits) Event(e *engines.Event) {
	var at []int
	for _, k := range e.Committed {
		at = append(at, k.Pos)
	}
	*c = append(*c, at)
}

// ladder is a network that is surer of some positions than of others: position
// i gets symbol i with logit sure[i], and one symbol more for every neighbour
// on the left that is written already.
func ladder(prompt int, sure []float32) enginetest.Law {
	return func(row []float32, visible []int32, pos int) {
		at := enginetest.Target(visible, pos) - prompt
		id := int(enginetest.First) + at
		if left := pos - 1; left >= prompt && visible[left] != enginetest.Mask {
			id++
		}
		row[id] = sure[at]
	}
}

// LLaDA by hand: six positions, two blocks, two steps per block, so quotas 2
// and 1. The surest two of block 0 are 2 and 0; position 1 then has a written
// left neighbour. Block 1: 4 and 5 (equal, and surer than 3), then 3, whose
// left neighbour is written since block 0.
func TestLLaDAByHand(t *testing.T) {
	net := enginetest.NewTable(8, 16, ladder(2, []float32{5, 3, 7, 1, 4, 4}))
	e := subject.Must(t, net, "llada", engines.Options{"block_length": 3, "steps": 4})
	var order commits
	r := one(t, e, engines.Request{Prompt: []int32{3, 3}, Budget: 6}, &order)
	if want := (commits{{0, 2}, {1}, {4, 5}, {3}}); !slices.EqualFunc(order, want, slices.Equal[[]int]) {
		t.Errorf("commits per step %v, want %v", order, want)
	}
	const a = enginetest.First
	if want := []int32{a, a + 2, a + 2, a + 4, a + 4, a + 5}; !slices.Equal(r.Tokens, want) {
		t.Errorf("tokens %v, want %v", r.Tokens, want)
	}
	if r.Usage.N(usage.NFE) != 4 || r.Usage.N(usage.DenoisingSteps) != 4 || net.Passes != 4 {
		t.Errorf("%d passes, %d steps", r.Usage.N(usage.NFE), r.Usage.N(usage.DenoisingSteps))
	}
}

// Threshold by hand: p = e^x / (e^x + 10) for eight symbols and three special
// tokens of which the mask is out. 0.9 needs x ≥ 4.5.
func TestThresholdByHand(t *testing.T) {
	net := enginetest.NewTable(8, 16, ladder(2, []float32{5, 3, 7, 1, 4.6, 4}))
	e := subject.Must(t, net, "llada-threshold", engines.Options{"block_length": 4})
	var order commits
	one(t, e, engines.Request{Prompt: []int32{3, 3}, Budget: 6}, &order)
	if want := (commits{{0, 2}, {1}, {3}, {4}, {5}}); !slices.EqualFunc(order, want, slices.Equal[[]int]) {
		t.Errorf("commits per step %v, want %v", order, want)
	}
}

// Classifier-free guidance by hand: with the prompt in sight symbol 0 gets 1 and
// symbol 1 gets 0.9; without it 0.8 and 0.1. At scale w symbol 1 has
// 0.1 + 0.8(w+1), symbol 0 has 0.8 + 0.2(w+1), so it leads from w = 1/6 on.
func TestGuidanceByHand(t *testing.T) {
	law := func(row []float32, visible []int32, _ int) {
		a, b := float32(1), float32(0.9)
		if visible[0] == enginetest.Mask {
			a, b = 0.8, 0.1
		}
		row[enginetest.First], row[enginetest.First+1] = a, b
	}
	for _, c := range []struct {
		scale float64
		want  int32
		nfe   int
	}{{0, 0, 3}, {0.1, 0, 6}, {0.2, 1, 6}, {2, 1, 6}} {
		net := enginetest.NewTable(2, 16, law)
		r := one(t, subject.Must(t, net, "llada", engines.Options{"cfg_scale": c.scale}), engines.Request{Prompt: []int32{3}, Budget: 3}, nil)
		if id := enginetest.First + c.want; !slices.Equal(r.Tokens, []int32{id, id, id}) {
			t.Errorf("scale %g gives %v, want %d", c.scale, r.Tokens, id)
		}
		if r.Usage.N(usage.NFE) != c.nfe || r.Usage.N(usage.DenoisingSteps) != 3 || net.Passes != c.nfe {
			t.Errorf("scale %g: %d passes for %d steps, want %d for 3", c.scale, r.Usage.N(usage.NFE), r.Usage.N(usage.DenoisingSteps), c.nfe)
		}
	}
}

// One token per step in random order gives the joint distribution; all tokens
// in one step gives the product of the marginals.
func TestLaw(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	for name, c := range map[string]struct {
		opts engines.Options
		want []float64
	}{
		"one by one": {engines.Options{"remasking": "random", "temperature": 1.0}, j.P},
		"one step":   {engines.Options{"steps": 1, "temperature": 1.0}, j.Marginals()},
	} {
		t.Run(name, func(t *testing.T) { enginetest.CheckLaw(t, subject.Must(t, net, "llada", c.opts), j, c.want) })
	}
}

// A threshold above 1 is one token per step, a threshold of 0 is one step.
func TestThresholdLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 17}
	top1 := one(t, subject.Must(t, s, "llada", nil), req, nil)
	above := one(t, subject.Must(t, s, "llada-threshold", engines.Options{"threshold": 1.5}), req, nil)
	if !slices.Equal(top1.Tokens, above.Tokens) || top1.Usage != above.Usage {
		t.Errorf("threshold 1.5: %v %+v\none per step: %v %+v", above.Tokens, above.Usage, top1.Tokens, top1.Usage)
	}
	single := one(t, subject.Must(t, s, "llada", engines.Options{"steps": 1}), req, nil)
	zero := one(t, subject.Must(t, s, "llada-threshold", engines.Options{"threshold": 0}), req, nil)
	if !slices.Equal(single.Tokens, zero.Tokens) || zero.Usage.N(usage.NFE) != 1 {
		t.Errorf("threshold 0: %v in %d passes, one step: %v", zero.Tokens, zero.Usage.N(usage.NFE), single.Tokens)
	}
}

// S passes over p+g tokens with logits for the masks: workloads.md section C.
func TestCountersEqualClosedFormulas(t *testing.T) {
	s := enginetest.NewSession(t)
	const p, g = 5, 24
	for _, c := range []struct {
		steps, block int
		cfg          float64
	}{{24, 0, 0}, {7, 0, 0}, {6, 8, 0}, {1, 0, 0}, {100, 0, 0}, {5, 0, 1}} {
		opts := engines.Options{"steps": c.steps, "block_length": c.block, "cfg_scale": c.cfg}
		u := one(t, subject.Must(t, s, "llada", opts), engines.Request{Prompt: []int32{3, 4, 5, 6, 7}, Budget: g}, nil).Usage
		block := c.block
		if block == 0 {
			block = g
		}
		blocks, passes := g/block, 1
		if c.cfg > 0 {
			passes = 2
		}
		steps := min(c.steps/blocks, block)
		f := enginetest.Formula{Config: s.Model().Config()}
		for range blocks {
			masks := block
			for i := range steps {
				for range passes {
					f.Rows(p+g, p+g, false)
					f.Logits(masks)
				}
				masks -= block / steps
				if i < block%steps {
					masks--
				}
			}
			if masks != 0 {
				t.Fatalf("the quotas leave %d masks", masks)
			}
		}
		f.Check(t, u)
		if want := blocks * steps; u.N(usage.NFE) != want*passes || u.N(usage.DenoisingSteps) != want {
			t.Errorf("%v: %d passes, %d steps, want %d and %d", opts, u.N(usage.NFE), u.N(usage.DenoisingSteps), want*passes, want)
		}
	}
}

// Impossible divisions are refused before anything runs, with a way out that works.
func TestImpossibleDivisions(t *testing.T) {
	for _, c := range []struct {
		opts  engines.Options
		parts []string
	}{
		{engines.Options{"block_length": 5}, []string{"token budget (12)", "block_length (5)", "block_length 4 or 0"}},
		{engines.Options{"block_length": 100}, []string{"block_length (100)", "block_length 12 or 0"}},
		{engines.Options{"block_length": 4, "steps": 10}, []string{"steps (10)", "12 / block_length 4 = 3", "steps 12 or 0"}},
	} {
		net := enginetest.NewTable(3, 32, func(row []float32, _ []int32, _ int) { row[3] = 1 })
		e := subject.Must(t, net, "llada", c.opts)
		_, err := e.Generate(context.Background(), []engines.Request{{Prompt: []int32{3}, Budget: 12}}, nil)
		if err == nil || net.Passes > 0 {
			t.Errorf("%v: error %v after %d passes", c.opts, err, net.Passes)
			continue
		}
		for _, part := range c.parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%v: message %q does not say %q", c.opts, err, part)
			}
		}
	}
}

// With stop_at_end a request ends with its text, otherwise every step runs.
func TestStopAtEnd(t *testing.T) {
	law := enginetest.Sure(1, []int32{3, 4, enginetest.End})
	for _, c := range []struct {
		atEnd bool
		nfe   int
	}{{false, 12}, {true, 3}} {
		e := subject.Must(t, enginetest.NewTable(3, 32, law), "llada", engines.Options{"stop_at_end": c.atEnd})
		r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 12, Stop: []int32{enginetest.End}}, nil)
		if r.Usage.N(usage.NFE) != c.nfe || r.Useful != 2 || r.Finish != engines.FinishStop || len(r.Tokens) != 12 {
			t.Errorf("stop_at_end %v: %+v", c.atEnd, r)
		}
	}
}

// Without guidance, memory is used per request and not per step.
func TestNoAllocationPerStep(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, preset := range []string{"llada", "llada-threshold"} {
		e := subject.Must(t, s, preset, nil)
		count := func(budget int) float64 {
			return testing.AllocsPerRun(5, func() { one(t, e, engines.Request{Prompt: []int32{5}, Budget: budget}, nil) })
		}
		count(48)
		if short, long := count(4), count(48); long > short {
			t.Errorf("%s: 4 tokens take %g allocations, 48 tokens %g", preset, short, long)
		}
	}
}

// Entropy and confidence of a uniform row are known.
func TestEventNumbers(t *testing.T) {
	net := enginetest.NewTable(4, 8, func([]float32, []int32, int) {})
	one(t, subject.Must(t, net, "llada", engines.Options{"remasking": "random"}), engines.Request{Prompt: []int32{3}, Budget: 2},
		engines.SinkFunc(func(e *engines.Event) {
			if math.Abs(e.Entropy-math.Log(6)) > 1e-6 || math.Abs(e.Committed[0].Confidence-1./6) > 1e-6 {
				t.Errorf("entropy %g, confidence %g", e.Entropy, e.Committed[0].Confidence)
			}
		}))
}
