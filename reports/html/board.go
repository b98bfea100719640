package html

import (
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

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
	case summary.Guessed:
		return outcome{Value: o.Value, Sure: "near chance", Class: "open"}
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
		out.Winners = append(out.Winners, winner{view.Clean(r.Name), engineOf(r.Cell.Engine)})
	}
	out.More = len(o.Rows) - len(out.Winners)
	return out
}
