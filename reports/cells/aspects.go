package cells

import (
	"fmt"

	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// maxAspects bounds the rows of the table of further scores.
const maxAspects = 1000

// Score is a score of a cell, in per cent.
type Score struct {
	Task    string   `json:"task"`
	Decoder string   `json:"decoder"`
	Name    string   `json:"score"` // "exact match", "partial" or the name of an aspect, for example of an extraction rule
	Value   float64  `json:"value"` // in %
	Low     *float64 `json:"low"`   // ends of the 95% interval; null when unknown
	High    *float64 `json:"high"`  // as low
	N       int      `json:"n"`     // items

	text string
}

// ScoresOf lists the scores of all cells, and of each the further ones by name.
func ScoresOf(v *view.View) []Score {
	var list []Score
	for _, p := range v.Points {
		for _, r := range p.Rows {
			list = append(list, scores(p, r)...)
		}
	}
	return list
}

// scores are those of one row.
func scores(p *view.Point, r *view.Row) []Score {
	if !r.Usable() {
		return nil
	}
	estimates := []view.Aspect{}
	if e := r.Values[view.Exact]; e != nil {
		estimates = append(estimates, view.Aspect{Name: "exact match", Estimate: *e})
		if p := r.Values[view.Partial]; p != nil && p.Value != e.Value {
			estimates = append(estimates, view.Aspect{Name: "partial", Estimate: *p})
		}
	}
	var list []Score
	for _, a := range append(estimates, r.Aspects...) {
		s := Score{Task: view.Clean(p.Task()), Decoder: view.Clean(r.Name), Name: view.Clean(a.Name), Value: a.Value, N: a.N, text: view.WithInterval(&a.Estimate)}
		if a.CI != nil {
			s.Low, s.High = &a.CI.Low, &a.CI.High
		}
		list = append(list, s)
	}
	return list
}

// Scores is the table of the scores of cells.
func Scores(v *view.View) *table.Table { return scoreTable(ScoresOf(v)) }

func scoreTable(list []Score) *table.Table {
	t := table.New(3, "task", "decoder", "score", "%", "n")
	t.Title = "Scores by rule"
	t.Columns[3].Interval = true
	for _, s := range list[:min(len(list), maxAspects)] {
		t.Add(s.Task, s.Decoder, s.Name, s.text, fmt.Sprint(s.N))
	}
	return t
}

// Aspects is the table of the scores of cells that have further ones; nil without any.
func Aspects(v *view.View) *table.Table {
	var list []Score
	for _, p := range v.Points {
		for _, r := range p.Rows {
			if len(r.Aspects) > 0 {
				list = append(list, scores(p, r)...)
			}
		}
	}
	if list == nil {
		return nil
	}
	return scoreTable(list)
}
