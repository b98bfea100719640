package forecast

import (
	"math"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/workloads/all"
)

// planOf is a plan of one group with given times.
func planOf(order scenario.Order, repeats, items int) *Forecast {
	g := scenario.Group{Order: order, Repeats: repeats, Batch: 1, Items: scenario.Listed(make([]scenario.Item, items)...)}
	return &Forecast{plan: &scenario.Plan{Scenario: &scenario.Scenario{}, Groups: []scenario.Group{g}},
		fixed: time.Second, batch: []time.Duration{time.Second}}
}

func TestBudgetFactor(t *testing.T) {
	f := planOf(scenario.Paired, 4, 10) // 1 s + 2·4·10 s
	if got := f.Total(1); got != 81*time.Second {
		t.Fatalf("the plan takes %v", got)
	}
	for budget, want := range map[time.Duration]struct{ repeats, batches int }{
		41 * time.Second: {2, 10}, 81 * time.Second: {4, 10}, 40 * time.Second: {1, 10}, 13 * time.Second: {1, 6}, time.Second: {1, 1}, 201 * time.Second: {10, 10},
	} {
		factor := f.Factor(budget)
		if r, b := f.plan.Groups[0].Scaled(factor); r != want.repeats || b != want.batches {
			t.Errorf("%v: %d repeats of %d batches, want %+v", budget, r, b, want)
		}
		if got := f.Total(factor); got > budget && want.batches > 1 {
			t.Errorf("%v: the fitted plan takes %v", budget, got)
		}
	}
}

func TestPowerLeft(t *testing.T) {
	enough := planOf(scenario.Paired, 1, 40).plan
	enough.Groups[0].Workload = all.Workloads()[0]
	lines := strings.Join(PowerLeft(enough, nil), "\n")
	if !strings.Contains(lines, "40 pair blocks") || !strings.Contains(lines, "the noise of this machine is not measured yet") ||
		!strings.Contains(lines, "80% power if a fifth of the instances discriminate between the decoders") {
		t.Errorf("%s", lines)
	}
	// The noise of this machine decides what is found: differences of 2% or of 30%
	// between two runs of the same work.
	for size, want := range map[float64]string{0.02: "a time ratio of 1.01 is found with 80% power: blocks vary by 2.1% on this machine now, by 5 batches", 0.3: "a time ratio of 1.16 is found with 80% power: blocks vary by 37%"} {
		var noise Noise
		for _, sign := range []float64{1, -1, 1, -1, 40} {
			noise.add(time.Second, time.Duration(float64(time.Second)*math.Exp(sign*size)))
		}
		if lines := strings.Join(PowerLeft(enough, noise), "\n"); !strings.Contains(lines, want) {
			t.Errorf("no %q in %s", want, lines)
		}
	}
	few := planOf(scenario.Paired, 1, 3).plan
	few.Groups[0].Workload = all.Workloads()[0]
	lines = strings.Join(PowerLeft(few, nil), "\n")
	if !strings.Contains(lines, "3 pair blocks (the fewest of a cell) are too few") || !strings.Contains(lines, "3 instances (the fewest of a cell) are too few") {
		t.Errorf("%s", lines)
	}
	if lines := PowerLeft(planOf(scenario.Once, 1, 3).plan, nil); len(lines) != 0 {
		t.Errorf("cost cells that run once have power: %q", lines)
	}
}

// TestNoTimeOverflows: a plan that would take longer than a clock can tell takes the
// longest time, not a negative one that fits into any budget.
func TestNoTimeOverflows(t *testing.T) {
	f := planOf(scenario.Paired, 10_000, 100_000)
	f.plan.Groups[0].Samples, f.batch = 1000, []time.Duration{24 * time.Hour}
	if total := f.Total(1); total < 1<<60 {
		t.Errorf("a total of %v", total)
	}
	if factor := f.Factor(time.Hour); factor > 1e-5 {
		t.Errorf("an hour has room for %g of it", factor)
	}
	g := &f.plan.Groups[0]
	f.cells = map[string]Cell{"": {Time: 24 * time.Hour}}
	if c := f.Cell(g, result.Cell{}); c.Time < 1<<60 {
		t.Errorf("the cell takes %v", c.Time)
	}
}
