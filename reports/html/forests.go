package html

import (
	"fmt"

	"dllmbench/harness/gate"
	"dllmbench/reports/plot"
)

// forests draws the comparisons: times as ratios, shares as differences.
func forests(r *gate.Report) ([]figure, string) {
	type kind struct{ metric, unit string }
	var order []kind
	rows := map[kind][]plot.Comparison{}
	all, shown := 0, 0
	for _, f := range r.Findings {
		if f.Metric == gate.Counters {
			continue
		}
		all++
		if f.Timing == nil {
			continue
		}
		k := kind{f.Metric, f.Unit}
		if rows[k] == nil {
			order = append(order, k)
		}
		rows[k] = append(rows[k], comparisonOf(f, len(r.New) > 1))
	}
	against := "new side against old side"
	if ofEngines(r) {
		against = "each decoder against " + r.Old.Name
	}
	var out []figure
	for _, k := range order {
		look := plot.Forest{
			Name: "forest-" + k.metric, Title: k.metric + ": " + against, Ratio: true, Axis: k.metric + ", new / old (left of 1 is faster)", Band: r.Policy.Noise,
			Caption: fmt.Sprintf("Typical ratio of pairs, filled where the difference counts; bars are the intervals that decide, at the level 1 − α/%d with α = %g. The grey band is the noise band of ±%g%%; where measured noise is larger, that counts.", all, r.Policy.Alpha, 100*r.Policy.Noise),
		}
		if k.unit == "share" {
			look.Ratio, look.Band, look.Axis = false, 0, k.metric+", new − old (points; right of 0 is better)"
			look.Caption = fmt.Sprintf("Difference of shares on the same instances, filled where it counts; bars are the intervals that decide, at the level 1 − α/%d with α = %g.", all, r.Policy.Alpha)
		}
		figures, n := plot.Forests(look, rows[k])
		shown += n
		out = append(out, drawn(figures...)...)
	}
	if left := all - shown; left > 0 {
		return out, fmt.Sprintf("%d of %d comparisons have no interval and are in no figure; the table says why.", left, all)
	}
	return out, ""
}

func comparisonOf(f gate.Finding, sided bool) plot.Comparison {
	c := plot.Comparison{Group: taskOf(f), Name: f.Decoder, Engine: f.Engine, Effect: f.Ratio}
	if sided && f.Side != "" && f.Side != f.Decoder {
		c.Name += ", " + f.Side
	}
	if f.Unit == "share" && f.Ratio != nil {
		e := f.Ratio.Times(100)
		c.Effect = &e
	}
	c.Shown = f.Verdict == gate.Improved || f.Verdict == gate.Regressed
	return c
}
