package plot

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/reports/history"
	"dllmbench/reports/view"
)

// trendCaption explains a figure of trends.
const trendCaption = "Points are runs, by their number in the list of runs; pale bars are 95% intervals over what one run decoded, and may go on beyond the frame. Dashed lines mark changes, " +
	"with the change of the level; grey lines are the levels. Hollow points were not used."

// Trend is a figure of trends.
type Trend struct {
	*Figure
	Changed bool // a mark is on it, or on one that it continues
}

// Trends draws a history: figures for each metric of each task, with a panel for
// each series; those with a change come first.
func Trends(h *history.History) []Trend {
	type subject struct{ metric, task string }
	var changed, steady []Trend
	for i, g := range lists.Split(h.Series, func(s history.Series) subject { return subject{s.Metric.Name, s.Task} }) {
		panels := panelsOf(g.Of, func(s history.Series) (panel, bool) {
			if len(s.Points) == 0 {
				return panel{}, false
			}
			return trendPanel(s, len(h.Machines) > 1), true
		})
		to, marked := &steady, slices.ContainsFunc(g.Of, func(s history.Series) bool { return len(s.Marks) > 0 })
		if marked {
			to = &changed
		}
		part := 1
		for some := range slices.Chunk(panels, Screen.panels) {
			f := &Figure{Name: fmt.Sprintf("trend-%s-%d", g.Key.metric, i+1), Title: view.Clean(g.Key.metric + ": " + g.Key.task), Caption: trendCaption, panels: some}
			if part > 1 {
				f.Name, f.Title = fmt.Sprintf("%s-%d", f.Name, part), f.Title+", continued"
			}
			part++
			*to = append(*to, Trend{f, marked})
		}
	}
	return append(changed, steady...)
}

// trendPanel shows a series; runs are counted from 1.
func trendPanel(t history.Series, machines bool) panel {
	title := t.Decoder
	if t.Note != "" {
		title += ", " + t.Note
	}
	if machines && t.Machine != "" {
		title += ", machine " + t.Machine
	}
	from, last := t.Points[0].Run, t.Points[len(t.Points)-1].Run
	p := panel{
		title: view.Clean(title),
		x:     axis{title: "run", values: runTicks(from+1, last+1)},
		y:     axis{title: view.Clean(t.Metric.Title + " (" + t.Metric.Unit + ")"), least: 0.2}, // a few per cent shall not look like much
	}
	level := func(from, to int, at float64) {
		p.series = append(p.series, &series{name: "level", style: neutral(0), joined: true, bare: true,
			points: []point{{x: float64(from) + 0.6, y: at}, {x: float64(to) + 1.4, y: at}}})
	}
	for i, m := range t.Marks {
		at := float64(m.Since+m.Run)/2 + 1
		p.guides = append(p.guides, guide{from: at, to: at, label: markLabel(m), color: ink, dashed: true})
		level(from, m.Since, m.Before)
		if from = m.Run; i == len(t.Marks)-1 {
			level(from, last, m.After)
			p.y.room = 0.12 // for the labels of the marks
		}
	}
	name := view.Clean(t.Engine)
	used := &series{name: name, style: newStyle(t.Engine, 0), joined: true, faint: true}
	hollow := &series{name: name + ", not used", style: newStyle(t.Engine, 1), faint: true}
	for _, q := range t.Points {
		s := used
		if !q.Used {
			s = hollow
		}
		s.points = append(s.points, point{x: float64(q.Run + 1), y: q.Value.Value, yi: q.Value.CI})
	}
	p.series = append(p.series, lists.Keep([]*series{used, hollow}, (*series).some)...)
	return p
}

// markLabel is the change of the level in per cent.
func markLabel(m history.Mark) string {
	if m.Before == 0 || math.Signbit(m.Before) != math.Signbit(m.After) {
		return fmt.Sprintf("%s → %s", view.Number(m.Before), view.Number(m.After))
	}
	return fmt.Sprintf("%+.1f%%", 100*(m.After/m.Before-1))
}

// runTicks are whole numbers, about eight.
func runTicks(first, last int) []float64 {
	step := max(1, (last-first+7)/8)
	var ticks []float64
	for n := first; n <= last; n += step {
		ticks = append(ticks, float64(n))
	}
	return ticks
}
