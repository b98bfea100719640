package html

import (
	"fmt"

	"dllmbench/reports/history"
	"dllmbench/reports/plot"
)

// TrendFigure is a figure of trends.
type TrendFigure struct {
	*plot.Figure
	Changed bool // a mark is on it
}

// TrendFigures draws a history: a figure for each metric of each task, with a
// panel for each series; those with a change come first.
func TrendFigures(h *history.History) []TrendFigure {
	type subject struct{ metric, task string }
	var order []subject
	groups := map[subject][]history.Series{}
	for _, s := range h.Series {
		k := subject{s.Metric.Name, s.Task}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], s)
	}
	var changed, steady []TrendFigure
	for i, k := range order {
		marked := false
		var list []plot.Trend
		for _, s := range groups[k] {
			marked = marked || len(s.Marks) > 0
			list = append(list, trendOf(s, len(h.Machines) > 1))
		}
		for _, f := range plot.Trends(fmt.Sprintf("trend-%s-%d", k.metric, i+1), k.metric+": "+k.task, list) {
			if marked {
				changed = append(changed, TrendFigure{f, true})
			} else {
				steady = append(steady, TrendFigure{f, false})
			}
		}
	}
	return append(changed, steady...)
}

func trendOf(s history.Series, several bool) plot.Trend {
	t := plot.Trend{Title: s.Decoder, Unit: s.Metric.Title + " (" + s.Metric.Unit + ")", Engine: s.Engine}
	if s.Note != "" {
		t.Title += ", " + s.Note
	}
	if several && s.Machine != "" {
		t.Title += ", machine " + s.Machine
	}
	for _, q := range s.Points {
		t.Points = append(t.Points, plot.TrendPoint{Run: q.Run + 1, Value: q.Value.Value, Interval: q.Value.CI, Used: q.Used})
	}
	for _, m := range s.Marks {
		t.Marks = append(t.Marks, plot.TrendMark{Since: m.Since + 1, Run: m.Run + 1, Before: m.Before, After: m.After})
	}
	return t
}
