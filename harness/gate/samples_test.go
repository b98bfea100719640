package gate

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestSharesOfSamples: with several samples of an instance all of them count, so that the
// share is that of the report; equal outputs are identical, whatever the sample shows;
// and where the sides have other instances, n and the sentence say so.
func TestSharesOfSamples(t *testing.T) {
	q, err := Ask([]string{"exact_match"})
	if err != nil {
		t.Fatal(err)
	}
	sampled := func() *result.File {
		f := run(10, 2, 1, 0.01)
		for i := range f.Requests {
			r := &f.Requests[i]
			r.Sample, r.Seed = r.Repetition%2, uint64(r.Repetition%2)
			right := r.Sample == 0 // one sample of two
			r.Exact, r.OutputSHA256 = &right, fmt.Sprint(r.Cell, r.Instance, r.Sample)
		}
		return f
	}
	of := func(f *result.File) Finding {
		t.Helper()
		report, err := ReportEngines("r", f, "", q, Policy{Alpha: 0.05})
		if err != nil || len(report.Findings) != 1 {
			t.Fatalf("%v, %+v", err, report)
		}
		return report.Findings[0]
	}
	f := sampled()
	change(f, "c1", func(r *result.Request) { right := true; r.Exact = &right })
	if x := of(f); x.Verdict != Improved || x.Old.Value != 0.5 || x.New.Value != 1 || math.Abs(x.Ratio.Value-0.5) > 1e-12 || x.Pairs != 10 || math.Abs(x.Level-0.95) > 1e-12 {
		t.Errorf("a half against all: %s, %+v", x.Sentence, x.Timing)
	}
	f = change(sampled(), "c1", func(r *result.Request) { r.OutputSHA256 = "c0" + r.OutputSHA256[2:] })
	if x := of(f); x.Verdict != NoChange || !x.Identical || x.Ratio.CI != nil || !strings.HasSuffix(x.Sentence, "identical, because all 20 outputs are") {
		t.Errorf("the same outputs: %s, %s", x.Verdict, x.Sentence)
	}
	f = change(run(4, 2, 1, 0.01), "c1", func(r *result.Request) { r.OutputSHA256 = "ab0" })
	if x := of(f); x.Verdict != NoChange || !x.Identical {
		t.Errorf("the same outputs of four instances: %s, %s", x.Verdict, x.Sentence)
	}
	f = change(sampled(), "c1", func(r *result.Request) {
		if strings.HasSuffix(r.Instance, "/3") {
			r.Status = "timeout"
		}
	})
	if x := of(f); x.Pairs != 9 || x.Identical || !strings.Contains(x.Sentence, "on the 9 instances that both sides have, of 10 on the old and 9 on the new side") {
		t.Errorf("other instances: %d pairs, %s", x.Pairs, x.Sentence)
	}
}
