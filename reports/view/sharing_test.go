package view

import (
	"fmt"
	"math"
	"testing"
)

// TestSharing: a decoder on two sets of weights is compared with itself only,
// paired by instance, by rung, workload and over all.
func TestSharing(t *testing.T) {
	r := &run{}
	for _, rung := range []string{"sort-4", "sort-8"} {
		for _, weights := range []string{"v1", "v1-ar"} {
			r.cell(rung+weights, "autoregressive", 1)
			c := &r.file.Header.Cells[len(r.file.Header.Cells)-1]
			c.Rung, c.Weights, c.Digest, c.Label = rung, weights, "sha256:"+weights, weights
		}
	}
	r.cell("other", "block", 1) // without a partner
	for i := range 10 {
		name := fmt.Sprint(i)
		r.request("sort-4v1", name, 0, i, 1, i < 8)
		r.request("sort-4v1-ar", name, 0, i, 1, i < 2)
		r.request("sort-8v1", name, 0, i, 1, i < 4)
		r.request("sort-8v1-ar", name, 0, i, 1, i < 4)
		r.request("other", name, 0, i, 1, true)
	}
	r.request("sort-4v1", "alone", 0, 11, 1, true)
	list := New(&r.file).Sharing()
	if len(list) != 4 {
		t.Fatalf("%d comparisons, want the whole, the workload and two rungs", len(list))
	}
	for i, want := range []struct {
		workload, rung    string
		rungs, n          int
		shared, control   float64
		difference, least float64
	}{
		{"", "", 2, 20, 60, 30, 30, 0.03}, {"lists", "", 2, 20, 60, 30, 30, 0.03},
		{"lists", "sort-4", 1, 10, 80, 20, 60, 0.03}, {"lists", "sort-8", 1, 10, 40, 40, 0, 1},
	} {
		s := list[i]
		if s.Workload != want.workload || s.Rung != want.rung || s.Rungs != want.rungs || s.N != want.n {
			t.Errorf("line %d: %+v", i, s)
		}
		if s.SharedExact != want.shared || s.ControlExact != want.control || math.Abs(s.Difference.Value-want.difference) > 1e-9 {
			t.Errorf("line %d: %v and %v, difference %v", i, s.SharedExact, s.ControlExact, s.Difference.Value)
		}
		// Six instances tell the weights apart, all in one direction: p = 2/2⁶.
		if p := s.P; math.Abs(p-want.least) > 0.002 {
			t.Errorf("line %d: p = %v", i, p)
		}
		if s.Shared != "v1" || s.Control != "v1-ar" {
			t.Errorf("line %d compares %s and %s", i, s.Shared, s.Control)
		}
	}
}
