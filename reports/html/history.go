package html

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/reports/history"
	"dllmbench/reports/plot"
	"dllmbench/reports/view"
)

// maxTrends is the most figures of trends on a page.
const maxTrends = 60

// historyPage is what the sections of a history show.
type historyPage struct {
	history.History
	Lead        []string
	Changes     []levelChange
	Cut         string
	Changed     []figure // of tasks with a change
	Steady      []figure // of the others
	FigCut      string
	Listed      []history.Series
	RowsCut     string
	Definitions []result.Metric
	Downloads   []download
}

// levelChange is a mark of a series.
type levelChange struct {
	history.Series
	history.Mark
	By history.Run // with which the new level begins
}

// WriteHistory writes the page of a history.
func WriteHistory(w io.Writer, h *history.History) error {
	p := &historyPage{History: safe(*h), Lead: h.Words()}
	for _, g := range lists.Split(p.Series, func(s history.Series) string { return s.Metric.Name }) {
		p.Definitions = append(p.Definitions, g.Of[0].Metric)
	}
	for _, s := range p.Series {
		for _, m := range s.Marks {
			p.Changes = append(p.Changes, levelChange{s, m, p.Runs[m.Run]})
		}
	}
	p.Changes, p.Cut = first(p.Changes, maxRows, "changes are listed; history.csv has all of them.")
	p.Listed, p.RowsCut = first(p.Series, maxRows, "series are listed.")
	var figures []plot.Trend
	figures, p.FigCut = first(plot.Trends(h), maxTrends, "figures are drawn; the table has all series.")
	for _, f := range figures {
		if f.Changed {
			p.Changed = append(p.Changed, drawn(f.Figure)...)
		} else {
			p.Steady = append(p.Steady, drawn(f.Figure)...)
		}
	}
	var csv bytes.Buffer
	if err := h.CSV(&csv); err != nil {
		return err
	}
	if csv.Len() <= maxRecords {
		p.Downloads = append(p.Downloads, inline("history.csv", "every value of every run, with its interval and the changes", "text/csv", csv.Bytes()))
	}
	f := frame{
		kind: "history", Kicker: "dllmbench history", Title: "History of " + view.Count(len(h.Runs), "run"), Meta: historyMeta(h),
		Made: "Made from the records of these runs by dllmbench history.",
	}
	return f.write(w, p,
		section{ID: "verdict", Nav: "Findings", Title: "Findings", there: true},
		section{ID: "changes", Nav: "Changes", Title: "Changes", there: len(p.Changes) > 0},
		section{ID: "figures", Nav: "Trends", Title: "Trends", there: len(figures) > 0},
		section{ID: "series", Nav: "Series", Title: "All series", there: len(p.Series) > 0},
		section{ID: "runs", Nav: "Runs", Title: "Runs", there: len(p.Runs) > 0},
		section{ID: "method", Nav: "Method", Title: "Method and definitions", there: true},
		section{ID: "data", Nav: "Data", Title: "Raw data", there: true})
}

func historyMeta(h *history.History) string {
	if len(h.Runs) == 0 {
		return "no runs"
	}
	order := "by their start"
	if h.ByCommit {
		order = "by the date of their commit, where it is recorded"
	}
	return view.Clean(fmt.Sprintf("%s to %s, in order %s", h.Runs[0].Started, h.Runs[len(h.Runs)-1].Started, order))
}

// way is whether the change is for the better.
func (c levelChange) Way() mark {
	switch up := c.After > c.Before; {
	case c.Metric.Better == "":
		return mark{Class: "open", Text: "changed"}
	case up == (c.Metric.Better == "higher"):
		return mark{Class: "good", Text: "▲ better"}
	}
	return mark{Class: "bad", Text: "▼ worse"}
}

// Level is a level with its unit, where that is short.
func (c levelChange) Level(x float64) tableCell {
	unit := c.Metric.Unit
	if len(unit) > len("MB") {
		unit = ""
	}
	return exactly(x, strings.TrimSpace(view.Number(x)+" "+unit))
}

// Relative is the change in proportion.
func (c levelChange) Relative() tableCell {
	by, ok := c.Change()
	if !ok {
		return tableCell{Text: view.Unknown}
	}
	return exactly(by, fmt.Sprintf("%+.1f%%", 100*by))
}

// trendRow is a series in the table of all of them.
type trendRow struct {
	Runs, First, Last, Relative tableCell
	Marks, Kind                 string
}

func trendRowOf(s history.Series) trendRow {
	used, unknown := s.Used(), tableCell{Text: view.Unknown}
	row := trendRow{Runs: exactly(float64(len(used)), fmt.Sprint(len(used))), First: unknown, Last: unknown, Relative: unknown, Marks: "none", Kind: "none"}
	if n := len(s.Points) - len(used); n > 0 {
		row.Runs.Text += fmt.Sprintf(" and %d not used", n)
	}
	if len(used) > 0 {
		first, last := used[0].Value, used[len(used)-1].Value
		row.First, row.Last = number(&first, view.Number, view.Number), number(&last, view.Number, view.Number)
		if first.Value != 0 && len(used) > 1 {
			by := last.Value/first.Value - 1
			row.Relative = exactly(by, fmt.Sprintf("%+.1f%%", 100*by))
		}
	}
	var at []string
	for _, m := range s.Marks {
		at = append(at, fmt.Sprint(m.Run+1))
	}
	switch {
	case s.Short:
		row.Marks, row.Kind = "too few runs", "too few runs"
	case len(at) > 0:
		row.Marks, row.Kind = "at run "+strings.Join(at, ", "), "changed"
	}
	return row
}
