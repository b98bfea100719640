package table

import (
	"encoding/csv"
	"io"
	"math"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Matched writes one line for each comparison at equal cost or quality that the
// run asks for; unknown is an empty field, as in [CSV].
func Matched(w io.Writer, v *view.View) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"equal", "task", "reference", "reference cell", "reference cost", "decoder", "cell", "cost",
		"second cell", "weight of second", "points more", "points low", "points high",
		"times as fast", "times low", "times high", "FLOPs ratio"}); err != nil {
		return err
	}
	for _, e := range v.Equals() {
		for _, c := range e.Found {
			line := []string{e.By, view.Field(c.Point.Task()), view.Field(c.A.Name), view.Field(c.A.Cell.ID), number(c.CostA),
				view.Field(c.Name()), view.Field(c.B.Cell.ID), number(c.CostB), "", ""}
			if c.Far != nil {
				line[8], line[9] = view.Field(c.Far.Cell.ID), number(c.Weight)
			}
			for _, x := range []*stats.Estimate{c.Exact, c.Speed} {
				line = append(line, numbers(x)...)
			}
			work := ""
			if !math.IsNaN(c.Work) {
				work = number(c.Work)
			}
			if err := out.Write(append(line, work)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
