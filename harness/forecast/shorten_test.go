package forecast

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// TestShorten: the slower a machine is, the more of a plan is left out: groups from the
// one with the most work on, then instances of all others alike.
func TestShorten(t *testing.T) {
	w := weights.Name{Kind: weights.Builtin, Name: "v"}
	for pass, want := range map[time.Duration]string{
		time.Microsecond:        "[small:10 large:10 middle:10] ×1 without [] of []",
		1500 * time.Microsecond: "[small:7 large:7 middle:7] ×0.8 without [] of []",
		6 * time.Millisecond:    "[small:9 middle:9] ×1 without [large] of [12s]",
		20 * time.Millisecond:   "[small:10] ×1 without [large middle] of [40s 8s]",
		200 * time.Millisecond:  "[small:3] ×0.4 without [large middle] of [6m40s 1m20s]",
		time.Minute:             "[small:1] ×1e-06 without [large middle] of [33h20m0s 6h40m0s]",
	} {
		c := &clock{time.Unix(0, 0)}
		k, _ := counterOf(c, map[weights.Name]time.Duration{w: pass})
		plan := &scenario.Plan{Scenario: &scenario.Scenario{}}
		for _, g := range []scenario.Group{cellOf(w, "small", 4), cellOf(w, "large", 200), cellOf(w, "middle", 40)} {
			item := g.Items.At(0)
			g.Items = scenario.Listed(slices.Repeat([]scenario.Item{item}, 10)...)
			plan.Groups = append(plan.Groups, g)
		}
		f, err := New(t.Context(), plan, k, func() time.Time { return c.now }, 100*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		const limit = 2600 * time.Millisecond
		s := f.Shorten(limit, 6)
		var left, gone []string
		for _, g := range plan.Groups {
			left = append(left, fmt.Sprintf("%s:%d", g.Cells[0].ID, g.Items.Len()))
		}
		for _, g := range s.Groups {
			gone = append(gone, g.Cells[0].ID)
		}
		for i := range s.Times {
			s.Times[i] = s.Times[i].Round(time.Millisecond)
		}
		if got := fmt.Sprintf("%v ×%.1g without %v of %v", left, s.Factor, gone, s.Times); got != want {
			t.Errorf("%v a pass: %s, want %s", pass, got, want)
		}
		if total := f.Total(1); total > limit && plan.Groups[0].Items.Len() > 1 {
			t.Errorf("%v a pass: takes %v", pass, total)
		}
		for _, l := range s.Fewer {
			if l.Of != 10 || l.Now != l.Group.Items.Len() || slices.ContainsFunc(s.Groups, func(g scenario.Group) bool {
				return slices.ContainsFunc(g.Cells, func(c result.Cell) bool { return c.ID == l.Group.Cells[0].ID })
			}) {
				t.Errorf("%v a pass: %+v", pass, l)
			}
		}
	}
}
