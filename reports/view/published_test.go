package view

import (
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/verdict"
	"dllmbench/reports/internal/fixture"
)

// TestPublished: which rows a published value is about, the verdict, the settings, and how
// many items are missing.
func TestPublished(t *testing.T) {
	shape := fixture.Default
	shape.Tasks, shape.Steps, shape.Lengths, shape.Instances = shape.Tasks[6:7], []int{8, 16}, nil, 40 // lists sort-4: both solve about 0.8
	file := fixture.New(shape)
	file.Header.Published = []result.Published{
		{Task: "lists", Engine: "ar", Metric: "exact_match", Value: 80, N: 1000, Margin: 5, Source: "a", Setting: map[string]any{"temperature": 0, "gen_length": 16, "shots": 5.0}},
		{Task: "lists sort-4", Metric: "exact_match", Value: 80, Margin: 40, Source: "b", Setting: map[string]any{"engine": "diffusion", "steps": 16}},
		{Task: "lists", Engine: "ar", Metric: "nfe", Value: 30, Margin: 1, Source: "c"},
		{Task: "lists", Engine: "ar", Metric: "exact_match", Value: 80, N: 20, Margin: 1, Source: "d", Setting: map[string]any{"model": "v0", "precision": "bf16"}},
		{Task: "lists", Engine: "ar", Metric: "e2e", Value: 1, Source: "never a time"},
		{Task: "lists", Engine: "ar", Metric: "exact_match", Value: 100, Margin: 50, Source: "e", Setting: map[string]any{"rule": "loose", "stop": []any{"Q:"}}},
		{Task: "lists", Model: "org/V0", Metric: "tpf", Value: 9, Source: "f", Setting: map[string]any{"engine": "autoregressive", "batch": 1}},
		{Task: "lists", Model: "org/V0", Metric: "tpf", Value: 9, Source: "left out", Setting: map[string]any{"engine": "autoregressive", "batch": 2}},
		{Task: "sudoku", Metric: "exact_match", Value: 80, Source: "another task"},
		{Task: "lists", Model: "other", Metric: "exact_match", Value: 80, Source: "other weights"},
	}
	for i := range file.Requests { // every answer is right by a rule that does not decide
		file.Requests[i].Aspects = map[string]float64{"loose": 1}
	}
	got := New(file).Published()
	var sources, words string
	for _, a := range got {
		sources += a.Source
		words += " " + string(a.Word)
	}
	if sources != "abbcdef" || words != " inconclusive reproduced reproduced not reproduced inconclusive reproduced not reproduced" {
		t.Fatalf("%q%s", sources, words)
	}
	a := got[0]
	if len(a.Deviates) != 0 || len(a.Unrecorded) != 1 || a.Unrecorded[0] != (Setting{"shots", Unknown, "5"}) {
		t.Errorf("settings: %+v %+v", a.Deviates, a.Unrecorded)
	}
	if a.Needs == nil || a.Needs.Items < 900 || a.Needs.Items > 3000 || a.Needs.Takes <= 0 || a.Needs.Margin == 0 {
		t.Errorf("needs %+v", a.Needs)
	}
	if a.Theirs.CI == nil || got[1].Theirs.CI != nil {
		t.Error("the error of a published value is known where its number of items is")
	}
	if len(got[1].Deviates) != 0 || len(got[2].Deviates) != 1 || got[2].Deviates[0] != (Setting{"steps", "8", "16"}) {
		t.Errorf("the row with the fewest deviations comes first: %+v %+v", got[1].Deviates, got[2].Deviates)
	}
	if last := got[4]; last.Needs == nil || last.Needs.Items != 0 || last.Needs.Margin == 0 || len(last.Unrecorded) != 1 {
		t.Errorf("20 items that somebody else reports carry no margin of a point: %+v %+v", last.Needs, last.Unrecorded)
	}
	if e := got[5]; e.Ours.Value != 100 || len(e.Unrecorded) != 0 || len(e.Deviates) != 1 || e.Deviates[0] != (Setting{"stop", "", `"Q:"`}) {
		t.Errorf("by a rule of its own: %+v %+v %+v", e.Ours, e.Deviates, e.Unrecorded)
	}
	if got[6].Further != 1 {
		t.Errorf("%d values of these weights are left out, want 1", got[6].Further)
	}
	if verdict.Others.Entry(a.Word).Test == "" {
		t.Error("the word has no entry")
	}
}
