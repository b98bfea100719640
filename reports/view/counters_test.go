package view

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

// counted is a run whose requests know every counter.
func counted() *result.File {
	f := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 6, Repeats: 1})
	for i := range f.Requests {
		q := &f.Requests[i]
		for c := range q.Usage {
			if q.Usage[c] == usage.Known(0) {
				q.Usage[c] = usage.Known(3 + i%2)
			}
		}
		energy, chunks := int64(1000+i), [][2]int64{{1e5, 2}, {2e5, 3}}
		q.EnergyUJ, q.Chunks = &energy, chunks
		q.Wire = &result.Wire{Counts: map[string]float64{"usage.completion_tokens": 5}}
	}
	return f
}

// shown is what a row says of a metric, "" where it is unknown.
func shown(t *testing.T, r *Row, m string) string {
	if r.Values[Metric(m)] == nil {
		return ""
	}
	data, err := json.Marshal(r.Values[Metric(m)])
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestUnknownCounters takes every counter of the table away from a single request:
// the metrics that name it are unknown for the cell and the row says why, and all
// others stay what they were. A metric that reads a counter without naming it
// would change.
func TestUnknownCounters(t *testing.T) {
	before := New(counted()).Rows
	some := 0
	for _, c := range usage.Counters() {
		f := counted()
		cell := f.Requests[5].Cell
		f.Requests[5].Usage[c] = usage.Count{}
		for i, r := range New(f).Rows {
			used := false
			for _, d := range result.Metrics() {
				want := shown(t, before[i], d.Name)
				if r.Cell.ID == cell && slices.Contains(d.Counters, c) {
					if want == "" {
						t.Errorf("%s is unknown already", d.Name)
					}
					want, used = "", true
					some++
				}
				if got := shown(t, r, d.Name); got != want {
					t.Errorf("%s of %s without %s: %s, want %q", d.Name, r.Name, c, got, want)
				}
			}
			told := slices.ContainsFunc(r.Reasons, func(why string) bool { return strings.Contains(why, c.String()) && strings.Contains(why, "unknown") })
			if told != used {
				t.Errorf("%s without %s says %q", r.Name, c, r.Reasons)
			}
			if used && r.Cost.FLOPs() >= 0 != (c != usage.FLOPs) {
				t.Errorf("%s without %s has a mean of %g FLOPs", r.Name, c, r.Cost.FLOPs())
			}
			if values := r.Each(NFE); r.Cell.ID == cell && (values == nil) != (c == usage.NFE) {
				t.Errorf("%s without %s lists passes %v", r.Name, c, values)
			}
		}
	}
	if some < 20 {
		t.Errorf("only %d metrics were taken away", some)
	}
}

// TestKnownZero: 0 is a number and no unknown.
func TestKnownZero(t *testing.T) {
	f := counted()
	for i := range f.Requests {
		f.Requests[i].Usage = usage.Zero()
	}
	for _, r := range New(f).Rows {
		for _, m := range []Metric{NFE, Steps, "peak_cache", "canvas_positions", "committed_tokens", "useful_tokens"} {
			if e := r.Values[m]; e == nil || e.Value != 0 {
				t.Errorf("%s of %s is %+v", m, r.Name, e)
			}
		}
	}
}
