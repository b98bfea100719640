package harness

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/shard"
)

// TestUnits runs the units of a plan, which divide its one group, one by one, and puts the
// files together: the records and the verdicts are those of the run in one piece.
func TestUnits(t *testing.T) {
	p := plan(t, fourInstances)
	whole := run(t, t.Context(), p, &lab{clock: newClock()}, newFile(t), false).file
	units := shard.Units(p, nil, 3)
	if len(units) != 3 {
		t.Fatalf("%d units", len(units))
	}
	var files []shard.Source
	for i, u := range units {
		own, path := shard.Take(p, []shard.Unit{u}), newFile(t)
		l := &lab{clock: newClock(), part: shard.Describe(p, units, units[i:i+1], shard.Part{Index: i, Count: len(units)})}
		run(t, t.Context(), own, l, path, false)
		files = append(files, shard.Source{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }})
	}
	m, err := shard.Merge([]shard.Source{files[2], files[0], files[1]}, nil, Rejudge)
	if err != nil || len(m.Missing) > 0 {
		t.Fatal(err, m.Missing)
	}
	path := newFile(t)
	w, err := result.CreateWith(path, m.Header, m.Metrics, m.Write)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	merged, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	key := func(r result.Request) string { k := r.Key(); return fmt.Sprint(k.Cell, k.Instance, k.Repetition) }
	for _, f := range []*result.File{whole, merged} {
		slices.SortFunc(f.Requests, func(a, b result.Request) int { return strings.Compare(key(a), key(b)) })
		for i := range f.Requests {
			f.Requests[i].Session = 0
		}
	}
	if !reflect.DeepEqual(whole.Requests, merged.Requests) || !reflect.DeepEqual(whole.Instances, merged.Instances) {
		t.Errorf("%d requests in one piece, %d merged, and they differ", len(whole.Requests), len(merged.Requests))
	}
	if !reflect.DeepEqual(whole.Validity, merged.Validity) {
		t.Errorf("judged %+v, in one piece %+v", merged.Validity, whole.Validity)
	}
	if !reflect.DeepEqual(whole.Header.Cells, merged.Header.Cells) {
		t.Error("cells differ")
	}
}
