package view

import (
	"testing"

	"dllmbench/reports/internal/fixture"
)

// TestEachIsOneValueOfEveryRequest compares single values with the metric of the
// row that is made from them.
func TestEachIsOneValueOfEveryRequest(t *testing.T) {
	v := New(fixture.New(fixture.Default))
	for _, r := range v.Rows {
		if n := len(r.Each(E2E)); n != r.Requests || n == 0 {
			t.Errorf("%s: %d values of %d requests", r.Name, n, r.Requests)
		}
		sum := 0.0
		for _, x := range r.Each(NFE) {
			sum += x
		}
		if mean := sum / float64(r.Requests); r.Values[NFE] == nil || mean-r.Values[NFE].Value > 1e-9 || r.Values[NFE].Value-mean > 1e-9 {
			t.Errorf("%s: the mean of nfe is %v, the row says %v", r.Name, mean, r.Values[NFE])
		}
		for _, x := range r.Each(Exact) {
			if x != 0 && x != 100 {
				t.Errorf("%s: an instance is solved to %v%%", r.Name, x)
			}
		}
		if list := r.Each(Throughput); list != nil {
			t.Errorf("%s: a rate of sums has single values %v", r.Name, list)
		}
	}
	for m := range single {
		m.Definition() // panics for a name that is none
	}
}
