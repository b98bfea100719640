package claims

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// fakeRun makes results files for tests.
type fakeRun struct{ file result.File }

func newFakeRun() *fakeRun {
	return &fakeRun{result.File{Header: result.Header{Seed: 1}, Instances: map[string]result.Instance{}}}
}

// cell plans a cell of an experiment and returns its index. change may be nil.
func (r *fakeRun) cell(experiment, label, workload, rung string, change func(*result.Cell)) string {
	chance := 0.0
	c := result.Cell{ID: fmt.Sprintf("cell-%d", len(r.file.Header.Cells)), Label: label, Engine: "diffusion", Workload: workload, Rung: rung, Chance: &chance,
		Options: map[string]any{}, Weights: "builtin:test", Split: "test", Budget: 8, Batch: 1, Threads: 1, Experiments: []string{experiment}}
	if change != nil {
		change(&c)
	}
	r.file.Header.Cells = append(r.file.Header.Cells, c)
	return c.ID
}

// request adds a successful request of a cell, which writes its whole budget.
// change may be nil.
func (r *fakeRun) request(cell, instance string, solved bool, change func(*result.Request)) {
	ns := int64(1e6)
	q := result.Request{Cell: cell, Instance: instance, Status: "success", Exact: &solved, E2ENs: &ns,
		Usage: usage.Tally{usage.NFE: 8, usage.FLOPs: 1000, usage.UsefulTokens: 8}.Usage()}
	for _, c := range r.file.Header.Cells {
		if c.ID == cell {
			q.Usage[usage.CommittedTokens] = usage.Known(c.Budget)
		}
	}
	if change != nil {
		change(&q)
	}
	r.file.Requests = append(r.file.Requests, q)
}

// solve adds n instances of which the first solved ones are right.
func (r *fakeRun) solve(cell string, n, solved int, change func(*result.Request)) {
	for i := range n {
		r.request(cell, fmt.Sprintf("instance-%04d", i), i < solved, change)
	}
}

// decision is that of a claim on the run, with an empty verdict.
func (r *fakeRun) decision(t *testing.T, claim int) *decision {
	t.Helper()
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	return &decision{r.evidence(), rules[claim], &Verdict{}}
}

func (r *fakeRun) evidence() *index { return newIndex(&r.file, nil) }

// inOrder walks a map by its sorted keys, so that a made-up run is the same each time.
func inOrder[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
