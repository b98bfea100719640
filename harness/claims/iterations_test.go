package claims

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// iterationsRun plants families whose least number of steps is c·L^b, and
// times of short and long tasks.
type iterationsRun struct {
	*fakeRun
}

func (r iterationsRun) family(workload string, b float64, lengths ...int) {
	if lengths == nil {
		lengths = []int{8, 32, 128}
	}
	for _, n := range lengths {
		need := math.Pow(float64(n)/float64(lengths[0]), b) * 2
		for s := 1; s <= n; s *= 2 {
			cell := r.cell("iterations", "full", workload, fmt.Sprintf("text-%d", n), func(c *result.Cell) {
				c.Budget, c.Options["steps"], c.Knobs = n, float64(s), map[string]float64{"length": float64(n)}
				c.Variant = fmt.Sprintf("steps=%d", s)
				if s == n {
					c.Options["steps"] = 0.0
				}
			})
			share := 0.9
			switch {
			case float64(s) < need*0.99:
				share = 0.3
			case s < n:
				share = 0.86 // within the margin
			}
			r.fill(cell, arm{n: 60, solved: share, ms: 1, nfe: s, mflop: 1, tokens: n})
		}
	}
}

func (r iterationsRun) times(workload string, short, long, solved float64) {
	for n, factor := range inOrder(map[int]float64{16: short, 128: long}) {
		for label, x := range inOrder(map[string]float64{"ar": 1, "full-threshold": factor}) {
			cell := r.cell("short", label, workload, fmt.Sprintf("text-%d", n), func(c *result.Cell) {
				c.Budget, c.Knobs = n, map[string]float64{"length": float64(n)}
			})
			share := 0.9
			if label != "ar" {
				share = solved
			}
			r.fill(cell, arm{n: 100, solved: share, ms: float64(n) * x, nfe: n, mflop: 1, tokens: n})
		}
	}
}

func TestIterations(t *testing.T) {
	type plan struct {
		name               string
		exponents          []float64
		short, long, share float64
		want               Result
	}
	for _, p := range []plan{
		{"fixed and faster when short", []float64{0, 0}, 0.5, 0.9, 0.9, Supported},
		{"growing and better when long", []float64{1, 1}, 0.9, 0.5, 0.9, Refuted},
		{"growing and slower when short", []float64{1, 1}, 1.5, 3, 0.9, Refuted},
		{"families differ", []float64{0, 1}, 0.5, 0.9, 0.9, Conditional},
		{"fixed, but better when long", []float64{0, 0}, 0.9, 0.5, 0.9, Conditional},
		{"between", []float64{0.34, 0.34}, 0.5, 0.9, 0.9, Inconclusive},
		{"as fast when long", []float64{0, 0}, 0.5, 0.5, 0.9, Inconclusive},
		{"fast at a loss", []float64{0, 0}, 0.5, 0.9, 0.5, Inconclusive},
	} {
		r := iterationsRun{newFakeRun()}
		for i, b := range p.exponents {
			r.family(fmt.Sprintf("task%d", i), b)
		}
		r.times("lists", p.short, p.long, p.share)
		v := judged(t, r.evidence(), 2)
		t.Run(p.name, func(t *testing.T) {
			wantVerdict(t, v, p.want)
			if v.Figure == nil || len(v.Figure.Series) != 3 {
				t.Errorf("figure %+v, want two families and the diagonal", v.Figure)
			}
			if v.Primary.P == nil || v.Primary.N != 360 {
				t.Errorf("primary %+v", v.Primary)
			}
		})
	}
}

func TestExponentIsThePlantedOne(t *testing.T) {
	r := iterationsRun{newFakeRun()}
	r.family("task", 1)
	r.times("lists", 1, 1, 0.9)
	v := judged(t, r.evidence(), 2)
	if math.Abs(*v.Primary.Effect-1) > 0.05 {
		t.Errorf("exponent %v, want 1", *v.Primary.Effect)
	}
}

func TestExponentIsThatWithinFamilies(t *testing.T) {
	r := iterationsRun{newFakeRun()}
	r.family("task0", 1, 8, 16, 32)
	r.family("task1", 1, 64, 128, 256) // begins with as few steps at eight times the length
	r.times("lists", 1, 1, 0.9)
	v := judged(t, r.evidence(), 2)
	if v.Primary.Effect == nil || math.Abs(*v.Primary.Effect-1) > 0.05 {
		t.Errorf("exponent %s, want 1", v.Primary.said())
	}
}

func TestIterationsExcludes(t *testing.T) {
	r := iterationsRun{newFakeRun()}
	r.family("task", 0)
	r.times("lists", 1, 1, 0.9)
	for i := range r.file.Header.Cells {
		if c := &r.file.Header.Cells[i]; c.Workload == "task" {
			chance := 0.85
			c.Chance = &chance
		}
	}
	v := judged(t, r.evidence(), 2)
	wantVerdict(t, v, Inconclusive)
	if !strings.Contains(strings.Join(v.Excluded, "\n"), "task text-8: one step per token solves 90%") {
		t.Errorf("excluded: %v", v.Excluded)
	}
}

func TestAffordablePasses(t *testing.T) {
	r := iterationsRun{newFakeRun()}
	r.family("task", 0)
	for label, ms := range inOrder(map[string]float64{"ar": 60, "full": 40}) {
		cell := r.cell("short-cost", label, "", "", func(c *result.Cell) { c.Weights, c.Budget, c.Options["steps"] = "shape:20m", 32, 4.0 })
		r.fill(cell, arm{n: 20, solved: 1, ms: ms, nfe: 4, tokens: 32})
	}
	v := judged(t, r.evidence(), 2)
	for _, f := range v.Sensitivity {
		if f.Unit == "passes" {
			if math.Abs(*f.Effect-6) > 0.3 || f.CI == nil {
				t.Errorf("passes %+v, want 6", f)
			}
			return
		}
	}
	t.Error("no finding about affordable passes")
}

func TestLeastSteps(t *testing.T) {
	row := func(solved int) []bool {
		list := make([]bool, 10)
		for i := range solved {
			list[i] = true
		}
		return list
	}
	p := lengthPoint{steps: []float64{1, 2, 4, 8}, solved: [][]bool{row(9), row(5), row(9), row(10)}}
	for _, c := range []struct {
		need
		want float64
	}{{need{0.1, false}, 1}, {need{0.1, true}, 4}, {need{0, false}, 8}, {need{0, true}, 8}, {need{0.5, true}, 1}} {
		if got := p.least(p.all(), c.need); got != c.want {
			t.Errorf("least with %+v = %g, want %g", c.need, got, c.want)
		}
	}
}
