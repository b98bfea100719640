package scenario

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestEntriesOverride: an entry may be measured in another way than the rest, and
// the names of its experiments change no id.
func TestEntriesOverride(t *testing.T) {
	const head = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}]
measurement: {repeats: 3, batch: 2, trace: 1, order: paired}
`
	plain := `workloads: [{workload: echo, rungs: [echo-2], instances: 4}]
`
	own := `workloads:
  - {workload: echo, rungs: [echo-2], instances: 4, experiment: [coherence, latent-2], order: once, batch: [1, 4], trace: 3, budget_ratio: [1, 2]}
`
	before, after := mustExpand(t, head+plain), mustExpand(t, head+own)
	if len(before.Groups) != 1 || len(after.Groups) != 4 {
		t.Fatalf("%d and %d groups", len(before.Groups), len(after.Groups))
	}
	g := before.Groups[0]
	if g.Order != Paired || g.Trace != 1 || g.Batch != 2 || g.Cells[0].Experiments != nil || before.Traces() != 1 {
		t.Errorf("without own keys: %+v", g)
	}
	var batches, budgets []int
	for _, g := range after.Groups {
		if g.Order != Once || g.Trace != 3 || g.Repeats != 1 || g.Runs() != 1 || !reflect.DeepEqual(g.Cells[0].Experiments, []string{"coherence", "latent-2"}) {
			t.Errorf("with own keys: %+v", g)
		}
		batches, budgets = append(batches, g.Batch), append(budgets, g.Budget)
	}
	if !slices.Equal(batches, []int{1, 4, 1, 4}) || budgets[2] != 2*budgets[0] || after.Traces() != 3 {
		t.Errorf("batches %v, budgets %v, traces %d", batches, budgets, after.Traces())
	}
	named := mustExpand(t, head+strings.Replace(plain, "instances: 4", "instances: 4, experiment: x", 1))
	if named.Groups[0].Cells[0].ID != g.Cells[0].ID {
		t.Error("the name of an experiment changes the id of a cell")
	}
	after.Scenario.SetTrace(0)
	plan, err := after.Scenario.Expand(context.Background(), fakeWeights)
	if err != nil || plan.Traces() != 0 {
		t.Errorf("traces after SetTrace(0): %v", err)
	}
	given := []byte(head + strings.Replace(own, "trace: 3", "threads: 1", 1))
	s, err := Load("m.yaml", given, fakeCatalog(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = Load("m.yaml", given, fakeCatalog(), Options{Set: s.WithThreads(7)}); err != nil {
		t.Fatal(err)
	}
	if n := mustExpand(t, string(s.Text)).Groups[0].Threads; n != 7 {
		t.Errorf("%d threads where all cells have 7", n)
	}
}

// TestShorten: a shortened scenario keeps its cells, with fewer instances (whole
// batches of them), repetitions and traces.
func TestShorten(t *testing.T) {
	const text = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}]
workloads:
  - {workload: echo, rungs: [echo-2], instances: 36, repeats: 9, batch: [1, 12], trace: 30}
  - {workload: echo, rungs: [echo-5], instances: 3}
measurement: {repeats: 5}
`
	whole, s := mustExpand(t, text), mustParse(t, text)
	s, err := Load("main.yaml", []byte(text), fakeCatalog(), files{}.options(s.Short()...))
	if err != nil {
		t.Fatal(err)
	}
	short := mustExpand(t, string(s.Text)) // what results keep is what ran
	for i, want := range []struct{ items, repeats, trace int }{{12, 2, 4}, {12, 2, 4}, {3, 2, 0}} {
		g := short.Groups[i]
		if g.Items.Len() != want.items || g.Repeats != want.repeats || g.Trace != want.trace || g.Cells[0].ID != whole.Groups[i].Cells[0].ID {
			t.Errorf("group %d: %d items, %d repeats, %d traces; want %+v", i, g.Items.Len(), g.Repeats, g.Trace, want)
		}
	}
}

// TestClaims: claims are numbers or all.
func TestClaims(t *testing.T) {
	const head = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}]
workloads: [{workload: echo, rungs: [echo-2], instances: 4}]
`
	for text, want := range map[string][]int{"": nil, "claims: all": {1, 2, 3, 4, 5, 6, 7, 8}, "claims: [3, 1]": {3, 1}, "claims: 7": {7}} {
		s := mustParse(t, head+text)
		if !slices.Equal(s.Claims, want) {
			t.Errorf("%q: claims %v", text, s.Claims)
		}
	}
	if s := mustParse(t, head+"judge: {builtin: v0}"); s.Judge.String() != "builtin:v0" {
		t.Errorf("judge %v", s.Judge)
	}
}

// TestTaskWeights: an entry may run on weights of its own. Its instances are
// those of the same rung on the other weights, its cells have ids of their own.
func TestTaskWeights(t *testing.T) {
	const head = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}]
workloads:
  - {workload: echo, rungs: [echo-2], instances: 4}
`
	plan := mustExpand(t, head+"  - {workload: echo, rungs: [echo-2], instances: 4, weights: {path: control}}\n")
	if len(plan.Groups) != 2 {
		t.Fatalf("%d groups", len(plan.Groups))
	}
	shared, control := plan.Groups[0], plan.Groups[1]
	if shared.Weights.String() != "builtin:v0" || control.Weights.String() != "path:control" || control.Cells[0].Weights != "path:control" {
		t.Errorf("weights %s and %s", shared.Weights, control.Weights)
	}
	if shared.Cells[0].ID == control.Cells[0].ID {
		t.Error("cells on different weights have the same id")
	}
	for i := range shared.Items.Len() {
		if shared.Items.At(i).ID != control.Items.At(i).ID || !slices.Equal(shared.Items.At(i).Prompt, control.Items.At(i).Prompt) {
			t.Errorf("item %d: %s on the one, %s on the other weights", i, shared.Items.At(i).ID, control.Items.At(i).ID)
		}
	}
	text := head + "  - {workload: echo, rungs: [echo-2], instances: 4, weights: {shape: 2m}}\n"
	if _, err := Parse("s.yaml", []byte(text), fakeCatalog()); err == nil || !strings.Contains(err.Error(), "s.yaml:6:") || !strings.Contains(err.Error(), "random and cannot solve workloads") {
		t.Errorf("random weights for a workload: %v", err)
	}
}

// TestOnceIsOnce: the order once decodes each instance a single time, whatever the other
// entries repeat, and its cells take no turns, so that no reader pairs their times.
func TestOnceIsOnce(t *testing.T) {
	const head = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}, {name: d, engine: diffusion, preset: llada, generation: {steps: 2}}]
`
	for text, want := range map[string]int{
		"measurement: {order: once}\nworkloads: [{workload: echo, rungs: [echo-2], instances: 4}]\n":             1,
		"measurement: {order: once, repeats: 3}\nworkloads: [{workload: echo, rungs: [echo-2], instances: 4}]\n": 1,
		"workloads: [{workload: echo, rungs: [echo-2], instances: 4, order: once, samples: 2}]\n":                2,
		"workloads: [{workload: echo, rungs: [echo-2], instances: 4}]\n":                                         4,
	} {
		g := mustExpand(t, head+text).Groups[0]
		if apart := g.Cells[0].Group != g.Cells[1].Group; g.Runs() != want || apart != (want < 4) {
			t.Errorf("%s: %d runs, groups %s and %s", text, g.Runs(), g.Cells[0].Group, g.Cells[1].Group)
		}
	}
	if g := mustExpand(t, head+"workloads: [{workload: echo, rungs: [echo-2], instances: 4, order: alternate}]\n").Groups[0]; g.Runs() != 2 || g.Cells[0].Group != g.Cells[1].Group {
		t.Errorf("alternate: %d runs, groups %s and %s", g.Runs(), g.Cells[0].Group, g.Cells[1].Group)
	}
	s := mustParse(t, head+"workloads: [{workload: echo, rungs: [echo-2], instances: 4, order: once, repeats: 3}]\n")
	if _, err := s.Expand(context.Background(), fakeWeights); err == nil || !strings.Contains(err.Error(), "4:13: order once decodes each instance a single time, which repeats 3 contradicts") {
		t.Errorf("error %v", err)
	}
}
