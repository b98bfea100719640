package html

import (
	"cmp"
	"fmt"
	"slices"

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

type decisionCell struct {
	Name, Value, Exact, Sure, Class string
	Engine                          engine
	Unsure                          bool // that the floor is reached is not shown
	Span                            int  // columns, when more than one
}

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
			known = known || cell.Name != ""
			if p.CostOnly {
				cell.Span = len(floors)
				row.Cells = append(row.Cells, cell)
				break
			}
			if i == 0 && cell.Name == "" {
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
	f := d.Fastest
	if f == nil {
		return decisionCell{}
	}
	c := decisionCell{
		Name: view.Clean(f.Row.Name), Value: f.Value, Exact: f.Exact, Engine: engineOf(f.Row.Cell.Engine),
		Unsure: f.FloorShown != nil && !*f.FloorShown,
	}
	switch {
	case f.Next == nil:
		c.Sure, c.Class = "the only one", "even"
	case f.Shown == nil:
		c.Sure, c.Class = "? too few pairs", "open"
	case *f.Shown:
		c.Sure, c.Class = "● shown", "shown"
	default:
		c.Sure, c.Class = "◌ not told apart", "even"
	}
	return c
}
