package advice

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Text writes the answer for people.
func (a *Advice) Text(w io.Writer) error {
	var b strings.Builder
	q := a.Question
	fmt.Fprintf(&b, "For answers of about %d tokens, batch %d", q.Length, q.Batch)
	if q.Floor > 0 {
		fmt.Fprintf(&b, ", at least %.0f%% %s", 100*q.Floor, q.floor().word())
	}
	b.WriteString(":\n")
	for _, d := range a.Tasks {
		d.text(&b, q.Floor)
	}
	if len(a.Cost) > 0 {
		b.WriteString("\nModels with random weights show time and work only; the floor says nothing about them.\n")
		for _, d := range a.Cost {
			d.text(&b, 0)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d *Decision) text(b *strings.Builder, floor float64) {
	fmt.Fprintf(b, "\n%s\n", view.Clean(d.Point.Task()))
	if floor > 0 {
		fmt.Fprintf(b, "  %d of %d decoders reach the floor.\n", d.Passing, d.Measured)
	}
	for _, line := range []struct {
		what   string
		choice *Choice
	}{{"fastest", d.Fastest}, {"cheapest", d.Cheapest}, {"best", d.Best}} {
		if line.choice != nil {
			fmt.Fprintf(b, "  %-9s %s\n", line.what, line.choice.words(line.what))
		}
	}
	for _, c := range d.Precisions {
		fmt.Fprintf(b, "  in %s: %s\n", view.Clean(c.Precision), c.words("fastest"))
	}
	for i, s := range d.Changes {
		lead := "  what would change it: "
		if i > 0 {
			lead = strings.Repeat(" ", len(lead))
		}
		fmt.Fprintf(b, "%s%s\n", lead, s)
	}
}

// word is "exact", or the heading of another metric.
func (f Floor) word() string {
	if f.Metric == view.Exact {
		return "exact"
	}
	return f.Metric.Definition().Title
}

// solves is "solves 90% [60, 98]", or "has 95% [90, 98] partial".
func (c *Choice) solves() string {
	if c.quality == view.Exact {
		return "solves " + c.Exact
	}
	return "has " + c.Exact + " " + c.quality.Definition().Title
}

// words is "ar: 19.5 ms [18, 21], solves 90% [60, 98]; 2.1× [1.9, 2.3] as fast as the runner-up block (shown)".
func (c *Choice) words(what string) string {
	s := name(c.Row) + ": " + c.Value
	if c.Exact != "" && what != "best" {
		s += ", " + c.solves()
	}
	if c.Next == nil {
		return s + "; no runner-up"
	}
	if c.Margin == "" {
		s += "; runner-up " + name(c.Next)
	} else {
		s += "; " + c.Margin + " the runner-up " + name(c.Next)
	}
	switch {
	case c.Shown == nil:
		s += " (too few pairs to tell)"
	case *c.Shown:
		s += " (shown)"
	default:
		s += " (no significant difference)"
	}
	return s
}

// JSON writes an array with one object a task.
func (a *Advice) JSON(w io.Writer) error {
	return table.JSON(w, slices.Values(slices.Concat(a.Tasks, a.Cost)))
}
