package harness

import (
	"context"
	"testing"

	"dllmbench/engines"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
)

// TestAllocations: what the last batch of each warm-up allocated is recorded,
// and nobody looks at the heap while a run is timed.
func TestAllocations(t *testing.T) {
	l := &lab{clock: newClock()}
	var heap measure.Heap
	readings := 0
	l.gauges.Allocated = func() measure.Heap { readings++; return heap }
	l.behave = func(_ context.Context, label string, n int, batch []engines.Request) ([]engines.Result, error, bool) {
		if n <= warmups { // the first round allocates more, and each engine its own
			heap.Bytes += map[string]int64{"a": 100, "b": 200, "c": 300}[label]
			heap.Objects += 1 + int64(n/4)
		} else {
			heap.Bytes += 1 << 30
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), plan(t, fourInstances), l, newFile(t), false)
	if s.err != nil || readings != 2*warmups {
		t.Fatalf("%v; the heap was read %d times, want twice in each of %d warm-up batches", s.err, readings, warmups)
	}
	cells := s.file.Header.Cells
	for i, want := range []result.Allocations{
		{Type: "allocations", Cell: cells[0].ID, Requests: 1, Earlier: 1, Bytes: 100, Objects: 2},
		{Type: "allocations", Cell: cells[1].ID, Requests: 1, Earlier: 1, Bytes: 200, Objects: 2},
		{Type: "allocations", Cell: cells[2].ID, Requests: 1, Earlier: 1, Bytes: 300, Objects: 2},
	} {
		if s.file.Allocations[i] != want {
			t.Errorf("%+v, want %+v", s.file.Allocations[i], want)
		}
	}
	// Without warm-up there is no batch to count.
	readings, l.calls = 0, nil
	bare := run(t, t.Context(), plan(t, "\nworkloads: [{workload: echo, rungs: [two], instances: 4}]\nmeasurement: {warmup: 0, repeats: 1}\n"), l, newFile(t), false)
	if readings != 0 || len(bare.file.Allocations) != 0 {
		t.Errorf("without warm-up %d readings, %d records", readings, len(bare.file.Allocations))
	}
}
