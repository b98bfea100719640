package result

import "testing"

// TestCountTries: a seed counts once, what was not judged not at all.
func TestCountTries(t *testing.T) {
	yes, no := true, false
	runs := []*Request{
		{Seed: 1, Exact: &yes}, {Seed: 1, Exact: &yes}, {Seed: 2, Exact: &no}, {Seed: 3}, {Seed: 4, Exact: &yes},
	}
	exact := func(q *Request) (float64, bool) {
		if q.Exact == nil {
			return 0, false
		}
		if *q.Exact {
			return 1, true
		}
		return 0, true
	}
	if got, want := CountTries(runs, exact), (Tries{N: 3, Right: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := CountTries(nil, exact); got != (Tries{}) {
		t.Errorf("%+v without runs", got)
	}
}
