package model

import "testing"

// TestTrained: every architecture says what its weights were trained for.
func TestTrained(t *testing.T) {
	for name := range architectures {
		row, ok := trained[name]
		if !ok {
			t.Errorf("%s has no row in the table of trainings", name)
		}
		if (row.context == "block") != (row.block > 0) {
			t.Errorf("%s: %+v", name, row)
		}
	}
	for name := range trained {
		if _, ok := architectures[name]; !ok {
			t.Errorf("%s is no architecture", name)
		}
	}
}

// TestTrainedLength: Dream's files claim more positions than its training had.
func TestTrainedLength(t *testing.T) {
	for positions, want := range map[int]int{131072: 2048, 2048: 0, 64: 0} {
		c := Config{ModelType: "Dream", Layers: 1, KVHeads: 1, HeadDim: 2, MaxPositions: positions}
		if got := c.Spec().Length; got != want {
			t.Errorf("of %d: %d, want %d", positions, got, want)
		}
	}
}
