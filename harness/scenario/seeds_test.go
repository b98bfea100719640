package scenario

import (
	"slices"
	"strings"
	"testing"
)

// TestSeeds: several seeds give each instance the answers that each would give alone.
func TestSeeds(t *testing.T) {
	one := func(text string) *Group {
		t.Helper()
		return &mustExpand(t, strings.Replace(small, "seed: 7\n", text, 1)).Groups[0]
	}
	pooled, alone := one("seed: [7, 8, 9]\n"), one("seed: 8\n")
	if pooled.Samples != 3 || !slices.Equal(pooled.Cells[0].Seeds, []uint64{7, 8, 9}) || pooled.Cells[0].ID == one("seed: [8, 7, 9]\n").Cells[0].ID {
		t.Errorf("%d samples, %+v", pooled.Samples, pooled.Cells[0])
	}
	item, other := pooled.Items.At(0), alone.Items.At(0)
	if got, want := pooled.SeedOf(item, 1), alone.SeedOf(other, 0); got != want {
		t.Errorf("the second sample has the seed %d, the seed 8 alone gives %d", got, want)
	}
	pooled.Samples, alone.Samples = 6, 2 // two of each seed
	if got, want := pooled.SeedOf(item, 4), alone.SeedOf(other, 1); got != want || pooled.SeedOf(item, 3) == pooled.SeedOf(item, 0) {
		t.Errorf("the second sample of a seed is %d, alone %d", got, want)
	}
}
