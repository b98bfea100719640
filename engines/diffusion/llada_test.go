package diffusion

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// Each measure prefers another of three positions, as in TestDreamMeasures.
func TestLLaDAOrders(t *testing.T) {
	rows := [][]float64{{0.62, 0.3, 0.08}, {0.55, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05}, {0.5, 0.5}}
	net := enginetest.NewTable(10, 8, func(row []float32, visible []int32, pos int) {
		for i := range row {
			row[i] = float32(math.Inf(-1))
		}
		for v, p := range rows[enginetest.Target(visible, pos)-1] {
			row[int(enginetest.First)+v] = float32(math.Log(p))
		}
	})
	for remasking, want := range map[string]commits{
		"low_confidence": {{0}, {1}, {2}},
		"margin":         {{1}, {0}, {2}},
		"entropy":        {{2}, {0}, {1}},
	} {
		var order commits
		one(t, subject.Must(t, net, "llada", engines.Options{"remasking": remasking}), engines.Request{Prompt: []int32{3}, Budget: 3}, &order)
		if !slices.EqualFunc(order, want, slices.Equal[[]int]) {
			t.Errorf("%s: commits %v, want %v", remasking, order, want)
		}
	}
}

// A network that is surer of the end and of padding than of anything else.
func ending(row []float32, visible []int32, pos int) {
	switch at := enginetest.Target(visible, pos) - 1; {
	case at < 3:
		row[int(enginetest.First)+at] = float32(5 - at)
	case at == 3:
		row[enginetest.End], row[enginetest.First+5] = 20, 10
	default:
		row[enginetest.Pad], row[enginetest.First+6] = 20, 10
	}
}

// Left alone, padding and the end come first; put off, they come last, the end
// and padding among each other from the left; banned, the second token is taken.
func TestEndOptions(t *testing.T) {
	const a, end, pad = enginetest.First, enginetest.End, enginetest.Pad
	req := engines.Request{Prompt: []int32{3}, Budget: 6, Stop: []int32{end}}
	net := enginetest.NewTable(8, 8, ending)
	text := []int32{a, a + 1, a + 2, end, pad, pad}
	for _, remasking := range []string{"low_confidence", "margin", "entropy"} {
		for _, temperature := range []float64{0, 0.05} { // at 0.05 the first tokens are as good as certain
			for name, c := range map[string]struct {
				opts  engines.Options
				order commits
				text  []int32
			}{
				"plain":  {engines.Options{}, commits{{3, 4}, {0, 5}, {1, 2}}, text},
				"last":   {engines.Options{"eos_confidence_last": true}, commits{{0, 1}, {2, 3}, {4, 5}}, text},
				"banned": {engines.Options{"eos_logits_inf": true}, commits{{3, 4}, {0, 5}, {1, 2}}, []int32{a, a + 1, a + 2, a + 5, a + 6, a + 6}},
			} {
				c.opts["remasking"], c.opts["temperature"], c.opts["steps"] = remasking, temperature, 3
				var order commits
				r := one(t, subject.Must(t, net, "llada", c.opts), req, &order)
				if !slices.EqualFunc(order, c.order, slices.Equal[[]int]) || !slices.Equal(r.Tokens, c.text) {
					t.Errorf("%s %v: %v in the order %v, want %v in the order %v", name, c.opts, r.Tokens, order, c.text, c.order)
				}
			}
		}
	}
}

// In random order too, an end that was put off comes after everything else, and
// which of the others goes first is still random.
func TestEndLastAtRandom(t *testing.T) {
	net := enginetest.NewTable(8, 8, ending)
	e := subject.Must(t, net, "llada", engines.Options{"remasking": "random", "eos_confidence_last": true})
	firsts := map[int]int{}
	for seed := range uint64(60) {
		var order commits
		one(t, e, engines.Request{Prompt: []int32{3}, Budget: 6, Stop: []int32{enginetest.End}, Seed: seed}, &order)
		flat := slices.Concat(order...)
		if !slices.Equal(flat[3:], []int{3, 4, 5}) {
			t.Fatalf("seed %d: order %v", seed, order)
		}
		firsts[flat[0]]++
	}
	for at := range 3 {
		if firsts[at] < 8 {
			t.Errorf("position %d comes first in %d of 60 runs", at, firsts[at])
		}
	}
}

// The rules that stop a request at its end do so as soon as the end and all
// before it is written, and only then.
func TestStopAtEndOfOtherRules(t *testing.T) {
	law := enginetest.Sure(1, []int32{3, 4, enginetest.End})
	for preset, opts := range map[string]engines.Options{
		"dream": {"alg": "entropy"}, "mdlm": {"temperature": 0}, "prophet": {"gap_early": 1e6, "gap_middle": 1e6}, "entropy-bound": {"gamma": 0},
	} {
		opts["stop_at_end"] = true
		e := subject.Must(t, enginetest.NewTable(3, 32, law), preset, opts)
		for seed := range uint64(5) {
			r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 12, Stop: []int32{enginetest.End}, Seed: seed}, nil)
			if r.Useful != 2 || r.Finish != engines.FinishStop || preset != "mdlm" && preset != "entropy-bound" && r.Usage.N(usage.CommittedTokens) == 12 {
				t.Errorf("%s: %+v", preset, r)
			}
		}
	}
}

// Memory is used per request and not per step by the other presets either.
func TestOtherRulesDoNotAllocatePerStep(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, c := range []struct {
		preset string
		opts   engines.Options
	}{
		{"dream", nil}, {"dream", engines.Options{"alg": "maskgit_plus", "temperature": 0.5, "top_p": 0.9, "alg_temp": 0.5}}, {"dream", engines.Options{"alg": "origin"}},
		{"mdlm", nil}, {"remdm", engines.Options{"eta": 0.1}}, {"p2", nil}, {"p2", engines.Options{"planner": "remask"}},
		{"entropy-bound", nil}, {"prophet", engines.Options{"gap_early": 1e6, "gap_middle": 1e6, "gap_late": 1e6}}, {"dinfer", nil},
		{"dinfer", engines.Options{"selection": "hierarchy", "threshold": 1.0}},
	} {
		e := subject.Must(t, s, c.preset, c.opts)
		count := func(budget int) float64 {
			return testing.AllocsPerRun(5, func() { one(t, e, engines.Request{Prompt: []int32{5}, Budget: budget}, nil) })
		}
		count(48)
		if short, long := count(4), count(48); long > short {
			t.Errorf("%s: 4 tokens take %g allocations, 48 tokens %g", fmt.Sprint(c.preset, c.opts), short, long)
		}
	}
}
