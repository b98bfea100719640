package forecast

import (
	"context"
	"slices"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// clock is one that its reader moves.
type clock struct{ now time.Time }

// fake is an engine that writes a token a pass, each of which takes a time.
type fake struct {
	clock *clock
	pass  time.Duration
}

func (f *fake) Info() engines.Info {
	return engines.Info{Capabilities: engines.Capabilities{TokenIDs: true}}
}
func (f *fake) Close() error { return nil }

func (f *fake) Generate(_ context.Context, batch []engines.Request, _ engines.Sink) ([]engines.Result, error) {
	var list []engines.Result
	for _, r := range batch {
		n := r.Budget
		f.clock.now = f.clock.now.Add(time.Duration(n) * f.pass)
		known := usage.Known(n)
		u := engines.Usage{usage.NFE: known, usage.QueryTokens: known, usage.CommittedTokens: known, usage.CanvasPositions: known,
			usage.AttendedKeys: usage.Known(0), usage.LogitRows: usage.Known(0)}
		list = append(list, engines.Result{Tokens: make([]int32, n), CommitNs: make([]int64, n), Useful: n, Finish: engines.FinishBudget, Usage: u})
	}
	return list, nil
}

// opened are the weights that a forecast opened.
func counterOf(c *clock, pass map[weights.Name]time.Duration) (k *Counter, opened func() []string) {
	var list []string
	return NewCounter(Engines{
		Open: func(_ context.Context, s transport.Spec) (transport.Transport, error) {
			list = append(list, s.Weights.Name)
			return transport.Tokens(&fake{c, pass[s.Weights]}, transport.Gauges{Now: func() time.Time { return c.now }}), nil
		},
		Tiny:  func(transport.Spec) (TinyEngine, int32, error) { return &fake{c, 0}, 1, nil },
		FLOPs: func(_ weights.Name, rows, _, _ int64) (float64, error) { return float64(rows), nil },
		Base:  weights.Name{Kind: weights.Shape, Name: "base"},
	}), func() []string { return list }
}

func cellOf(w weights.Name, id string, budget int) scenario.Group {
	return scenario.Group{Weights: w, Budget: budget, Batch: 1, Threads: 1, Order: scenario.Once, Repeats: 1,
		Items: scenario.Listed(scenario.Item{ID: "a", Prompt: []int32{1}}, scenario.Item{ID: "b", Prompt: []int32{1}}),
		Cells: []result.Cell{{ID: id, Engine: "fake", Weights: w.String(), Budget: budget, Batch: 1, Threads: 1}}}
}

// TestForecast: cells that fit are measured on their own batches, and one that is
// too dear is guessed from its work and the pace of those, and not opened.
func TestForecast(t *testing.T) {
	w := weights.Name{Kind: weights.Builtin, Name: "v"}
	c := &clock{time.Unix(0, 0)}
	k, opened := counterOf(c, map[weights.Name]time.Duration{w: time.Millisecond})
	plan := &scenario.Plan{Scenario: &scenario.Scenario{}, Groups: []scenario.Group{cellOf(w, "dear", 4000), cellOf(w, "cheap", 4), cellOf(w, "fair", 40)}}
	f, err := New(t.Context(), plan, k, func() time.Time { return c.now }, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Cell{{Time: 8 * time.Second}, {Time: 8 * time.Millisecond, Probed: true}, {Time: 80 * time.Millisecond, Probed: true}} {
		g := &plan.Groups[i]
		got := f.Cell(g, g.Cells[0])
		if (got.Time-want.Time).Abs() > time.Microsecond || got.Probed != want.Probed || got.Need.Passes != g.Budget {
			t.Errorf("%s: %+v, want %+v", g.Cells[0].ID, got, want)
		}
	}
	if n, all := f.Probed(); n != 2 || all != 3 || f.Spent != 4*(4+40)*time.Millisecond || len(opened()) != 2 {
		t.Errorf("%d of %d in %v, opened %v", n, all, f.Spent, opened())
	}
}

// TestForecastOfLargeWeights: where nothing is cheap, the pace of small weights
// has to do, and the large ones are not opened.
func TestForecastOfLargeWeights(t *testing.T) {
	w := weights.Name{Kind: weights.Shape, Name: "large"}
	c := &clock{time.Unix(0, 0)}
	k, opened := counterOf(c, map[weights.Name]time.Duration{{Kind: weights.Shape, Name: "base"}: time.Millisecond})
	plan := &scenario.Plan{Scenario: &scenario.Scenario{}, Groups: []scenario.Group{cellOf(w, "large", 100)}}
	f, err := New(t.Context(), plan, k, func() time.Time { return c.now }, time.Nanosecond)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Total(1); (got-200*time.Millisecond).Abs() > time.Microsecond || !slices.Equal(opened(), []string{"base"}) {
		t.Errorf("%v, opened %v", got, opened())
	}
}
