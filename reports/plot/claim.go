package plot

import (
	"fmt"
	"math"

	"dllmbench/harness/claims"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Claim is the figure that shows the verdict on a claim, or the reason why
// there is none. Points that the axes cannot show (unknown, or not above 0 on a
// logarithmic axis) are left out, and the caption counts them.
func Claim(v claims.Verdict) (*Figure, *Skipped) {
	name := fmt.Sprintf("claim-%d", v.Claim)
	if v.Figure == nil {
		return nil, &Skipped{name, "the verdict has no figure"}
	}
	f := v.Figure
	p := panel{x: axis{title: view.Clean(f.XLabel), log: f.LogX}, y: axis{title: view.Clean(f.YLabel), log: f.LogY}}
	variants := map[string]int{}
	left, bars := 0, false
	for _, s := range f.Series {
		line := &series{name: view.Clean(s.Label), style: newStyle(s.Engine, variants[s.Engine]), joined: s.Line}
		variants[s.Engine]++
		for i := range min(len(s.X), len(s.Y)) {
			q := point{x: s.X[i], y: s.Y[i]}
			if !shows(q.x, f.LogX) || !shows(q.y, f.LogY) {
				left++
				continue
			}
			if i < len(s.Low) && i < len(s.High) && shows(s.Low[i], f.LogY) && shows(s.High[i], f.LogY) {
				q.yi = &stats.Interval{Low: s.Low[i], High: s.High[i]}
				bars = true
			}
			line.points = append(line.points, q)
		}
		if len(line.points) > 0 {
			p.series = append(p.series, line)
		}
	}
	if len(p.series) == 0 {
		return nil, &Skipped{name, "the figure of the verdict has no point that can be drawn"}
	}
	caption := ""
	if bars {
		caption = "Bars are intervals at the confidence of the claim's rule."
	}
	if left > 0 {
		caption += fmt.Sprintf(" %d points cannot be shown on these axes and are left out.", left)
	}
	return &Figure{Name: name, Title: view.Clean(f.Title), Caption: caption, panels: []panel{p}}, nil
}

// shows tells whether an axis can show a number.
func shows(x float64, log bool) bool {
	return !math.IsNaN(x) && !math.IsInf(x, 0) && (!log || x > 0)
}
