package summary

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// crossed says for passes over so many rows how many tokens they have to write, over all
// weights at their longest prompt.
func (w *writer) crossed() (lines []string) {
	brief := view.Brief(w.crossings)
	type side struct {
		tokens float64
		of     *view.Crossing
	}
	byRows := map[int][]side{}
	var widths []int
	for _, c := range brief {
		for _, p := range c.Wide {
			if p.Tokens == nil {
				continue
			}
			if byRows[p.Rows] == nil {
				widths = append(widths, p.Rows)
			}
			byRows[p.Rows] = append(byRows[p.Rows], side{p.Tokens.Value, c})
		}
	}
	slices.Sort(widths)
	for _, n := range widths {
		list := byRows[n]
		slices.SortFunc(list, func(a, b side) int { return cmp.Compare(a.tokens, b.tokens) })
		least, most := list[0], list[len(list)-1]
		text := fmt.Sprintf("Passes over %d rows are as fast as writing one token after another where they write %s tokens (%s)", n, view.Number(least.tokens), weightsOf(least.of))
		if len(list) > 1 {
			text += fmt.Sprintf(" to %s tokens (%s)", view.Number(most.tokens), weightsOf(most.of))
		}
		lines = append(lines, text+".")
	}
	return lines
}

// crossingLines has a line for each set of weights and length of prompt.
func (w *writer) crossingLines() (lines []string) {
	for _, c := range w.crossings {
		var parts []string
		for _, p := range c.Wide {
			parts = append(parts, fmt.Sprintf("%s of %d rows", view.WithInterval(p.Tokens), p.Rows))
		}
		lines = append(lines, fmt.Sprintf("%s, prompt %d: a pass over one row takes %s; as long as so many of them takes a pass: %s.", weightsOf(c), c.Prompt.Value, view.Quantity(c.One.Values[view.E2E], "ms"), lists.And(parts)))
	}
	return lines
}

func weightsOf(c *view.Crossing) string { return view.Clean(c.Network() + " in " + c.Precision) }
