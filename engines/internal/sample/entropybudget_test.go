package sample

import (
	"slices"
	"testing"
)

// Entropies are whole numbers of eighths, so that sums are exact.
func TestEntropyBudgetByHand(t *testing.T) {
	conf := []float64{-0.5, -0.125, -1, -0.25, -0.125}
	for _, c := range []struct {
		gamma float64
		want  []int
	}{
		{0, []int{1}},      // the first in any case
		{0.25, []int{1}},   // 1 and 4 sum to the budget, which is not below it
		{0.3, []int{1, 4}}, // 0.25
		{0.5, []int{1, 4}}, // with 3 it is 0.5
		{0.75, []int{1, 3, 4}},
		{1.01, []int{0, 1, 3, 4}},
		{9, []int{0, 1, 2, 3, 4}},
	} {
		got := EntropyBudget{Gamma: c.gamma}.Select(nil, Candidates{Conf: conf})
		if !slices.Equal(got, c.want) {
			t.Errorf("budget %g: %v, want %v", c.gamma, got, c.want)
		}
		// The bound of the same size leaves the last position out of the sum.
		if bound := (EntropyBound{Gamma: c.gamma}).Select(nil, Candidates{Conf: conf}); len(bound) < len(got) {
			t.Errorf("bound %g: %v is less than %v", c.gamma, bound, got)
		}
	}
}
