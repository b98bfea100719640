package harness

import (
	"context"
	"testing"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// Only the cell whose decoder tries until the checker is content is given the
// checker, and it judges as the record does.
func TestOracle(t *testing.T) {
	p := plan(t, fourInstances)
	for i, o := range []engines.Options{
		{"best_of": 3, "best_of_pick": "checker"}, {"best_of": 1, "best_of_pick": "checker"}, {"best_of": 3, "best_of_pick": "likelihood"},
	} {
		p.Groups[0].Cells[i].Options = o
	}
	l := &lab{clock: newClock()}
	judged := 0
	l.behave = func(_ context.Context, label string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		for _, r := range batch {
			if (r.Oracle != nil) != (label == "a") {
				t.Errorf("%s: the oracle is %v", label, r.Oracle != nil)
			}
			if r.Oracle != nil {
				if judged++; !r.Oracle(r.Prompt) || r.Oracle(codec{}.Encode("other")) {
					t.Error("the oracle does not judge as the checker does")
				}
			}
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || judged == 0 || s.summary.Failed > 0 {
		t.Errorf("error %v, %d requests with an oracle, %+v", s.err, judged, s.summary)
	}
}

// Without an instance there is nothing to check.
func TestOracleWithoutInstance(t *testing.T) {
	p := planOf(t, []workloads.Workload{echo{}}, "cost: [{shape: s, prompt: [3], budget: [4]}]\n")
	cell := p.Groups[0].Cells[0]
	cell.Options = engines.Options{"best_of": 3, "best_of_pick": "checker"}
	s := &station{group: &p.Groups[0], cell: cell}
	if r := s.batch(Visit{}, 0, 1).tokens(0); r.Oracle != nil {
		t.Error("an oracle about nothing")
	}
}

// A checker that panics inside the engine is an error of that cell's requests.
func TestOraclePanics(t *testing.T) {
	p := plan(t, fourInstances)
	p.Groups[0].Cells[0].Options = engines.Options{"best_of": 2, "best_of_pick": "checker"}
	l := &lab{clock: newClock()}
	l.behave = func(_ context.Context, _ string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		if r := batch[0]; r.Oracle != nil {
			r.Oracle(codec{}.Encode("panic"))
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Failed == 0 {
		t.Fatalf("error %v, %+v", s.err, s.summary)
	}
	for _, r := range s.file.Requests {
		if broken := r.Status == "error"; broken != (r.Cell == p.Groups[0].Cells[0].ID) {
			t.Errorf("cell %s is %s: %s", r.Cell, r.Status, r.Error)
		}
	}
}
