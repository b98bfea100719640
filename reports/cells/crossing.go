package cells

import (
	"fmt"
	"io"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// CrossingNote says how to read a table of crossings.
const CrossingNote = "From how many tokens a pass on diffusion is as fast as writing one token after another: the time of a pass over so many rows, in passes over one, each with the prompt stored. [low, high] is a 95% interval of paired passes."

// Crossings is the table of these crossings; nil without any.
func Crossings(list []*view.Crossing) *table.Table {
	var widths []int
	for _, c := range list {
		for _, w := range c.Wide {
			widths = lists.With(widths, w.Rows)
		}
	}
	if list == nil {
		return nil
	}
	slices.Sort(widths)
	heads := []string{"weights", "precision", "prompt", "ms, 1 row"}
	for _, n := range widths {
		heads = append(heads, fmt.Sprintf("tokens, %d rows", n))
	}
	t := table.New(2, heads...)
	for _, c := range list {
		line := make([]any, len(heads))
		line[0], line[1], line[2], line[3] = c.Network(), c.Precision, c.Prompt, view.WithInterval(c.One.Values[view.E2E])
		for _, w := range c.Wide {
			line[4+slices.Index(widths, w.Rows)] = view.WithInterval(w.Tokens)
		}
		t.Add(line...)
	}
	return t
}

// Crossing writes as Markdown the table of crossings at the longest prompt of each weights.
func Crossing(w io.Writer, v *view.View) error {
	t := Crossings(view.Brief(v.Crossings()))
	if t == nil {
		_, err := fmt.Fprintln(w, "No passes over one row and more were timed.")
		return err
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", t.Markdown(), CrossingNote)
	return err
}
