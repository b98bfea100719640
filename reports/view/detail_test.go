package view

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

// judged is a run of 13 cells, 10 of them with constraints at two distances and
// texts that differ.
func judged() *result.File {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:2], Steps: []int{4, 8}, Instances: 8, Repeats: 2, Lengths: []int{32}, Blocks: 2, Batches: []int{1}})
	run.Instances = map[string]result.Instance{}
	for i := range run.Requests {
		q := &run.Requests[i]
		if q.Exact == nil {
			continue
		}
		run.Instances[q.Instance] = result.Instance{Type: "instance", ID: q.Instance, Constraints: []result.Opportunity{
			{Kind: "order", Distance: 1, Direction: "backward"}, {Kind: "copy", Distance: 9, Direction: "lookahead"},
		}}
		two, broken := 2, []int{i % 2}
		one := len(broken)
		q.Constraints, q.Violations, q.Broken = &two, &one, broken
		q.Output += strings.Repeat(" and one more", i%4)
	}
	return run
}

// opened writes a run and opens it with its requests left on disk.
func opened(t *testing.T, run *result.File, d Detail) *View {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := result.Create(path, run.Header, run.Metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(run.Instances)) {
		w.Write(run.Instances[id])
	}
	for _, q := range run.Requests {
		w.Write(q)
	}
	for _, j := range run.Validity {
		w.Write(j)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	x, err := result.OpenIndex(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	v, err := open(x, d, 20)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Above a bound the rows beyond the first ones lack what is made from words and
// constraints, and nothing else, in memory and from disk.
func TestDetail(t *testing.T) {
	run := judged()
	whole, detail := New(run), Detail{Above: 9, Rows: 4}
	for name, v := range map[string]*View{"memory": NewBounded(run, detail), "disk": opened(t, run, detail)} {
		if v.Briefs != 6 {
			t.Errorf("%s: %d brief rows, want 6", name, v.Briefs)
		}
		for _, want := range []string{"first 4 cells", "the other 6 they are unknown (–)", "--full"} {
			if !strings.Contains(v.Bounds(), want) {
				t.Errorf("%s: no %q in %q", name, want, v.Bounds())
			}
		}
		for i, r := range v.Rows {
			full := whole.Rows[i]
			want := maps.Clone(full.Values)
			curves := full.Coherence
			if brief := !r.Cell.CostOnly && i >= 4; brief != r.Brief {
				t.Fatalf("%s: row %d, brief %t", name, i, r.Brief)
			}
			if r.Brief {
				for _, m := range []Metric{CoherenceBackward, CoherenceAhead, Entropy, "entropy_2", "distinct_1", "distinct_2", "distinct_3", "adjacent_repetition", "self_bleu_4"} {
					if want[m] == nil {
						t.Fatalf("the whole view has no %s either", m)
					}
					delete(want, m)
				}
				delete(want, "seq_rep_4")
				curves = nil
			}
			for what, pair := range map[string][2]any{
				"values": {want, r.Values}, "curves": {curves, r.Coherence}, "cost": {full.Cost, r.Cost}, "times": {full.Each(E2E), r.Each(E2E)},
				"instances": {full.Instances, r.Instances}, "kinds": {whole.Kinds(full), v.Kinds(r)}, "first runs": {full.answersTo(nil), r.answersTo(nil)},
				"times again": {full.Each(NFE), r.Each(NFE)},
			} {
				if diff := cmp.Diff(pair[0], pair[1], cmpopts.EquateComparable(usage.Count{})); diff != "" {
					t.Errorf("%s: %s of row %d:\n%s", name, what, i, diff)
				}
			}
		}
		for i, p := range whole.Points {
			for k, r := range p.Rows {
				if diff := cmp.Diff(p.Against[r], v.Points[i].Against[v.Points[i].Rows[k]]); diff != "" {
					t.Errorf("%s: comparison of %s:\n%s", name, r.Name, diff)
				}
			}
		}
		if err := v.Err(); err != nil {
			t.Error(err)
		}
	}
}

// A run up to the bound, and one whose floor is made from words, is whole.
func TestDetailOfAll(t *testing.T) {
	run := judged()
	for name, v := range map[string]*View{
		"no bound": NewBounded(run, Detail{}), "at the bound": NewBounded(run, Detail{Above: len(run.Header.Cells), Rows: 1}),
		"usual": NewBounded(run, PageDetail()),
	} {
		if v.Briefs != 0 || v.Bounds() != "" || v.Rows[9].Values[Entropy] == nil {
			t.Errorf("%s: %d brief rows, %q", name, v.Briefs, v.Bounds())
		}
	}
	run.Header.Floor = &result.Floor{Metric: string(CoherenceBackward), Share: 0.8}
	if v := NewBounded(run, Detail{Above: 2, Rows: 1}); v.Briefs != 0 || !v.Rows[9].BelowFloor {
		t.Errorf("floor of coherence: %d brief rows, the last one below the floor: %t", v.Briefs, v.Rows[9].BelowFloor)
	}
	run.Header.Floor.Metric = string(Exact)
	if v := NewBounded(run, Detail{Above: 2, Rows: 1}); v.Briefs != 9 {
		t.Errorf("floor of exact match: %d brief rows", v.Briefs)
	}
}

// Every metric that is left out is one of the groups that the remark names.
func TestDetailMetrics(t *testing.T) {
	for _, m := range detailMetrics {
		if g := m.Definition().Group; g != result.Coherence && g != result.Variety {
			t.Errorf("%s is of the group %s", m, g)
		}
	}
}
