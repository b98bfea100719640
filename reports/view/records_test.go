package view

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/guard"
	"dllmbench/reports/internal/fixture"
)

// Bad records of one cell stop the view on the goroutine of the caller, with the
// cell named.
func TestPanicNamesTheCell(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 8}, Instances: 6, Repeats: 1})
	bad := run.Header.Cells[2]
	read := func(cell string, _ bool, _ []string) ([]*result.Request, error) {
		if cell == bad.ID {
			return []*result.Request{nil}, nil
		}
		return nil, nil
	}
	err := guard.Call("view", func() error {
		derive(&records{file: run, read: read}, Detail{})
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "cell "+bad.ID+" (diffusion steps=8)") || !strings.Contains(err.Error(), "nil pointer") {
		t.Errorf("error %v", err)
	}
}

// A view of an index, which forgets nearly all requests again, is that of the
// whole file.
func TestOpen(t *testing.T) {
	shape := fixture.Default
	shape.Tasks, shape.Instances = shape.Tasks[:3], 8
	run := fixture.New(shape)
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := result.Create(path, run.Header, run.Metrics)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range run.Requests {
		if i == 0 {
			stray := q
			stray.Cell = "no cell"
			w.Write(stray)
		}
		w.Write(q)
	}
	for _, j := range run.Validity {
		w.Write(j)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := result.OpenIndex(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	want := New(whole)
	got, err := open(x, Detail{}, 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != len(want.Rows) || len(got.Points) != len(want.Points) || got.Orphans != 1 || want.Orphans != 1 {
		t.Fatalf("%d rows, %d points, %d orphans; want %d, %d and 1, not %d", len(got.Rows), len(got.Points), got.Orphans, len(want.Rows), len(want.Points), want.Orphans)
	}
	for i, r := range want.Rows {
		other := got.Rows[i]
		for name, pair := range map[string][2]any{
			"values": {r.Values, other.Values}, "state": {r.State, other.State}, "instances": {r.Instances, other.Instances}, "cost": {r.Cost, other.Cost},
			"times": {r.Each(E2E), other.Each(E2E)}, "kinds": {want.Kinds(r), got.Kinds(other)}, "first runs": {r.answersTo(nil), other.answersTo(nil)},
		} {
			if diff := cmp.Diff(pair[0], pair[1], cmpopts.EquateComparable(usage.Count{})); diff != "" {
				t.Errorf("%s of %s:\n%s", name, r.Name, diff)
			}
		}
	}
	for i, p := range want.Points {
		for k, r := range p.Rows {
			if diff := cmp.Diff(p.Against[r], got.Points[i].Against[got.Points[i].Rows[k]]); diff != "" {
				t.Errorf("comparison of %s:\n%s", r.Name, diff)
			}
		}
		a, b := want.SamplesOf(p, 3), got.SamplesOf(got.Points[i], 3)
		if diff := cmp.Diff(a, b, cmpopts.EquateComparable(usage.Count{}), cmpopts.IgnoreFields(Output{}, "Row")); diff != "" {
			t.Errorf("samples:\n%s", diff)
		}
		if all := want.SamplesOf(p, 1<<30); len(a) == 0 != p.CostOnly || !cmp.Equal(a, all[:len(a)], cmpopts.EquateComparable(usage.Count{}), cmpopts.IgnoreFields(Output{}, "Row")) {
			t.Errorf("%d samples are not the first of %d", len(a), len(all))
		}
	}
	ignored := cmp.Options{cmpopts.IgnoreTypes(&Row{}, &Point{}), cmpopts.EquateNaNs()}
	for _, by := range result.Matchings() {
		m := result.Match{By: []string{by}, Factor: 2, Points: 5}
		if diff := cmp.Diff(want.EqualsBy(m), got.EqualsBy(m), ignored); diff != "" {
			t.Errorf("matched by %s:\n%s", by, diff)
		}
	}
	for _, m := range []Metric{E2E, Throughput, NFE, FLOPs} {
		a, errA := want.Scaling(m, []float64{1, 2, 3}, want.Rows[:3])
		b, errB := got.Scaling(m, []float64{1, 2, 3}, got.Rows[:3])
		if errA != nil || errB != nil || !cmp.Equal(a, b) {
			t.Errorf("power law of %s: %+v and %+v, %v, %v", m, a, b, errA, errB)
		}
	}
	if n := len(got.source.kept); n > 2 {
		t.Errorf("the requests of %d rows are kept", n)
	}
	if err := got.Err(); err != nil {
		t.Error(err)
	}

	// What cannot be read any more is an error, not a number.
	x.Close()
	if list := got.Rows[0].Each(E2E); len(list) > 0 || got.Err() == nil {
		t.Errorf("%d times of a closed file, error %v", len(list), got.Err())
	}
}
