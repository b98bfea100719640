package hybrid

import (
	"context"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/network"
)

var subject = enginetest.Subject{
	New: func(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
		return New(net, preset, opts)
	},
	Presets: Presets(),
	Variants: map[string][]engines.Options{
		"self-speculation": {
			{"block_length": 1},
			{"block_length": 2, "cache": "none"},
			{"block_length": 5, "draft_steps": 3, "threshold": 0.05},
			{"block_length": 12, "draft_steps": 12, "threshold": 2, "temperature": 0.8, "draft": "sample"},
			{"block_length": 4, "draft_steps": 2, "verify": "ratio", "temperature": 1.0},
		},
		"one-step": {
			{"block_length": 3, "top_k": 5, "min_p": 0.01},
			{"block_length": 16, "draft": "argmax", "temperature": 0.6, "cache": "none"},
		},
	},
}

func TestConformance(t *testing.T) { enginetest.RunAll(t, subject) }

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

func BenchmarkGenerate(b *testing.B) { enginetest.Benchmark(b, subject) }
