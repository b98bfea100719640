package scenario

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// counting is a workload that counts what it is asked for and may end a context.
type counting struct {
	echo
	made *int
	stop func(made int)
}

func (counting) Name() string { return "counting" }
func (c counting) Generate(split workloads.Split, rung, index int) workloads.Instance {
	*c.made++
	c.stop(*c.made)
	inst := c.echo.Generate(split, rung, index)
	inst.ID, inst.Canon, inst.Unique = fmt.Sprint(split, rung, index), fmt.Sprint(index), true
	return inst
}

func countingScenario(t *testing.T, text string, stop func(int)) (*Scenario, *int) {
	t.Helper()
	made := new(int)
	catalog := fakeCatalog()
	catalog.Workloads = append(catalog.Workloads, counting{echo{26}, made, stop})
	s, err := Parse("m.yaml", []byte("version: 1\nweights: {builtin: v0}\nengines: [{name: d, engine: diffusion, preset: llada}]\n"+text), catalog)
	if err != nil {
		t.Fatal(err)
	}
	return s, made
}

// TestTooMuchIsNotMade: cells and requests are counted before any of them is made.
func TestTooMuchIsNotMade(t *testing.T) {
	lengths := strings.TrimSuffix(strings.Repeat("%d, ", 40), ", ")
	numbers := make([]any, 40)
	for i := range numbers {
		numbers[i] = i + 1
	}
	list := "[" + fmt.Sprintf(lengths, numbers...) + "]"
	for text, want := range map[string]string{
		"cost: [{shape: 2m, prompt: 8, budget: 8, batches: 100000, repeats: 30}]":                                                                                "m.yaml:4:8: the scenario makes more than 4000000 timed requests; take fewer instances, batches, repeats or samples",
		"cost: [{shape: 2m, prompt: " + list + ", budget: " + list + ", batch: " + list + ", batches: 1, order: once, repeats: 1}]":                              "m.yaml:4:8: the scenario makes more than 20000 cells",
		"workloads: [{workload: counting, rungs: all, instances: 100000, samples: 30}]":                                                                          "more than 4000000 timed requests",
		"workloads: [{workload: counting, rungs: all, instances: 100, samples: 1000, repeats: 10000}]":                                                           "more than 4000000 timed requests",
		"workloads: [{workload: counting, rungs: all, instances: 1, sweep: {d.steps: " + list + ", d.block_length: " + list + ", d.temperature: " + list + "}}]": "makes more than 20000 variants",
	} {
		made := new(int)
		catalog := fakeCatalog()
		catalog.Workloads = append(catalog.Workloads, counting{echo{26}, made, func(int) {}})
		s, err := Parse("m.yaml", []byte("version: 1\nweights: {builtin: v0}\nengines: [{name: d, engine: diffusion, preset: llada}]\n"+text), catalog)
		if err == nil {
			_, err = s.Expand(context.Background(), fakeWeights)
		}
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), want) || *made > 0 {
			t.Errorf("%.60s: %d instances made, %v", text, *made, err)
		}
	}
}

// TestManyRequests: of many requests a plan holds ids alone, and makes the same ones again.
func TestManyRequests(t *testing.T) {
	for _, text := range []string{
		"workloads: [{workload: counting, rungs: [echo-5], instances: %d, order: once, planted: [1]}]",
		"workloads: [{workload: counting, rungs: [echo-5], instances: %d, order: once, batch: 2}]",
		"cost: [{shape: 2m, prompt: 8, budget: 8, batches: %d, order: once}]",
	} {
		many, _ := countingScenario(t, fmt.Sprintf(text, maxKept+2), func(int) {})
		few, _ := countingScenario(t, fmt.Sprintf(text, 60), func(int) {})
		plan, err := many.Expand(context.Background(), fakeWeights)
		if err != nil {
			t.Fatal(err)
		}
		small, err := few.Expand(context.Background(), fakeWeights)
		if err != nil {
			t.Fatal(err)
		}
		a, b := plan.Groups[0].Items, small.Groups[0].Items
		if a.Len() != maxKept+2 || a.kept != nil || len(b.kept) != 60 {
			t.Fatalf("%d requests, %d and %d held", a.Len(), len(a.kept), len(b.kept))
		}
		for i, item := range b.All() {
			if got := a.At(i); !reflect.DeepEqual(got, item) || a.ID(i) != got.ID || a.PromptLen(i) != len(got.Prompt) {
				t.Fatalf("request %d is %+v of many and %+v of few", i, got, item)
			}
		}
		if first := a.First(4); first.Len() != 4 || len(first.Slice(2, 2)) != 2 || first.Slice(2, 2)[1].ID != a.ID(3) {
			t.Error("the first requests are others")
		}
	}
}

// TestSketch: a plan that is not run looks at some instances, and has the same cells.
func TestSketch(t *testing.T) {
	s, made := countingScenario(t, "workloads: [{workload: counting, rungs: all, instances: 100000, batch: 4}]\ncost: [{shape: 2m, prompt: [8, 9], budget: [8], batches: 100000}]\n", func(int) {})
	sketch, err := s.Sketch(context.Background(), fakeWeights)
	if err != nil {
		t.Fatal(err)
	}
	if *made > 2*(sketchInstances+budgetInstances) || !sketch.Sketched() || sketch.Requests(1) != 4*(2*100000+2*100000) || len(sketch.Cells()) != 4 {
		t.Errorf("%d instances made, %d requests", *made, sketch.Requests(1))
	}
	if g := sketch.Groups[0]; g.Batches() != 25000 || len(g.Items.Slice(24999*g.Batch, g.Batch)) != 4 {
		t.Errorf("%d batches", g.Batches())
	}
	family := mustParse(t, "version: 1\nweights: {builtin: v0}\nengines: [{engine: autoregressive, preset: greedy}]\nworkloads: [{workload: echo, rungs: [echo-2], instances: 100000}]\n")
	if p, err := family.Sketch(context.Background(), fakeWeights); err != nil || !p.Sketched() || p.Requests(1) != 400000 {
		t.Errorf("a small family, of which a sketch does not know whether it is done: %v, %v", p, err)
	}
	few, _ := countingScenario(t, "workloads: [{workload: counting, rungs: all, instances: 40, batch: 4}]\n", func(int) {})
	a, err := few.Sketch(context.Background(), fakeWeights)
	b, err2 := few.Expand(context.Background(), fakeWeights)
	if err != nil || err2 != nil || a.Sketched() || !reflect.DeepEqual(a.Cells(), b.Cells()) || a.Requests(1) != b.Requests(1) {
		t.Errorf("a small sketch is another plan: %v, %v", err, err2)
	}
}

// TestPlanningEnds: planning ends with its context.
func TestPlanningEnds(t *testing.T) {
	for _, text := range []string{"workloads: [{workload: counting, rungs: all, instances: 100000}]", "workloads: [{workload: counting, rungs: all, instances: 4}]"} {
		ctx, cancel := context.WithCancel(context.Background())
		s, made := countingScenario(t, text, func(made int) {
			if made == 100 {
				cancel()
			}
		})
		if _, err := s.Expand(ctx, fakeWeights); !errors.Is(err, context.Canceled) || *made > 101 {
			t.Errorf("%v after %d instances", err, *made)
		}
		cancel()
	}
}
