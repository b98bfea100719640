package scenario

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// TestPublishedOfCards: what a card knows of the weights of the scenario is compared, once
// for a task, and nothing that it knows of others.
func TestPublishedOfCards(t *testing.T) {
	for metric, why := range map[string]string{
		"acc":            "of choices that are rated, and echo has none (score: likelihood)",
		"planted_mended": "of answers that begin with planted errors, and echo has none (planted)",
	} {
		_, err := Parse("test.yaml", []byte(twoEngines+"published: {task: echo, source: x, value: 40, metric: "+metric+"}\n"), wantedCatalog())
		if err == nil || !strings.HasPrefix(err.Error(), "test.yaml:5:55: the metric "+metric+" is "+why+"; allowed are exact_match, ") || strings.Contains(err.Error(), "planted_spoiled") {
			t.Errorf("%s: %v", metric, err)
		}
	}
	catalog := wantedCatalog()
	catalog.Formats, catalog.Open = []string{"jsonl"}, func(s TaskSource) (TaskFile, error) {
		f := TaskFile{Workload: shelf{name: s.Name, lens: map[workloads.Split]int{workloads.Test: 6}}, SHA256: fakeDigest}
		f.Published = []result.Published{{Model: "org/V0", Metric: "exact_match", Value: 1}, {Model: "other", Metric: "exact_match", Value: 2}}
		return f, nil
	}
	s, err := Parse("test.yaml", []byte(`version: 1
weights: {builtin: v0}
engines: [{engine: autoregressive, preset: greedy}]
workloads:
  - {file: a.jsonl, format: jsonl, name: a, instances: 1}
  - {file: a.jsonl, format: jsonl, name: a, instances: 2}
`), catalog)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Published) != 1 || s.Published[0].Task != "a" || s.Published[0].Value != 1 {
		t.Errorf("%+v", s.Published)
	}
}

// TestPublishedIsLookedAt: a value of weights that the scenario lacks is a mistake, not a line
// that vanishes; a fraction and settings that no record tells are said. A task file that cannot
// be read is one mistake, not one for each place where its task is named.
func TestPublishedIsLookedAt(t *testing.T) {
	published := func(rest string) (*Plan, error) {
		s, err := Parse("test.yaml", []byte(twoEngines+"published: {task: echo, source: x, "+rest+"}\n"), wantedCatalog())
		if err != nil {
			t.Fatal(err)
		}
		return s.Expand(t.Context(), fakeWeights)
	}
	if _, err := published("value: 40, model: org/V1"); err == nil || err.Error() != `test.yaml:5:54: no weights of this scenario are called "org/V1"; allowed is v0` {
		t.Errorf("unknown weights: %v", err)
	}
	p, err := published("value: 0.7, model: org/V0, setting: {length: 3, stpes: 8, gpu: A}")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`published setting "stpes" is nothing that records tell, so it is shown and not compared; did you mean "steps"?`,
		`published setting "gpu" is nothing that records tell, so it is shown and not compared`,
		`published value of echo: shares are in per cent, and 0.7 is 0.7%; a share of 0.7 is written 70`,
	}
	for _, note := range want {
		if !slices.Contains(p.Chats, note) {
			t.Errorf("no note %q among %q", note, p.Chats)
		}
	}
	_, err = Parse("test.yaml", []byte(twoEngines+"published: {task: echo, source: x, value: 40, metric: pass_at_1}\n"), wantedCatalog())
	if err == nil || !strings.HasPrefix(err.Error(), "test.yaml:5:55: the metric pass_at_1 is of programs, and answers to echo are none; allowed are exact_match, ") || strings.Contains(err.Error(), "parses") || strings.Contains(err.Error(), "acc_norm") {
		t.Errorf("a metric of programs: %v", err)
	}
	catalog := wantedCatalog()
	catalog.Formats, catalog.Open = []string{"jsonl"}, func(TaskSource) (TaskFile, error) { return TaskFile{}, errors.New("not there") }
	_, err = Parse("test.yaml", []byte(`version: 1
weights: {builtin: v0}
engines: [{engine: autoregressive, preset: greedy}]
workloads: [{file: a.jsonl, format: jsonl, name: a, instances: 1}]
published: {task: a, value: 4, source: x}
thresholds: [{metric: exact_match, workload: a, expr: "avg > 0%"}]
`), catalog)
	if list, ok := err.(Problems); !ok || len(list) != 1 || !strings.Contains(err.Error(), "not there") {
		t.Errorf("a missing file: %v", err)
	}
}
