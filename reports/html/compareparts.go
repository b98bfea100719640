package html

import (
	"fmt"
	"slices"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
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
	Finding gate.Finding
	Change  gate.Change
}

// maxChanges is the most counters of cells that are listed.
const maxChanges = 400

func countersOf(r *gate.Report) counterPart {
	var p counterPart
	for _, f := range r.Findings {
		if f.Metric != gate.Counters {
			continue
		}
		p.Cells++
		switch f.Verdict {
		case gate.NoChange:
			p.Equal++
		case gate.Changed:
			for _, c := range f.Changes {
				p.Changes = append(p.Changes, counterChange{f, c})
			}
		default:
			p.Others = append(p.Others, outcomeText{badgeOf(f.Verdict), f.Sentence})
		}
	}
	p.Changes, p.Cut = first(p.Changes, maxChanges, "are listed; all of them are in comparison.json.")
	return p
}

// Sums are the cells of both sums of a counter.
func (c counterChange) Sums() [2]tableCell {
	sums := [2]tableCell{{Text: view.Unknown}, {Text: view.Unknown}}
	if d := c.Change; d.OldSum != nil && d.NewSum != nil {
		for i, x := range []int64{*d.OldSum, *d.NewSum} {
			sums[i] = exactly(float64(x), fmt.Sprint(x))
		}
	}
	return sums
}

// validities is what each side says about its own validity.
func validities(sides []Side) []validity {
	var out []validity
	for _, s := range sides {
		v := validity{Text: "No records of single runs, so nothing to say beyond the findings."}
		if s.Run != nil {
			v = validityOf(view.New(s.Run))
		}
		v.Side = view.Clean(s.Name)
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
	var facts [][]pair
	for _, s := range sides {
		if s.Env == nil {
			continue
		}
		names = append(names, view.Clean(s.Name))
		facts = append(facts, envPairs(*s.Env))
	}
	if len(facts) == 0 {
		return nil, nil
	}
	for i, p := range facts[0] {
		row := envRow{Key: p.Key}
		for _, l := range facts {
			row.Values = append(row.Values, l[i].Value)
			for _, other := range facts { // what one side does not tell is no difference
				row.Differs = row.Differs || l[i].Value != view.Unknown && other[i].Value != view.Unknown && l[i].Value != other[i].Value
			}
		}
		if !slices.ContainsFunc(row.Values, func(s string) bool { return s != view.Unknown }) {
			continue
		}
		rows = append(rows, row)
	}
	same := func(r envRow) bool { return !r.Differs }
	return names, append(lists.Keep(rows, envRow.differs), lists.Keep(rows, same)...)
}

func (r envRow) differs() bool { return r.Differs }
