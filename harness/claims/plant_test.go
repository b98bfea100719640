package claims

import (
	"fmt"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
)

// judged is the verdict on one claim.
func judged(t *testing.T, ev *index, number int) Verdict {
	t.Helper()
	verdicts, err := decide(ev, []int{number})
	if err != nil {
		t.Fatal(err)
	}
	v := verdicts[0]
	if v.Paragraph == "" || v.Rule == "" || v.Statistic == "" || v.WouldChange == "" {
		t.Errorf("a verdict without words: %+v", v)
	}
	return v
}

// expect checks the result and the primary finding of a decided verdict.
func expect(t *testing.T, v Verdict, want Result) {
	t.Helper()
	if v.Result != want {
		t.Errorf("%s is %s, want %s\n%s\nprimary %s p %v\nexcluded %v", v.Name, v.Result, want, v.Paragraph, v.Primary.String(), v.Primary.P, v.Excluded)
	}
}

// findNamed is the condition or sensitivity finding with this name.
func findNamed(t *testing.T, list []Finding, name string) Finding {
	t.Helper()
	for _, f := range list {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no finding %q in %v", name, list)
	return Finding{}
}

// cost makes requests of a cell take this many passes and FLOPs.
func cost(nfe int, flops int64) func(*result.Request) {
	return func(q *result.Request) {
		q.Usage[usage.NFE], q.Usage[usage.FLOPs] = usage.Known(nfe), usage.Known(flops)
	}
}

// planted gives the k-th of many a share of yeses, spread evenly and the same in
// every call: about share of any hundred.
func planted(k int, share float64) bool { return (k*61)%100 < int(100*share+0.5) }

// traceEvidence is the evidence with traces.
func (r *fakeRun) traceEvidence(traces []trace.Trace) *index { return newIndex(&r.file, traces) }

// id names an instance of a rung.
func id(rung string, i int) string { return fmt.Sprintf("%s/test/%d", rung, i) }
