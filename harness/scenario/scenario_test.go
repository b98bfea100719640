package scenario

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines/weights"
	"dllmbench/workloads"
)

var update = flag.Bool("update", false, "rewrite the expected messages in testdata")

// TestMessages compares what testdata/bad/x.yaml gives with testdata/bad/x.txt.
func TestMessages(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) == 0 {
		t.Fatal("no test files")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Parse(filepath.Base(file), data, fakeCatalog())
			if err == nil {
				_, err = s.Expand(context.Background(), fakeWeights)
			}
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("the error is %T (%v), want Problems", err, err)
			}
			got, golden := err.Error()+"\n", strings.TrimSuffix(file, ".yaml")+".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, _ := os.ReadFile(golden)
			if got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

const small = `
version: 1
name: small
seed: 7
weights: {builtin: v0}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {engine: diffusion, preset: llada, generation: {remasking: random}}
  - {name: bd, engine: block, preset: sdar-static}
generation: {budget_ratio: [1, 2], temperature: 0.5}
sweep:
  diffusion.steps: [4, 0]
  diffusion.stop_at_end: [true, false]
workloads:
  - {workload: echo, rungs: [echo-5], instances: 4, repeats: 3}
cost:
  - {shape: 20m, prompt: [8, 16], budget: 4, batches: 2, engines: [ar, bd], sweep: {bd.block_length: [2, 4], bd.cache: none}}
measurement: {warmup: 0, repeats: 5, order: random, timeout: 2s, threads: [0, 1], batch: [1, 2]}
`

func mustParse(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse("test.yaml", []byte(text), fakeCatalog())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustExpand(t *testing.T, text string) *Plan {
	t.Helper()
	plan, err := mustParse(t, text).Expand(context.Background(), fakeWeights)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestParse(t *testing.T) {
	s := mustParse(t, small)
	m := s.Measurement
	if s.Name != "small" || s.Seed != 7 || s.Weights.String() != "builtin:v0" || len(s.Engines) != 3 || s.Engines[1].Name != "diffusion" {
		t.Errorf("head: %+v", s)
	}
	if m.Warmup != 0 || m.Repeats != 5 || m.Order != Random || m.Timeout != 2*time.Second || m.Threads[0] != 2 || m.Threads[1] != 1 || len(m.Batch) != 2 {
		t.Errorf("measurement: %+v", m)
	}
	if len(s.Tasks) != 1 || s.Tasks[0].Split != workloads.Test || s.Tasks[0].Rungs[0] != 1 || s.Tasks[0].Instances != 4 {
		t.Errorf("tasks: %+v", s.Tasks)
	}
}

// TestTooLarge: entries whose weights have no room in memory are left out with a note, and
// it is a problem if nothing else is planned.
func TestTooLarge(t *testing.T) {
	const head = "version: 1\nengines: [{engine: autoregressive, preset: greedy}]\n"
	about := func(w weights.Name) (WeightsInfo, error) {
		info, err := fakeWeights(w)
		if w.Precision == "bf16" {
			info.TooLarge = "it needs 18.3 GB"
		}
		return info, err
	}
	plan, err := mustParse(t, head+"cost: [{shape: 20m, prompt: [8, 9], budget: 4, precision: [bf16, q8_0]}]").Expand(t.Context(), about)
	if err != nil || len(plan.Groups) != 2 || !slices.Equal(plan.LeftOut, []string{"shape:20m#precision=bf16: left out, it needs 18.3 GB"}) {
		t.Errorf("%+v, %v", plan, err)
	}
	if _, err := mustParse(t, head+"cost: [{shape: 20m, prompt: 8, budget: 4, precision: bf16}]").Expand(t.Context(), about); err == nil || !strings.Contains(err.Error(), "3:8: nothing is left to measure: shape:20m#precision=bf16: left out") {
		t.Errorf("error %v", err)
	}
}

// TestPrecision: an entry of costs has groups of cells for each precision, on the same
// prompts, and two precisions of a checkpoint are two models.
func TestPrecision(t *testing.T) {
	const head = "version: 1\nengines: [{engine: autoregressive, preset: greedy}]\n"
	plan := mustExpand(t, head+"cost: [{shape: 20m, prompt: 8, budget: 4, precision: [f32, q8_0]}]")
	if len(plan.Groups) != 2 || plan.Groups[0].Weights.String() != "shape:20m#precision=f32" || plan.Groups[1].Weights.String() != "shape:20m#precision=q8_0" {
		t.Fatalf("groups %+v", plan.Groups)
	}
	if a, b := plan.Groups[0].Items.At(0), plan.Groups[1].Items.At(0); !slices.Equal(a.Prompt, b.Prompt) || plan.Groups[0].Cells[0].ID == plan.Groups[1].Cells[0].ID {
		t.Errorf("prompts %v and %v", a.Prompt, b.Prompt)
	}
	plan = mustExpand(t, head+"cost: [{shape: 20m, prompt: 8, budget: 4, kv: [f32, bf16]}]")
	if len(plan.Groups) != 2 || plan.Groups[0].Weights.String() != "shape:20m" || plan.Groups[1].Weights.String() != "shape:20m#kv=bf16" || plan.Groups[0].Cells[0].ID == plan.Groups[1].Cells[0].ID {
		t.Fatalf("groups %+v", plan.Groups)
	}
	s := mustParse(t, "models: {a: {builtin: v0}, b: {builtin: v0, precision: q4_0, parent: a}}\n"+head+"weights: {builtin: v0, precision: bf16, kv: bf16}\nworkloads: [{workload: echo, rungs: all, instances: 2}]")
	if s.Models[1].Weights.Precision != "q4_0" || s.Weights.String() != "builtin:v0#precision=bf16,kv=bf16" {
		t.Errorf("models %+v, weights %v", s.Models, s.Weights)
	}
	if _, err := Parse("m.yaml", []byte(head+"cost: [{shape: 20m, prompt: 8, budget: 4, precision: q4}]"), fakeCatalog()); err == nil || !strings.Contains(err.Error(), "m.yaml:3:54: ") || !strings.Contains(err.Error(), "q4_0") {
		t.Errorf("error %v", err)
	}
}

func TestExpand(t *testing.T) {
	plan := mustExpand(t, small)
	// Task: 2 ratios × 2 batches × 2 threads; cost: 2 prompts × 2 batches × 2 threads.
	if len(plan.Groups) != 16 {
		t.Fatalf("%d groups, want 16", len(plan.Groups))
	}
	first := plan.Groups[0]
	if first.Budget != 6 || first.Repeats != 3 || first.Batches() != 4 || first.Stop[0] != 257 || first.Items.Len() != 4 {
		t.Errorf("first group: budget %d, repeats %d, batches %d", first.Budget, first.Repeats, first.Batches())
	}
	if plan.Groups[4].Budget != 12 {
		t.Errorf("budget at ratio 2 is %d, want 12", plan.Groups[4].Budget)
	}
	var variants []string
	for _, c := range first.Cells {
		variants = append(variants, c.Label+":"+c.Variant)
	}
	want := "ar:|diffusion:steps=4 stop_at_end=true|diffusion:steps=4 stop_at_end=false|diffusion:steps=0 stop_at_end=true|diffusion:steps=0 stop_at_end=false|bd:"
	if got := strings.Join(variants, "|"); got != want {
		t.Errorf("cells are %s, want %s", got, want)
	}
	llada := first.Cells[1]
	if llada.Options["remasking"] != "random" || llada.Options["temperature"] != 0.5 || llada.Options["block_length"] != 0 || llada.Chance == nil || llada.PromptLen != nil {
		t.Errorf("resolved cell: %+v", llada)
	}
	last := plan.Groups[len(plan.Groups)-1]
	if last.Workload != nil || last.Codec != nil || last.Stop != nil || last.Repeats != 5 || last.Batch != 2 || last.Items.Len() != 4 || len(last.Items.At(0).Prompt) != 16 {
		t.Errorf("last group: %+v", last)
	}
	c := last.Cells[1]
	if len(last.Cells) != 3 || c.Label != "bd" || c.Options["block_length"] != 2 || c.Cache != "none" || !c.CostOnly || *c.PromptLen != 16 || c.Weights != "shape:20m" {
		t.Errorf("cost cell: %+v", c)
	}
	for _, id := range last.Items.At(0).Prompt {
		if id < 0 || id > 255 {
			t.Errorf("random prompt holds the special id %d", id)
		}
	}
}

func TestExpandTakesDifferentInstancesOnly(t *testing.T) {
	catalog := fakeCatalog()
	catalog.Workloads = []workloads.Workload{echo{different: 3}}
	s, err := Parse("test.yaml", []byte(strings.ReplaceAll(small, "batch: [1, 2]", "batch: 2")), catalog)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.Expand(context.Background(), fakeWeights)
	if err != nil {
		t.Fatal(err)
	}
	if n := plan.Groups[0].Items.Len(); n != 2 { // 3 exist, 2 make whole batches
		t.Errorf("%d items, want 2", n)
	}
}

func TestExpandReportsMissingWeights(t *testing.T) {
	s := mustParse(t, strings.ReplaceAll(small, "builtin: v0", "path: nowhere"))
	_, err := s.Expand(context.Background(), fakeWeights)
	var problems Problems
	if err == nil || errors.As(err, &problems) || !strings.Contains(err.Error(), "path:nowhere") {
		t.Errorf("the error is %v, want one about the set-up", err)
	}
}

func TestBundledScenariosAreYAML(t *testing.T) {
	catalog := fakeCatalog()
	catalog.Builtin = []string{"v1"}
	for _, file := range []string{"../../scenarios.yaml", "../../scenarios/quick.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(file, data, catalog)
		var problems Problems
		errors.As(err, &problems)
		for _, p := range problems { // the fake catalog has other workloads and rungs
			if !strings.Contains(p.Msg, "unknown workload") {
				t.Error(p)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte(small))
	f.Add([]byte("a: &a [*a]\nengines: *a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("f.yaml", data, fakeCatalog())
		if err == nil {
			_, err = s.Expand(context.Background(), fakeWeights)
		}
		var problems Problems
		if errors.As(err, &problems) {
			for _, p := range problems {
				if p.Line < 1 || p.Col < 1 || p.Msg == "" {
					t.Errorf("problem without a place: %+v", p)
				}
			}
		}
	})
}

// Parse reads a scenario that is one file, without variables.
func Parse(file string, data []byte, catalog Catalog) (*Scenario, error) {
	return Load(file, data, catalog, Options{})
}
