package html

import (
	"fmt"
	"strings"

	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// board is the table of outcomes: by decoder and by task.
type board struct {
	Of      summary.Tally
	Tallies []tally
	Trained []outcomeLine
	Cost    []outcomeLine
	Cut     string
}

type tally struct {
	Engine                        engine
	Even, Best, Fastest, Lossless int
}

type outcomeLine struct {
	Task                     string
	N                        int
	Quality, Speed, Lossless outcome
}

type outcome struct {
	Winners       []winner // the only winner, or all that cannot be told apart
	Value, Margin string
	Sure          string
	Class         string // "shown", "even" or "open"
	More          int    // winners that are not listed
}

type winner struct {
	Name   string
	Engine engine
}

func boardOf(s *summary.Summary) *board {
	if len(s.Lines) == 0 {
		return nil
	}
	b := &board{Of: s.Of}
	for _, t := range s.Tallies {
		b.Tallies = append(b.Tallies, tally{engineOf(t.Engine), t.Even, t.Best, t.Fastest, t.Lossless})
	}
	if s.More > 0 {
		b.Cut = fmt.Sprintf("Only the first %d of %d tasks are listed; the tallies count all of them, and the table of cells has the rest.", len(s.Lines), len(s.Lines)+s.More)
	}
	for _, l := range s.Lines {
		line := outcomeLine{l.Task, l.N, outcomeOf(l.Quality), outcomeOf(l.Speed), outcomeOf(l.Lossless)}
		if l.CostOnly {
			line.Task = strings.TrimPrefix(l.Task, "cost only, ")
			b.Cost = append(b.Cost, line)
		} else {
			b.Trained = append(b.Trained, line)
		}
	}
	return b
}

func outcomeOf(o summary.Outcome) outcome {
	out := outcome{Value: o.Value, Margin: o.Margin, Sure: string(o.Sure)}
	switch o.Sure {
	case summary.Shown:
		out.Class = "shown"
	case summary.Even:
		out.Class = "even"
	default:
		out.Class = "open"
	}
	switch o.Sure {
	case summary.Unsolved:
		return outcome{Sure: "solved by nobody", Class: "open"}
	case summary.Guessed:
		return outcome{Value: o.Value, Sure: "near chance", Class: "open"}
	}
	const most = 4
	for i, r := range o.Rows {
		if i == most {
			out.More = len(o.Rows) - most
			break
		}
		out.Winners = append(out.Winners, winner{view.Clean(r.Name), engineOf(r.Cell.Engine)})
	}
	return out
}
