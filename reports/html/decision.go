package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/advice"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// maxDecisions is the most tasks of the decision table.
const maxDecisions = summary.MaxTasks

// decisions is the table of what to use.
type decisions struct {
	Floors []string
	Rows   []decisionRow
	Cut    string
}

type decisionRow struct {
	Length, Batch int // Length is 0 where nobody says it
	Task          string
	Cells         []decisionCell
}

// decisionCell names the fastest decoder, the cheapest in arithmetic and the one
// that solves most; who is several of these stands there once.
type decisionCell struct {
	Choices []decisionChoice
	Span    int    // columns, when more than one
	Floor   string // heading of the column, for screens without room for columns
}

type decisionChoice struct {
	Name, Exact string
	Engine      engine
	Unsure      bool // that the floor is reached is not shown
	Goals       []goal
}

// goal is what a decoder was chosen for, and how sure its lead is.
type goal struct{ Label, Value, Mark, Sure, Class string }

// decisionsOf is nil when no task has a decoder with a time.
func decisionsOf(v *view.View) *decisions {
	d, floors := &decisions{}, advice.Floors(v)
	for _, f := range floors {
		if f == 0 {
			d.Floors = append(d.Floors, "more than chance")
			continue
		}
		d.Floors = append(d.Floors, fmt.Sprintf("at least %.0f%% exact", 100*f))
	}
	for _, p := range v.Points {
		if len(d.Rows) == maxDecisions {
			d.Cut = fmt.Sprintf("Only the first %d of %d tasks are listed.", maxDecisions, len(v.Points))
			break
		}
		row := decisionRow{Length: p.Budget, Batch: p.Batch, Task: view.Clean(p.Subject())}
		known := false
		for i, f := range floors {
			cell := decisionOf(advice.Decide(v, p, advice.Exactly(f)))
			known = known || len(cell.Choices) > 0
			cell.Floor = d.Floors[i]
			if p.CostOnly {
				cell.Floor = "no quality"
				cell.Span = len(floors)
				row.Cells = append(row.Cells, cell)
				break
			}
			if i == 0 && len(cell.Choices) == 0 {
				break
			}
			row.Cells = append(row.Cells, cell)
		}
		if known {
			d.Rows = append(d.Rows, row)
		}
	}
	if len(d.Rows) == 0 {
		return nil
	}
	slices.SortStableFunc(d.Rows, func(a, b decisionRow) int {
		return cmp.Or(cmp.Compare(a.Length, b.Length), cmp.Compare(a.Batch, b.Batch))
	})
	return d
}

func decisionOf(d advice.Decision) decisionCell {
	var c decisionCell
	var rows []*view.Row
	for _, g := range []struct {
		label string
		*advice.Choice
	}{{"fastest", d.Fastest}, {"least arithmetic", d.Cheapest}, {"solves most", d.Best}} {
		if g.Choice == nil {
			continue
		}
		i := slices.Index(rows, g.Row)
		if i < 0 {
			i, rows = len(rows), append(rows, g.Row)
			c.Choices = append(c.Choices, decisionChoice{
				Name: view.Clean(g.Row.Name), Exact: g.Exact, Engine: engineOf(g.Row.Look), Unsure: g.FloorShown != nil && !*g.FloorShown,
			})
		}
		own := goal{g.label, g.Value, "◌", "not told apart", "even"}
		switch {
		case g.Next == nil:
			own.Mark, own.Sure = "·", "the only one"
		case g.Shown == nil:
			own.Mark, own.Sure, own.Class = "?", "too few pairs", "open"
		case *g.Shown:
			own.Mark, own.Sure, own.Class = "●", "shown", "shown"
		}
		if g.Choice == d.Cheapest { // a count, whose interval is over instances
			own.Value, _, _ = strings.Cut(own.Value, " [")
		}
		if c.Choices[i].Goals = append(c.Choices[i].Goals, own); g.Choice == d.Best {
			c.Choices[i].Exact = "" // said already
		}
	}
	return c
}

// outcome is who won a task, as the board shows it.
type outcome struct {
	Winners       []winner // the only winner, or all that do not differ significantly
	More          int      // winners that are not listed
	Value, Margin string
	Sure          string
	Class         string // "shown", "even" or "open"
}

type winner struct {
	Name   string
	Engine engine
}

func outcomeOf(o summary.Outcome) outcome {
	switch o.Sure {
	case summary.Unsolved:
		return outcome{Sure: "solved by no decoder", Class: "open"}
	case summary.Guessed, summary.Unsaid:
		return outcome{Value: o.Value, Sure: string(o.Sure), Class: "open"}
	}
	out := outcome{Value: o.Value, Margin: o.Margin, Sure: string(o.Sure), Class: "open"}
	switch o.Sure {
	case summary.Shown:
		out.Class = "shown"
	case summary.Even:
		out.Class = "even"
	}
	const most = 4
	for _, r := range o.Rows[:min(len(o.Rows), most)] {
		out.Winners = append(out.Winners, winner{view.Clean(r.Name), engineOf(r.Look)})
	}
	out.More = len(o.Rows) - len(out.Winners)
	return out
}
