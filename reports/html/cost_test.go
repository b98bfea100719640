package html

import (
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

func TestCostBreakdown(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[6:7], Steps: []int{4}, Instances: 6, Repeats: 1})
	for i := range run.Requests {
		q := &run.Requests[i]
		var work usage.Tally
		work.Add(usage.Prefill, &usage.Pass{usage.FLOPs: 1e6})
		work.Add(usage.Denoise, &usage.Pass{usage.FLOPs: 3e6, usage.WeightBytes: 3e6, usage.CacheReadBytes: 1e6})
		q.Spent = &result.Spent{ForwardNs: 3e6, SamplingNs: 1e6}
		if q.Cell == run.Header.Cells[1].ID {
			work = usage.Tally{}
			work.Add(usage.Denoise, &usage.Pass{usage.FLOPs: 2e6, usage.WeightBytes: 3e6, usage.CacheReadBytes: 1e6})
		}
		q.Usage = work.Usage()
		if q.Cell == run.Header.Cells[2].ID {
			q.Spent = nil
		}
	}
	c := costsOf(view.New(run))
	if len(c.Tasks) != 1 || len(c.Tasks[0].Rows) != 3 {
		t.Fatalf("got %+v", c)
	}
	ar, full, block := c.Tasks[0].Rows[0], c.Tasks[0].Rows[1], c.Tasks[0].Rows[2]
	if ar.Ms != "4" || ar.MFLOP != "4" || ar.MB != "4" || ar.Intensity != "1" || ar.Rate != "1.33" {
		t.Errorf("ar %+v", ar)
	}
	if len(ar.Work) != 2 || ar.Work[0].Width != 25 || ar.Work[1].X != 25 || ar.Work[1].Title != "decoding: 3 MFLOP (75%)" {
		t.Errorf("work of ar %+v", ar.Work)
	}
	if len(full.Work) != 1 || full.Work[0].Width != 50 || full.Work[0].Title != "denoising: 2 MFLOP (100%)" {
		t.Errorf("work of diffusion %+v", full.Work)
	}
	if block.Ms != view.Unknown || block.Time != nil || block.Rate != view.Unknown {
		t.Errorf("unknown time is not shown as such: %+v", block)
	}
}

func TestCostsAreCut(t *testing.T) {
	s := fixture.Shape{Tasks: fixture.Default.Tasks[:1], Instances: 1, Repeats: 1}
	for i := range maxCosts/2 + 10 {
		s.Steps = append(s.Steps, i+1)
	}
	c := costsOf(view.New(fixture.New(s)))
	if len(c.Tasks[0].Rows) != maxCosts || !strings.Contains(c.Cut, "321") {
		t.Errorf("%d rows, %q", len(c.Tasks[0].Rows), c.Cut)
	}
}
