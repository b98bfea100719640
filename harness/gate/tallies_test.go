package gate

import (
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// TestTallyEngines: counters have exact ratios over the instances of both, and
// repetitions count once.
func TestTallyEngines(t *testing.T) {
	f := change(run(6, 3, 1, 0.01), "c1", func(r *result.Request) {
		r.Usage[usage.NFE], r.Usage[usage.FLOPs], r.Usage[usage.UsefulTokens] = usage.Known(6), usage.Known(2500), usage.Known(3)
	})
	change(f, "c0", func(r *result.Request) { r.Usage[usage.CommittedTokens] = usage.Known(0) })
	pairs, _, err := Match(f.Header, "")
	if err != nil {
		t.Fatal(err)
	}
	list := TallyEngines(f, pairs)
	if len(list) != 4 {
		t.Fatalf("%d tallies", len(list))
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
	turned, _, err := Match(f.Header, "bl")
	if list := TallyEngines(f, turned); err != nil || *list[0].Ratio != 4.0/6 {
		t.Errorf("%+v, %v", list, err)
	}
	// An instance that one of them did not finish counts on neither side.
	f.Requests = append(f.Requests, result.Request{Cell: "c0", Instance: "extra", Status: "success", Usage: usage.Tally{usage.NFE: 1000}.Usage()})
	change(f, "c1", func(r *result.Request) {
		if strings.HasSuffix(r.Instance, "/0") {
			r.Status = "error"
		}
	})
	if list := TallyEngines(f, pairs); list[0].Instances != 5 || list[0].Old != 4 {
		t.Errorf("%+v", list[0])
	}
	f.Validity = []result.Validity{{Cell: "c1", Reasons: []string{"broken"}}}
	if list := TallyEngines(f, pairs); len(list) != 0 {
		t.Errorf("a cell that is not valid has tallies: %+v", list)
	}
}
