package result

import "testing"

func TestOracle(t *testing.T) {
	for _, c := range []struct {
		tries, pick any
		want        bool
	}{{8, "checker", true}, {8.0, "checker", true}, {1, "checker", false}, {1.0, "checker", false}, {0, "checker", false}, {8, "likelihood", false}, {nil, "checker", false}} {
		cell := Cell{Options: map[string]any{"best_of": c.tries, "best_of_pick": c.pick}}
		if cell.Oracle() != c.want {
			t.Errorf("best_of %v, picked by %v: %v", c.tries, c.pick, !c.want)
		}
	}
}
