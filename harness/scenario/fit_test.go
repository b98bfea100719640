package scenario

import "testing"

func TestScale(t *testing.T) {
	group := func(order Order, repeats, items int) Group {
		return Group{Order: order, Repeats: repeats, Batch: 2, Trace: 5, Items: Listed(make([]Item, items)...)}
	}
	for _, c := range []struct {
		group          Group
		factor         float64
		repeats, items int
	}{
		{group(Paired, 4, 8), 1, 4, 8},
		{group(Paired, 4, 8), 2.6, 10, 8},
		{group(Paired, 4, 8), 0.5, 2, 8},
		{group(Paired, 4, 8), 0.2, 1, 6}, // 0.8 of four batches
		{group(Paired, 4, 8), 1e-9, 1, 2},
		{group(Paired, 4, 8), 1e9, MaxRepeats, 8},
		{group(Once, 1, 8), 5, 1, 8},
		{group(Once, 1, 8), 0.5, 1, 4},
	} {
		p := Plan{Groups: []Group{c.group}}
		p.Scale(c.factor)
		if g := p.Groups[0]; g.Repeats != c.repeats || g.Items.Len() != c.items || g.Trace > g.Items.Len() {
			t.Errorf("%s %d×%d scaled by %g: %d repeats, %d items", c.group.Order, c.group.Repeats, c.group.Items.Len(), c.factor, g.Repeats, g.Items.Len())
		}
	}
}
