package hybrid

import (
	"context"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

var subject = enginetest.Opener(New)

func one(t testing.TB, e engines.Engine, req engines.Request, sink engines.Sink) engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), []engines.Request{req}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// Nothing is allocated per token: a long answer allocates as often as a short one.
func TestNoAllocationPerToken(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, c := range []struct {
		preset string
		opts   engines.Options
	}{
		{"self-speculation", nil}, {"one-step", nil},
		{"self-speculation", engines.Options{"draft_steps": 3, "temperature": 1.0}},
	} {
		e := subject.Must(t, s, c.preset, c.opts)
		count := func(budget int) float64 {
			return testing.AllocsPerRun(5, func() { one(t, e, engines.Request{Prompt: []int32{5}, Budget: budget}, nil) })
		}
		count(60)
		if short, long := count(4), count(60); long > short {
			t.Errorf("%s %v: 4 tokens take %g allocations, 60 tokens %g", c.preset, c.opts, short, long)
		}
	}
}
