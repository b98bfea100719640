package ci

import (
	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// measure is one number of one cell, as histories and dashboards keep it.
type measure struct {
	cell   string // names the cell across runs: see [place.Keys]
	metric string
	unit   string
	better string // "lower", "higher" or ""
	exact  bool
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
				list = append(list, measure{keys[r.Cell.ID], d.Name, d.Unit, d.Better, d.Assume == "exact", *e})
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
		m := measure{cell: f.Cell, metric: f.Metric, unit: f.Unit, better: "lower", value: *f.New}
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
