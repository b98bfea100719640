package ci

import (
	"fmt"
	"strconv"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/gate"
	"dllmbench/reports/view"
)

// tallyNote explains the table of exact counters.
const tallyNote = "exact counters: means over the same instances; they are the same in every run, so the ratio needs neither interval nor p."

// fillTallies puts the exact counters of engines into a table.
func fillTallies(t pretty.Writer, r *gate.Report) {
	sides := len(r.New) > 1
	head, newName := pretty.Row{"cell"}, "new"
	if sides {
		head = append(head, "side")
	} else if len(r.New) == 1 {
		newName = r.New[0].Name
	}
	t.AppendHeader(append(head, "counter", view.Clean(r.Old.Name), view.Clean(newName), "ratio", "n"))
	for _, x := range r.Tallies {
		row := pretty.Row{view.Clean(x.Cell)}
		if sides {
			row = append(row, view.Clean(x.Side))
		}
		ratio := view.Unknown
		if x.Ratio != nil {
			ratio = view.Number(*x.Ratio)
		}
		t.AppendRow(append(row, x.Metric, view.Number(x.Old), view.Number(x.New), ratio, fmt.Sprint(x.Instances)))
	}
	var configs []pretty.ColumnConfig
	for i := len(head) + 1; i <= len(head)+4; i++ {
		configs = append(configs, pretty.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
}

// tallyLine is an exact counter as a line of CSV, with the columns of findings.
func tallyLine(x gate.Tally) []string {
	return []string{view.Field(x.Cell), view.Field(x.Side), x.Metric, x.Unit, number(&x.Old), "", "", number(&x.New), "", "",
		number(x.Ratio), "", "", "", "", "", strconv.Itoa(x.Instances), "exact", "false", ""}
}
