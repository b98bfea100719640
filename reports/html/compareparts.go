package html

import (
	"fmt"
	"slices"

	"dllmbench/harness/gate"
	"dllmbench/reports/view"
)

// counterPart is the section of exact counters.
type counterPart struct {
	Cells, Equal int
	Changes      []counterChange
	Others       []outcomeText // cells whose counters could not be compared
	Cut          string
}

// counterChange is a counter of a cell that differs.
type counterChange struct {
	Task, Decoder  string
	Engine         engine
	Side           string
	Counter        string
	Old, New       string // on the example
	Example        string
	Instances, Of  int
	OldSum, NewSum string
	Accepted       bool
}

// maxChanges is the most counters of cells that are listed.
const maxChanges = 400

// countersOf is nil when no counters were compared.
func countersOf(r *gate.Report) *counterPart {
	p := &counterPart{}
	all := 0
	for _, f := range r.Findings {
		if f.Metric != gate.Counters {
			continue
		}
		p.Cells++
		switch f.Verdict {
		case gate.NoChange:
			p.Equal++
			continue
		case gate.Changed:
		default:
			p.Others = append(p.Others, outcomeText{badgeOf(f.Verdict), view.Clean(f.Sentence)})
			continue
		}
		task, decoder := taskOf(f)
		for _, c := range f.Changes {
			if all++; all > maxChanges {
				continue
			}
			line := counterChange{
				Task: view.Clean(task), Decoder: view.Clean(decoder), Engine: engineOf(f.Engine), Side: view.Clean(f.Side),
				Counter: view.Clean(gate.Words(c.Counter)), Old: view.Clean(c.Old), New: view.Clean(c.New), Example: view.Clean(c.Example),
				Instances: c.Instances, Of: c.Of, OldSum: view.Unknown, NewSum: view.Unknown, Accepted: c.Accept,
			}
			if c.OldSum != nil && c.NewSum != nil {
				line.OldSum, line.NewSum = fmt.Sprint(*c.OldSum), fmt.Sprint(*c.NewSum)
			}
			p.Changes = append(p.Changes, line)
		}
	}
	if p.Cells == 0 {
		return nil
	}
	if all > maxChanges {
		p.Cut = fmt.Sprintf("Only the first %d of %d are listed; all of them are in comparison.json.", maxChanges, all)
	}
	return p
}

// sideValidity is what one side says about its own validity.
type sideValidity struct {
	Name, Text string
	Cells      []verdict
	Cut        string
}

// validities lists those of all sides that have records.
func validities(sides []Side) []sideValidity {
	var out []sideValidity
	for _, s := range sides {
		v := sideValidity{Name: view.Clean(s.Name)}
		if s.Run == nil {
			v.Text = "No records of single runs, so nothing to say beyond the findings."
		} else {
			v.Text, v.Cells, v.Cut = validity(view.New(s.Run))
		}
		out = append(out, v)
	}
	return out
}

// envRow is one fact about the environments of all sides.
type envRow struct {
	Key     string
	Values  []string
	Differs bool
}

// environments puts those of the sides that have one side by side.
func environments(sides []Side) (names []string, rows []envRow) {
	var lists [][]pair
	for _, s := range sides {
		if s.Env == nil {
			continue
		}
		names = append(names, view.Clean(s.Name))
		lists = append(lists, envPairs(*s.Env))
	}
	if len(lists) == 0 {
		return nil, nil
	}
	for i, p := range lists[0] {
		row := envRow{Key: p.Key}
		for _, l := range lists {
			row.Values = append(row.Values, l[i].Value)
			for _, other := range lists { // what one side does not tell is no difference
				row.Differs = row.Differs || l[i].Value != view.Unknown && other[i].Value != view.Unknown && l[i].Value != other[i].Value
			}
		}
		if !slices.ContainsFunc(row.Values, func(s string) bool { return s != view.Unknown }) {
			continue
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b envRow) int { // differences first
		switch {
		case a.Differs == b.Differs:
			return 0
		case a.Differs:
			return -1
		}
		return 1
	})
	return names, rows
}
