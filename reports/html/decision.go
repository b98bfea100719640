package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/advice"
	"dllmbench/reports/view"
)

// maxDecisions is the most tasks of the decision table.
const maxDecisions = 60

// floorsOf are the columns of the decision table, as shares of exact answers;
// the floor that the run sets is one of them.
func floorsOf(v *view.View) []float64 {
	list := []float64{0, 0.5, 0.8, 0.95}
	if f := v.Header.Floor; f != nil && f.Metric == string(view.Exact) && !slices.Contains(list, f.Share) {
		list = append(list, f.Share)
		slices.Sort(list)
	}
	return list
}

// decisions is the table of what to use.
type decisions struct {
	Floors []string
	Rows   []decisionRow
	Cut    string
}

type decisionRow struct {
	Length, Batch int
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
	d, floors := &decisions{}, floorsOf(v)
	for _, f := range floors {
		if f == 0 {
			d.Floors = append(d.Floors, "no floor")
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
		label  string
		choice *advice.Choice
	}{{"fastest", d.Fastest}, {"least arithmetic", d.Cheapest}, {"solves most", d.Best}} {
		if g.choice == nil {
			continue
		}
		i := slices.Index(rows, g.choice.Row)
		if i < 0 {
			i = len(rows)
			rows = append(rows, g.choice.Row)
			c.Choices = append(c.Choices, choiceOf(g.choice))
		}
		own := goal{Label: g.label, Value: g.choice.Value}
		if g.choice == d.Cheapest { // a count, whose interval is over instances
			own.Value, _, _ = strings.Cut(own.Value, " [")
		}
		own.Mark, own.Sure, own.Class = lead(g.choice)
		c.Choices[i].Goals = append(c.Choices[i].Goals, own)
		if g.choice == d.Best {
			c.Choices[i].Exact = "" // said already
		}
	}
	return c
}

func choiceOf(c *advice.Choice) decisionChoice {
	return decisionChoice{
		Name: view.Clean(c.Row.Name), Exact: c.Exact, Engine: engineOf(c.Row.Cell.Engine),
		Unsure: c.FloorShown != nil && !*c.FloorShown,
	}
}

// lead says how sure it is that a choice leads the next one.
func lead(c *advice.Choice) (mark, words, class string) {
	switch {
	case c.Next == nil:
		return "·", "the only one", "even"
	case c.Shown == nil:
		return "?", "too few pairs", "open"
	case *c.Shown:
		return "●", "shown", "shown"
	}
	return "◌", "not told apart", "even"
}
