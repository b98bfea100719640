package harness

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// Each instance is described once, before the first request that needs it, and
// not again when the run is resumed.
func TestInstancesAreDescribedOnce(t *testing.T) {
	p, l, path := plan(t, fourInstances), &lab{clock: newClock()}, newFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	l.behave = func(ctx context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+10 {
			cancel()
			return nil, ctx.Err(), true
		}
		return nil, nil, false
	}
	if first := run(t, ctx, p, l, path, false); !errors.Is(first.err, ErrInterrupted) || len(first.file.Instances) != 2 {
		t.Fatalf("error %v, %d instances, want 2", first.err, len(first.file.Instances))
	}
	second := run(t, t.Context(), p, &lab{clock: newClock()}, path, true)
	inst := second.file.Instances[second.file.Requests[0].Instance]
	if inst.Workload != "echo" || inst.Rung != "two" || len(inst.Constraints) != 2 || inst.Constraints[1].Kind != "rest" {
		t.Errorf("instance %+v", inst)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		switch {
		case strings.Contains(line, `"type":"instance"`):
			id := between(line, `"id":"`)
			if known[id] {
				t.Errorf("%s is described twice", id)
			}
			known[id] = true
		case strings.Contains(line, `"type":"request"`):
			if id := between(line, `"instance":"`); !known[id] {
				t.Fatalf("a request for %s comes before its instance", id)
			}
		}
	}
	if len(known) != 4 {
		t.Errorf("%d instances are described, want 4", len(known))
	}
}

// between is the text from the mark to the next quote.
func between(line, mark string) string {
	_, rest, _ := strings.Cut(line, mark)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// knowing is a workload that knows its law, and has aspects.
type knowing struct{ echo }

func (knowing) Check(workloads.Instance, string) workloads.Score {
	return workloads.Score{Aspects: map[string]float64{"parses": 0.5}}
}

func (knowing) LogProb(_ workloads.Instance, answer string) float64 {
	return map[string]float64{"likely": -1.5, "never": math.Inf(-1), "unclear": math.NaN()}[answer]
}

func TestProbabilityAndAspectsAreRecorded(t *testing.T) {
	for output, want := range map[string]struct{ known, ever bool }{"likely": {true, true}, "never": {true, false}, "unclear": {false, false}} {
		rec := result.Request{Status: "success", Output: output}
		if _, err := score(&rec, knowing{}, echo{}.Generate(workloads.Test, 0, 1)); err != nil {
			t.Fatal(err)
		}
		if (rec.InSupport != nil) != want.known || want.known && *rec.InSupport != want.ever || (rec.LogProb != nil) != want.ever {
			t.Errorf("%s: in support %v, log-probability %v", output, rec.InSupport, rec.LogProb)
		}
		if want.ever && *rec.LogProb != -1.5 || rec.Aspects["parses"] != 0.5 {
			t.Errorf("%s: %+v", output, rec)
		}
	}
	rec := result.Request{Status: "success"}
	if _, err := score(&rec, echo{}, echo{}.Generate(workloads.Test, 0, 1)); err != nil || rec.InSupport != nil || rec.LogProb != nil {
		t.Errorf("a workload without a law: error %v, record %+v", err, rec)
	}
}

// boastful gives shares that cannot be.
type boastful struct{ echo }

func (boastful) Check(workloads.Instance, string) workloads.Score {
	return workloads.Score{Partial: 1.5}
}

// TestImpossibleIsNotRecorded: what readers of results refuse is an error of the
// request, without the numbers that cannot be.
func TestImpossibleIsNotRecorded(t *testing.T) {
	rec := result.Request{Status: "success"}
	if _, err := score(&rec, boastful{}, echo{}.Generate(workloads.Test, 0, 1)); err == nil || err.Error() != "partial is 1.5; allowed is 0 to 1" || rec.Partial != nil || rec.Exact != nil {
		t.Errorf("error %v, %+v", err, rec)
	}
	l := &lab{clock: newClock()}
	l.behave = func(_ context.Context, label string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		var results []engines.Result
		for _, r := range batch {
			a := answer(r, r.Prompt)
			if label == "b" {
				a.Elapsed = -time.Second
			}
			results = append(results, a)
		}
		l.clock.pass(10 * time.Millisecond)
		return results, nil, true
	}
	s := run(t, t.Context(), plan(t, fourInstances), l, newFile(t), false)
	wrong := 0
	for _, r := range s.file.Requests {
		if r.Status == "error" {
			wrong++
			if r.Error != "accounting: e2e_ns is -1000000000; allowed is 0 or more" || r.E2ENs != nil || r.Usage[usage.NFE].Known() {
				t.Errorf("%+v", r)
			}
		}
	}
	if s.err != nil || wrong == 0 || wrong == len(s.file.Requests) {
		t.Errorf("%d of %d requests are wrong, error %v", wrong, len(s.file.Requests), s.err)
	}
}
