package scenario

import (
	"testing"

	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// TestPublishedOfCards: what a card knows of the weights of the scenario is compared, once
// for a task, and nothing that it knows of others.
func TestPublishedOfCards(t *testing.T) {
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
