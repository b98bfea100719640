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

// TestUntil: limits of intervals hold for tasks alone, and are refused where they cannot.
func TestUntil(t *testing.T) {
	with := func(until string) string {
		return strings.Replace(small, "measurement: {", "measurement: {until: "+until+", ", 1)
	}
	for _, g := range mustExpand(t, with("{partial: 5%, exact_match: 2%}")).Groups {
		want := []Enough{{"exact_match", 0.02}, {"partial", 0.05}}
		if g.Workload == nil {
			want = nil
		}
		if !slices.Equal(g.Enough, want) || !mustParse(t, with("{partial: 5%}")).Stops() {
			t.Errorf("%+v", g.Enough)
		}
	}
	for until, want := range map[string]string{
		"{}":                 "until names no metric; allowed are exact_match, partial, pass_at_1",
		"{exact: 2%}":        `unknown key "exact" in until`,
		"{exact_match: 2}":   "exact_match is 2; allowed is a percentage",
		"{exact_match: 80%}": "no interval of a share is wider than 50% to either side",
	} {
		if _, err := Parse("test.yaml", []byte(with(until)), fakeCatalog()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", until, err)
		}
	}
	s := mustParse(t, strings.Replace(with("{partial: 5%}"), "order: random", "order: sequential", 1))
	if _, err := s.Expand(t.Context(), fakeWeights); err == nil || !strings.Contains(err.Error(), "order sequential finishes one cell before the next") {
		t.Error(err)
	}
}
