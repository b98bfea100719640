package ci

import (
	"fmt"
	"io"

	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// measure is one number of one cell, as histories and dashboards keep it.
type measure struct {
	cell   string // names the cell across runs: see [place.Keys]
	metric string
	unit   string
	better string // "lower", "higher" or ""
	value  stats.Estimate
}

// ofRun lists all numbers of the usable cells of a run.
func ofRun(v *view.View) []measure {
	keys := place.Keys(v.Header)
	var list []measure
	for _, r := range v.Rows {
		if !r.Usable() {
			continue
		}
		for _, d := range result.Metrics() {
			if e := r.Values[view.Metric(d.Name)]; e != nil {
				list = append(list, measure{keys[r.Cell.ID], d.Name, d.Unit, d.Better, *e})
			}
		}
	}
	return list
}

// ofReport lists the numbers of the new side of a comparison.
func ofReport(r *gate.Report) []measure {
	var list []measure
	for _, f := range timed(r) {
		if f.Timing == nil || f.New == nil {
			continue
		}
		m := measure{f.Cell, f.Metric, f.Unit, "lower", *f.New}
		if f.Unit == shareUnit {
			m.better = "higher"
		}
		if f.Side != "" && len(r.New) > 1 {
			m.cell = f.Side + ", " + f.Cell
		}
		list = append(list, m)
	}
	return list
}

// bencher is a value in Bencher Metric Format.
type bencher struct {
	Value float64  `json:"value"`
	Lower *float64 `json:"lower_value,omitempty"`
	Upper *float64 `json:"upper_value,omitempty"`
}

// bmf writes Bencher Metric Format: an object of benchmarks, in it an object of
// measures, with the ends of 95% intervals where there are any.
func bmf(w io.Writer, list []measure) error {
	out := map[string]map[string]bencher{}
	for _, m := range list {
		name := view.Clean(m.cell)
		if out[name] == nil {
			out[name] = map[string]bencher{}
		}
		b := bencher{Value: m.value.Value}
		if iv := m.value.CI; iv != nil {
			b.Lower, b.Upper = &iv.Low, &iv.High
		}
		out[name][m.metric] = b
	}
	return table.Object(w, out)
}

// action is an entry of github-action-benchmark.
type action struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	Range string  `json:"range,omitempty"`
	Extra string  `json:"extra,omitempty"`
}

// gha writes for github-action-benchmark, tool customSmallerIsBetter. Numbers that are
// better when larger are left out: that tool takes one direction for a file.
func gha(w io.Writer, list []measure, cpu string) error {
	out := []action{}
	for _, m := range list {
		if m.better != "lower" {
			continue
		}
		a := action{Name: view.Clean(m.cell + ", " + m.metric), Unit: m.unit, Value: m.value.Value, Extra: view.Clean(cpu)}
		if iv := m.value.CI; iv != nil {
			a.Range = fmt.Sprintf("± %s", view.Number(max(iv.High-m.value.Value, m.value.Value-iv.Low)))
		}
		out = append(out, a)
	}
	return table.Object(w, out)
}
