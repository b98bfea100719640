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
