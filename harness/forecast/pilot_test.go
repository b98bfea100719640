package forecast

import (
	"context"
	"reflect"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// stepper counts steps passes, each over the prompt and the budget.
type stepper struct {
	fake
	steps int
}

func (s *stepper) Generate(_ context.Context, batch []engines.Request, _ engines.Sink) ([]engines.Result, error) {
	n := s.steps
	if n == 0 {
		n = batch[0].Budget
	}
	u := usage.Zero()
	u[usage.NFE], u[usage.QueryTokens] = usage.Known(n), usage.Known(n*(batch[0].Budget+1))
	return []engines.Result{{Usage: u}}, nil
}

// TestPilot: what is too dear to decode is timed by two passes on its own weights, of
// which the wide one is narrower where a row alone takes long; and for a cell of which a
// batch takes too long, the changes are found that make it fit.
func TestPilot(t *testing.T) {
	w := weights.Name{Kind: weights.Path, Name: "large"}
	c := &clock{time.Unix(0, 0)}
	k := NewCounter(Engines{
		Open: func(context.Context, transport.Spec) (transport.Transport, error) {
			t.Error("weights were opened to decode")
			return nil, context.Canceled
		},
		Tiny: func(s transport.Spec) (TinyEngine, int32, error) {
			steps, _ := s.Options["steps"].(int)
			return &stepper{steps: steps}, 1, nil
		},
		FLOPs: func(_ weights.Name, rows, _, _ int64) (float64, error) { return float64(rows) * 1e10, nil },
		Pass: func(_ context.Context, _ weights.Name, _, rows int) (time.Duration, error) {
			took := time.Second + time.Duration(rows-1)*100*time.Millisecond
			c.now = c.now.Add(took)
			return took, nil
		},
	})
	g := cellOf(w, "dear", 64)
	g.Cells[0].Options, g.Cells[0].Label = engines.Options{"steps": 0}, "full"
	preset := engines.Preset{Params: []engines.Param{{Name: "steps", Role: engines.RoleSteps}}}
	plan := &scenario.Plan{Scenario: &scenario.Scenario{Engines: []scenario.Engine{{Name: "full", Preset: preset}}}, Groups: []scenario.Group{g}}
	f, err := New(t.Context(), plan, k, func() time.Time { return c.now }, time.Nanosecond)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Pilot{Rows: 16, One: time.Second, Wide: 2500 * time.Millisecond, Measured: true}); f.Pilot != want {
		t.Errorf("%+v, want %+v", f.Pilot, want)
	}
	if spent := c.now.Sub(time.Unix(0, 0)); spent != 4500*time.Millisecond {
		t.Errorf("the pilot took %v", spent)
	}
	batch := 64 * (time.Second + 64*100*time.Millisecond) // 65 rows a pass
	if got := f.Total(1); got != 2*batch || f.Group(0, 1) != 2*batch {
		t.Errorf("%v and %v, want %v", got, f.Group(0, 1), 2*batch)
	}
	long, err := f.Long(t.Context(), time.Minute)
	if err != nil || len(long) != 1 {
		t.Fatalf("%+v, %v", long, err)
	}
	want := []Change{{"steps", 8, batch / 8}, {"token budget", 16, 16 * (time.Second + 16*100*time.Millisecond)}}
	if got := long[0]; got.Batch != batch || !reflect.DeepEqual(got.Changes, want) {
		t.Errorf("%+v, want %+v", got.Changes, want)
	}
	if long, err := f.Long(t.Context(), time.Hour); err != nil || len(long) != 0 {
		t.Errorf("%+v, %v", long, err)
	}
}
