package main

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/workloads/all"
)

// TestEstimatesAreExactForFixedSteps compares estimates with what decoders count
// on a network of that shape.
func TestEstimatesAreExactForFixedSteps(t *testing.T) {
	w := weights.Name{Kind: weights.Shape, Name: "2m"}
	config, err := model.Shape(w.Name)
	if err != nil {
		t.Fatal(err)
	}
	m := model.Random(config, 3)
	const prompt, budget = 7, 12
	e := newEstimator(&library.Shelf{})
	for _, c := range []struct {
		engine, preset string
		options        engines.Options
	}{
		{"autoregressive", "greedy", nil},
		{"autoregressive", "greedy", engines.Options{"cache": "none"}},
		{"diffusion", "llada", engines.Options{"steps": 3}},
		{"diffusion", "llada", engines.Options{"steps": 0, "cfg_scale": 1.0}},
		{"block", "sdar-static", engines.Options{"block_length": 4, "steps_per_block": 2}},
	} {
		p, err := findPreset(c.engine, c.preset)
		if err != nil {
			t.Fatal(err)
		}
		options, err := engines.Resolve(p, c.options)
		if err != nil {
			t.Fatal(err)
		}
		engine, err := newEngine(m, 1, c.engine, c.preset, options)
		if err != nil {
			t.Fatal(err)
		}
		request := engines.Request{Prompt: []int32{5, 6, 7, 8, 9, 10, 11}, Budget: budget}
		results, err := engine.Generate(context.Background(), []engines.Request{request}, nil)
		engine.Close()
		if err != nil {
			t.Fatal(err)
		}
		g := &scenario.Group{Weights: w, Budget: budget, Batch: 1, Items: []scenario.Item{{Prompt: make([]int32, prompt)}}}
		got, err := e.request(g, result.Cell{Engine: c.engine, Preset: c.preset, Options: options})
		if err != nil {
			t.Fatal(err)
		}
		if u := results[0].Usage; got.nfe != u.N(usage.NFE) || math.Abs(got.flops-float64(u.N(usage.FLOPs))) > 0.5 {
			t.Errorf("%s %s %v: estimated %d passes and %.0f FLOPs, counted %d and %d", c.engine, c.preset, c.options, got.nfe, got.flops, u.N(usage.NFE), u.N(usage.FLOPs))
		}
	}
}

func TestSpeed(t *testing.T) {
	s := speed{pass: time.Millisecond, row: 100, rate: 1e6}
	if got := s.of(cost{nfe: 10, flops: 1000}); got != 10*time.Millisecond {
		t.Errorf("ten single rows take %v", got)
	}
	if got := s.of(cost{nfe: 10, flops: 1_001_000}); got != 1010*time.Millisecond {
		t.Errorf("with a million FLOPs more they take %v", got)
	}
}

// planOf is a plan of one group with given times.
func planOf(order scenario.Order, repeats, items int) *forecast {
	g := scenario.Group{Order: order, Repeats: repeats, Batch: 1, Items: make([]scenario.Item, items)}
	return &forecast{plan: &scenario.Plan{Scenario: &scenario.Scenario{}, Groups: []scenario.Group{g}},
		fixed: time.Second, batch: []time.Duration{time.Second}, single: []time.Duration{time.Second}}
}

func TestBudgetFactor(t *testing.T) {
	f := planOf(scenario.Paired, 4, 10) // 1 s + 2·4·10 s
	if got := f.total(1); got != 81*time.Second {
		t.Fatalf("the plan takes %v", got)
	}
	for budget, want := range map[time.Duration]struct{ repeats, batches int }{
		41 * time.Second: {2, 10}, 81 * time.Second: {4, 10}, 40 * time.Second: {1, 10}, 13 * time.Second: {1, 6}, time.Second: {1, 1}, 201 * time.Second: {10, 10},
	} {
		factor := f.factor(budget)
		if r, b := f.plan.Groups[0].Scaled(factor); r != want.repeats || b != want.batches {
			t.Errorf("%v: %d repeats of %d batches, want %+v", budget, r, b, want)
		}
		if got := f.total(factor); got > budget && want.batches > 1 {
			t.Errorf("%v: the fitted plan takes %v", budget, got)
		}
	}
}

func TestPowerLeft(t *testing.T) {
	enough := planOf(scenario.Paired, 2, 20).plan
	lines := strings.Join(powerLeft(enough), "\n")
	if !strings.Contains(lines, "with 40 pair blocks") || !strings.Contains(lines, "a time ratio of 1.0") {
		t.Errorf("%s", lines)
	}
	few := planOf(scenario.Paired, 1, 3).plan
	few.Groups[0].Workload = all.Workloads()[0]
	lines = strings.Join(powerLeft(few), "\n")
	if !strings.Contains(lines, "3 pair blocks (the fewest of a cell) are too few") || !strings.Contains(lines, "3 instances (the fewest of a cell) are too few") {
		t.Errorf("%s", lines)
	}
	if lines := powerLeft(planOf(scenario.Once, 1, 3).plan); len(lines) != 0 {
		t.Errorf("cost cells that run once have power: %q", lines)
	}
}

// TestProbe: a cell that fits is measured on its own batches; one that is too dear,
// or for which no time is left, keeps the guess and is not touched.
func TestProbe(t *testing.T) {
	w := weights.Name{Kind: weights.Shape, Name: "2m"}
	p, err := findPreset("autoregressive", "greedy")
	if err != nil {
		t.Fatal(err)
	}
	options, err := engines.Resolve(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	models := &library.Shelf{}
	loaded, err := models.Open(w)
	if err != nil {
		t.Fatal(err)
	}
	g := &scenario.Group{Weights: w, Budget: 4, Batch: 1, Threads: 1, Order: scenario.Once, Repeats: 1,
		Items: []scenario.Item{{ID: "a", Prompt: []int32{5, 6}}, {ID: "b", Prompt: []int32{7, 8}}}}
	c := result.Cell{ID: "c", Engine: "autoregressive", Preset: "greedy", Options: options, Digest: loaded.Model.Digest()}
	ticks := 0
	now := func() time.Time { ticks++; return time.Unix(0, int64(ticks)*int64(time.Millisecond)) }
	probes := &prober{con: &console{ctx: t.Context(), now: now}, models: models, left: time.Second}
	got, ok, err := probes.batch(g, c, time.Millisecond)
	if err != nil || !ok || got != time.Millisecond { // the clock goes on by 1 ms for each reading
		t.Errorf("measured %v, %v, %v", got, ok, err)
	}
	if probes.spent == 0 || probes.left != time.Second-probes.spent {
		t.Errorf("the probe took %v and %v are left", probes.spent, probes.left)
	}
	for _, dear := range []*prober{{left: time.Hour}, {left: time.Second}} {
		guess := 2 * time.Second
		if got, ok, err := dear.batch(g, c, guess); got != guess || ok || err != nil || dear.spent != 0 {
			t.Errorf("a guess of %v became %v, %v, %v", guess, got, ok, err)
		}
	}
}
