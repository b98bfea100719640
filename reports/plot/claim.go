package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/lists"
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
	left, bars := 0, false
	variants := map[string]int{}
	for _, s := range f.Series {
		line, lost := claimSeries(f, s, variants[s.Engine])
		variants[s.Engine]++
		left += lost
		p.series = append(p.series, line)
		bars = bars || slices.ContainsFunc(line.points, func(q point) bool { return q.yi != nil })
	}
	p.series = lists.Keep(p.series, (*series).some)
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
	joined := !slices.ContainsFunc(p.series, func(s *series) bool { return !s.joined })
	out := &Figure{Name: name, Title: view.Clean(f.Title), Caption: caption}
	switch {
	case comparisons(f):
		p = lines(p)
	case bars && joined:
		spread(p.series, numberSpread)
	case len(p.series) >= manySeries && !joined: // scattered points have no ends of lines
		for _, s := range p.series {
			if len(s.points) == 1 {
				s.points[0].label = s.name
			}
		}
		out.Caption = strings.TrimSpace(out.Caption + " Names stand beside points where there is room.")
	}
	out.panels = []panel{p}
	out.finish()
	return out, nil
}

// claimSeries is one series of a verdict's figure, and the number of points that
// the axes cannot show. A line of no decoder is a bound: it has no marks.
func claimSeries(f *claims.Figure, s claims.Series, variant int) (*series, int) {
	line := &series{name: view.Clean(s.Label), style: newStyle(s.Engine, variant), joined: s.Line}
	if s.Engine == "" && s.Line {
		line.style, line.bare = neutral(1+variant), true
	}
	left := 0
	for i := range min(len(s.X), len(s.Y)) {
		q := point{x: s.X[i], y: s.Y[i]}
		if !shows(q.x, f.LogX) || !shows(q.y, f.LogY) {
			left++
			continue
		}
		if i < len(s.Low) && i < len(s.High) && shows(s.Low[i], f.LogY) && shows(s.High[i], f.LogY) {
			q.yi = &stats.Interval{Low: s.Low[i], High: s.High[i]}
		}
		line.points = append(line.points, q)
	}
	return line, left
}

// comparisons reports whether the x of a figure do nothing but number its series.
func comparisons(f *claims.Figure) bool {
	for i, s := range f.Series {
		if s.Line || len(s.X) != 1 || s.X[0] != float64(i+1) {
			return false
		}
	}
	return !f.LogX && !f.LogY && len(f.Series) > 1
}

// lines turns numbered comparisons into a line of each with its name at the
// left, and a line at no difference.
func lines(p panel) panel {
	out := panel{x: p.y}
	low, high := 0.0, 0.0
	for i := range p.series { // the first one on top
		s := p.series[len(p.series)-1-i]
		q := s.points[0]
		s.points = []point{{x: q.y, xi: q.yi, y: float64(i)}}
		out.y.names = append(out.y.names, wrapName(s.name))
		low, high = min(low, q.y), max(high, q.y)
		s.fixed = true
		s.style, s.name = newStyle(s.style.engine, 0), view.Clean(s.style.engine)
		out.series = append(out.series, s)
	}
	if low < 0 && high > 0 {
		zero := &series{style: neutral(2), joined: true, bare: true, points: []point{{x: 0, y: -0.6}, {x: 1e-9, y: float64(len(p.series)) - 0.4}}} // a hair apart: a line
		out.series = append([]*series{zero}, out.series...)
	}
	return out
}

// shows reports whether an axis can show a number.
func shows(x float64, log bool) bool {
	return !math.IsNaN(x) && !math.IsInf(x, 0) && (!log || x > 0)
}
