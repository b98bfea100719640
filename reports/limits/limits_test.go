package limits

import (
	"strings"
	"testing"

	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/threshold"
	"dllmbench/reports/view"
)

// TestBoundsOnChanges: a threshold that compares is met by a finding of the gate
// that says so, and missed where nothing was compared.
func TestBoundsOnChanges(t *testing.T) {
	p := 0.001
	timed := func(low, high float64, v gate.Verdict) gate.Finding {
		return gate.Finding{Cell: "a", Metric: "e2e", Verdict: v, Timing: &gate.Timing{P: &p,
			Ratio: &stats.Estimate{Value: low, CI: &stats.Interval{Low: low, High: high}}}}
	}
	bound := threshold.Threshold{Metric: "e2e", Regress: 0.05, Alpha: 0.01}
	exact := threshold.Threshold{Metric: "nfe", Exact: true}
	for _, c := range []struct {
		name     string
		judge    func(threshold.Threshold, string, *gate.Report) (bool, string)
		t        threshold.Threshold
		findings []gate.Finding
		met      bool
		say      string
	}{
		{"slower than allowed", notSlower, bound, []gate.Finding{timed(1.06, 1.08, gate.Regressed)}, false, "p = 0.001"},
		{"slower, within the bound", notSlower, bound, []gate.Finding{timed(1.01, 1.08, gate.Regressed)}, true, ""},
		{"too noisy", notSlower, bound, []gate.Finding{timed(1, 1, gate.Invalid)}, false, ""},
		{"not timed", notSlower, bound, nil, false, "give --against"},
		{"equal counters", isExact, exact, []gate.Finding{{Cell: "a", Metric: gate.Counters, Verdict: gate.NoChange}}, true, "no_change"},
		{"another cell", isExact, exact, []gate.Finding{{Cell: "b", Metric: gate.Counters, Verdict: gate.NoChange}}, false, "give --baseline"},
		{"changed", isExact, exact, []gate.Finding{{Cell: "a", Metric: gate.Counters, Verdict: gate.Changed, Changes: []gate.Change{{Counter: "nfe"}}}}, false, "nfe"},
		{"others changed", isExact, exact, []gate.Finding{{Cell: "a", Metric: gate.Counters, Verdict: gate.Changed, Changes: []gate.Change{{Counter: "flops"}}}}, true, "others changed"},
	} {
		met, sentence := c.judge(c.t, "a", &gate.Report{Findings: c.findings})
		if met != c.met || !strings.Contains(sentence, c.say) {
			t.Errorf("%s: %v, %q", c.name, met, sentence)
		}
	}
}

// TestUnits: a number of requests has no unit, the terms behind it have theirs.
func TestUnits(t *testing.T) {
	limit, err := threshold.Parse("count>=0 && value<=5ms", "ms")
	if err != nil {
		t.Fatal(err)
	}
	rows := view.New(&result.File{
		Header:   result.Header{Cells: []result.Cell{{ID: "a", Label: "a", Workload: "lists", Rung: "copy-3"}}},
		Requests: []result.Request{{Cell: "a", Instance: "one", Status: "success", E2ENs: new(int64(3e6))}},
	}).Rows
	if _, sentence := keeps(threshold.Threshold{Metric: "e2e", Limit: limit}, rows[0]); !strings.Contains(sentence, "3 ms") {
		t.Errorf("%s", sentence)
	}
}
