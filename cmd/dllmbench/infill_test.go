package main

import (
	"path/filepath"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/harness"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
	"dllmbench/workloads/infill"
)

// TestEveryPresetFillsTemplates gives an infilling task to every decoder that
// takes it: fixed text stays, every gap is written, and nothing but gaps counts.
func TestEveryPresetFillsTemplates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	if err := writeCheckpoint(dir); err != nil {
		t.Fatal(err)
	}
	w, err := openWeights(scenario.Weights{Kind: "path", Name: dir})
	if err != nil {
		t.Fatal(err)
	}
	task := infill.New()
	inst := task.Generate(workloads.Test, 2, 0) // steps-7
	template, err := scenario.Template(w.codec, inst)
	if err != nil {
		t.Fatal(err)
	}
	request := engines.Request{Prompt: w.codec.Encode(inst.Prompt), Template: template, Budget: len(template), Seed: 1,
		Stop: []int32{w.codec.EndID()}, Judge: func([]int32) bool { return false }}
	filled := 0
	for _, p := range allPresets() {
		engine, err := newEngine(w.model, 1, p.Engine, p.Name, nil)
		if err != nil {
			continue // weights of another kind are needed
		}
		if err := engine.Check([]engines.Request{request}); err != nil {
			t.Logf("%s/%s: %v", p.Engine, p.Name, err)
			engine.Close()
			continue
		}
		results, err := engine.Generate(t.Context(), []engines.Request{request}, nil)
		engine.Close()
		if err != nil {
			t.Errorf("%s/%s: %v", p.Engine, p.Name, err)
			continue
		}
		filled++
		r := results[0]
		if r.Finish != engines.FinishStop || r.Useful != len(template)-1 || r.Usage.CanvasPositions > harness.Written(template, len(template)) {
			t.Errorf("%s/%s: ended by %s with %d useful tokens of %d on a canvas of %d", p.Engine, p.Name, r.Finish, r.Useful, len(template)-1, r.Usage.CanvasPositions)
		}
		for i, id := range template {
			if id != engines.Gap && r.Tokens[i] != id || slices.Contains([]int32{w.codec.MaskID(), w.codec.PadID()}, r.Tokens[i]) {
				t.Errorf("%s/%s: position %d of the template is %d and became %d", p.Engine, p.Name, i, id, r.Tokens[i])
			}
		}
	}
	if filled < 20 {
		t.Errorf("only %d of %d presets took a template", filled, len(allPresets()))
	}
}
