package plot

import (
	"slices"
	"testing"
)

// TestTitlesDoNotRepeat: what all panels of a figure would say stands once, in its title.
func TestTitlesDoNotRepeat(t *testing.T) {
	for _, c := range []struct {
		title  string
		panels []string
		want   string
		left   []string
	}{
		{"Quality: lists", []string{"lists sort-8, 9 tokens", "lists copy, 4 tokens"}, "Quality: lists", []string{"sort-8, 9 tokens", "copy, 4 tokens"}},
		{"Speed-up", []string{"cost only, 20M, 16 tokens", "cost only, 20M, 32 tokens"}, "Speed-up: cost only, 20M", []string{"16 tokens", "32 tokens"}},
		{"Speed-up", []string{"cost only, 20M, 16 tokens", "lists sort-8, 32 tokens"}, "Speed-up", []string{"cost only, 20M, 16 tokens", "lists sort-8, 32 tokens"}},
		{"Block length: lists", []string{"lists sort-8, 9 tokens", "lists sort-8, 9 tokens"}, "Block length: lists, sort-8, 9 tokens", []string{"", ""}},
		{"Roofline: arithmetic", []string{"cost only, 20M, 16 tokens", "cost only, 20M, 32 tokens"}, "Roofline: arithmetic, cost only, 20M", []string{"16 tokens", "32 tokens"}},
		{"Speed-up", []string{"a, b"}, "Speed-up", []string{"a, b"}},
	} {
		f := &Figure{Title: c.title}
		for _, p := range c.panels {
			f.panels = append(f.panels, panel{title: p})
		}
		f.share()
		var left []string
		for _, p := range f.panels {
			left = append(left, p.title)
		}
		if f.Title != c.want || !slices.Equal(left, c.left) {
			t.Errorf("%q with %q", f.Title, left)
		}
	}
}
