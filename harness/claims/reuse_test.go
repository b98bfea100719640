package claims

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
)

// reusePlan says what cached diffusion does against autoregressive decoding.
type reusePlan struct {
	work      float64 // ratio of arithmetic
	one, many float64 // ratio of times at batch 1 and 8
	gain      float64 // share solved more
	other     float64 // ratio at batch 1 of a second workload; 0 is as the first
	cost      float64 // ratio of the time of a pass on random weights; 0 is no such cells
}

func (p reusePlan) run() *fakeRun {
	r := newFakeRun()
	for _, workload := range []string{"lists", "gocode"} {
		for _, batch := range []int{1, 8} {
			factor := p.one
			if batch == 8 {
				factor = p.many
			} else if workload == "gocode" && p.other > 0 {
				factor = p.other
			}
			sized := func(c *result.Cell) { c.Batch, c.Budget = batch, 16 }
			r.fill(r.cell("reuse", "ar", workload, "x", sized), arm{n: 200, solved: 0.6, ms: 5, nfe: 16, mflop: 10, tokens: 16, batch: batch})
			r.fill(r.cell("reuse", "fast", workload, "x", sized), arm{n: 200, solved: 0.6 + p.gain, ms: 5 * factor, nfe: 4, mflop: 10 * p.work, tokens: 16, batch: batch})
			r.fill(r.cell("reuse", "fast-cache", workload, "x", func(c *result.Cell) {
				sized(c)
				c.Variant, c.Options["cache"] = "cache=none", "none"
			}), arm{n: 200, solved: 0.6, ms: 20, nfe: 4, mflop: 50, tokens: 16, batch: batch})
		}
	}
	if p.cost > 0 {
		random := func(steps float64) func(*result.Cell) {
			return func(c *result.Cell) {
				c.Weights, c.Budget, c.Options["steps"], c.CostOnly = "shape:20m", 32, steps, true
			}
		}
		r.fill(r.cell("reuse-cost", "ar", "", "", random(0)), arm{n: 20, ms: 32, nfe: 32, tokens: 32})
		for _, steps := range []float64{4, 12} { // trained weights take 8 passes for 32 tokens
			r.fill(r.cell("reuse-cost", "fast", "", "", random(steps)), arm{n: 20, ms: 32 * p.cost * steps / 8, nfe: int(steps), tokens: 32})
		}
	}
	return r
}

func TestReuse(t *testing.T) {
	for _, c := range []struct {
		name string
		plan reusePlan
		want Result
	}{
		{"more work and slower", reusePlan{work: 4, one: 2, many: 3}, Supported},
		{"the same on larger weights", reusePlan{work: 4, one: 2, many: 3, cost: 1.5}, Supported},
		{"more work, but faster", reusePlan{work: 4, one: 0.5, many: 0.8}, Refuted},
		{"faster at batch 1 alone", reusePlan{work: 4, one: 0.5, many: 2}, Conditional},
		{"one workload is faster", reusePlan{work: 4, one: 3, many: 2, other: 0.5}, Conditional},
		{"larger weights turn it round", reusePlan{work: 4, one: 2, many: 2, cost: 0.5}, Conditional},
		{"slower with little more work", reusePlan{work: 1.2, one: 2, many: 2}, Inconclusive},
		{"slower at batch 1, as fast at 8", reusePlan{work: 4, one: 2, many: 1}, Inconclusive},
		{"faster at a loss", reusePlan{work: 4, one: 0.5, many: 0.5, gain: -0.3}, Inconclusive},
		{"as fast", reusePlan{work: 4, one: 1, many: 1}, Inconclusive},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judged(t, c.plan.run().evidence(), 6)
			wantVerdict(t, v, c.want)
			if v.Figure == nil || len(v.Figure.Series) != 3 {
				t.Errorf("figure %+v, want three decoders", v.Figure)
			}
		})
	}
}

func TestReuseExcludesWhatNobodySolves(t *testing.T) {
	r := newFakeRun()
	for _, label := range []string{"ar", "fast"} {
		r.fill(r.cell("reuse", label, "lists", "sort-48", nil), arm{n: 100, solved: 0.02, ms: 1, nfe: 8, mflop: 1, tokens: 8})
	}
	v := judged(t, r.evidence(), 6)
	wantVerdict(t, v, Inconclusive)
	if len(v.Excluded) != 1 || !strings.Contains(v.Excluded[0], "lists sort-48: no decoder is ten points above") {
		t.Errorf("excluded: %v", v.Excluded)
	}
}

func TestPassesOnRandomWeights(t *testing.T) {
	r := reusePlan{work: 4, one: 2, many: 2, cost: 0.5}.run()
	d := r.decision(t, 6)
	list := d.onRandomWeights("reuse-cost", "cached", 8.0/32)
	if len(list) != 1 || math.Abs(*list[0].Effect-0.5) > 0.05 || list[0].CI == nil {
		t.Fatalf("%+v, want 0.5 at 8 passes", list)
	}
	if list := d.onRandomWeights("reuse-cost", "cached", 1); len(list) != 0 || len(d.v.Excluded) != 1 || !strings.Contains(d.v.Excluded[0], "32 passes lie outside") {
		t.Errorf("32 passes were not measured: %+v, %v", list, d.v.Excluded)
	}
}

func TestDriftComesFromTraces(t *testing.T) {
	r := reusePlan{work: 4, one: 2, many: 2}.run()
	ev := r.evidence()
	for i := range 8 {
		c := the("fast")(ev.Find("reuse")[0])
		c.Traces = append(c.Traces, driftTrace(fmt.Sprint(i)))
	}
	v := judged(t, ev, 6)
	found := map[string]float64{}
	for _, f := range v.Sensitivity {
		if f.Unit == "share" && f.N == 8 {
			found[f.Name] = *f.Effect
		}
	}
	if found["relative change of cached keys, last layer: fast"] != 0.25 || found["rows with the same most probable token as without a cache: fast"] != 0.9 {
		t.Errorf("from traces: %v", found)
	}
}

// driftTrace has one pass with stale keys and values.
func driftTrace(id string) *trace.Trace {
	audit := trace.Audit{Rows: 10, Agree: 9, Stale: 5, DriftK: []trace.Number{0.1, 0.25}, DriftV: []trace.Number{0.1, 0.5}}
	return &trace.Trace{Instance: id, Passes: []trace.Pass{{Step: 1}, {Step: 2, Audit: &audit}}}
}
