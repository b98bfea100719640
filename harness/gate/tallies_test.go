package gate

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestTallyEngines: counters have exact ratios over the instances of both, and
// repetitions count once.
func TestTallyEngines(t *testing.T) {
	f := change(run(6, 3, 1, 0.01), "c1", func(r *result.Request) { r.NFE, r.FLOPs, r.UsefulTokens = 6, 2500, 3 })
	change(f, "c0", func(r *result.Request) { r.CommittedTokens = 0 })
	list, err := TallyEngines(f, "")
	if err != nil || len(list) != 4 {
		t.Fatalf("%d tallies, %v", len(list), err)
	}
	for i, want := range []struct {
		metric     string
		old, new   float64
		ratio      float64
		hasNoRatio bool
	}{
		{"nfe", 4, 6, 1.5, false}, {"flops", 1000, 2500, 2.5, false}, {"useful_tokens", 3, 3, 1, false}, {"committed_tokens", 0, 8, 0, true},
	} {
		x := list[i]
		if x.Metric != want.metric || x.Old != want.old || x.New != want.new || x.Instances != 6 || x.Side != "bl" ||
			(x.Ratio == nil) != want.hasNoRatio || x.Ratio != nil && *x.Ratio != want.ratio {
			t.Errorf("%+v, want %+v", x, want)
		}
	}
	// With the other engine as the reference ratios turn round.
	if list, err := TallyEngines(f, "bl"); err != nil || *list[0].Ratio != 4.0/6 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := TallyEngines(f, "nobody"); err == nil || !strings.Contains(err.Error(), "there are au, bl") {
		t.Errorf("an unknown reference: %v", err)
	}
	// An instance that one of them did not finish counts on neither side.
	f.Requests = append(f.Requests, result.Request{Cell: "c0", Instance: "extra", Status: "success", NFE: 1000})
	change(f, "c1", func(r *result.Request) {
		if strings.HasSuffix(r.Instance, "/0") {
			r.Status = "error"
		}
	})
	if list, _ := TallyEngines(f, ""); list[0].Instances != 5 || list[0].Old != 4 {
		t.Errorf("%+v", list[0])
	}
	f.Validity = []result.Validity{{Cell: "c1", Reasons: []string{"broken"}}}
	if list, _ := TallyEngines(f, ""); len(list) != 0 {
		t.Errorf("a cell that is not valid has tallies: %+v", list)
	}
}
