package claims

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// ownCells adds two decoders, each decoder on its own weights: the second solves 10 of
// 60 instances more, with half the passes.
func ownCells(r *fakeRun, a, b string, change func(*result.Cell)) {
	for _, x := range []struct {
		label, weights string
		solved, passes int
	}{{a, "builtin:left", 30, 16}, {b, "builtin:right", 40, 8}} {
		c := r.cell("own-weights", x.label, "gocode", "loop", func(c *result.Cell) {
			c.Weights = x.weights
			if change != nil {
				change(c)
			}
		})
		for i := range 60 {
			r.request(c, fmt.Sprintf("instance-%04d", i), i < x.solved, func(q *result.Request) { q.Usage[usage.NFE], q.PairBlock = usage.Known(x.passes), i })
		}
	}
}

// TestOwnWeights: decoders on different weights are compared on the same task, and
// the finding says which weights.
func TestOwnWeights(t *testing.T) {
	r := newFakeRun()
	ownCells(r, "ar", "block", nil)
	ownCells(r, "ar", "block", func(c *result.Cell) { c.Budget = 99 }) // another place
	list := ownFindings(t, r)
	if len(list) != 3 {
		t.Fatalf("findings %v", list)
	}
	for name, want := range map[string]float64{"solved": 100.0 / 6, "FLOPs": 1, "passes": 0.5} {
		f := findNamed(t, list, OwnWeights+"block over ar, "+name)
		if f.Effect == nil || math.Abs(*f.Effect-want) > 1e-9 || f.N != 120 {
			t.Errorf("%s: %+v, want %g of 120", name, f, want)
		}
	}
	if note := list[0].Note; note != "on builtin:right and builtin:left" {
		t.Errorf("note %q", note)
	}
	list = ownFindings(t, newFakeRun())
	if len(list) != 1 || list[0].Effect != nil || list[0].Note != "not measured" {
		t.Errorf("without cells: %+v", list)
	}
}

func ownFindings(t *testing.T, r *fakeRun) []Finding {
	d := r.decision(t, 8)
	d.onOwn("block over ar", plain("ar"), plain("block"), true)
	return d.v.Sensitivity
}

// TestOwnSlope: claim 5's statistic where each decoder has weights of its own; the
// distance grows by 2 violations per 100 with each doubling.
func TestOwnSlope(t *testing.T) {
	r := newFakeRun()
	for i, length := range []float64{32, 64, 128} {
		for label, broken := range inOrder(map[string]int{"greedy": 0, "long-diffusion": 2 * (i + 1)}) {
			c := r.cell("own-weights", label, "long", fmt.Sprintf("repeat-%g", length), func(c *result.Cell) {
				c.Weights, c.Knobs, c.Budget = "builtin:"+label, map[string]float64{"length": length}, int(length)
			})
			r.solve(c, 40, 40, func(q *result.Request) {
				all, n := 100, broken
				q.Constraints, q.Violations = &all, &n
			})
		}
	}
	l := long{r.decision(t, 5)}
	f := l.ownSlope()
	if f.Effect == nil || math.Abs(*f.Effect-2) > 1e-9 || f.N != 120 {
		t.Errorf("slope %+v, want 2 of 120", f)
	}
	few := newFakeRun()
	for _, label := range []string{"greedy", "long-diffusion"} {
		c := few.cell("own-weights", label, "long", "repeat-32", func(c *result.Cell) { c.Knobs = map[string]float64{"length": 32} })
		few.solve(c, 2, 2, func(q *result.Request) {
			all, none := 100, 0
			q.Constraints, q.Violations = &all, &none
		})
	}
	l.index = few.evidence()
	if f := l.ownSlope(); f.Effect != nil || f.Note != "long repeat-32: 2 instances with both decoders, 10 needed" {
		t.Errorf("with two instances: %+v", f)
	}
	l.index = newFakeRun().evidence()
	if f := l.ownSlope(); f.Effect != nil || f.Note != "not measured" {
		t.Errorf("without cells: %+v", f)
	}
	if len(l.v.Excluded) > 0 {
		t.Errorf("the verdict tells of %v", l.v.Excluded)
	}
}
