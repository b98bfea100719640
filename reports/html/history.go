package html

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/reports/history"
	"dllmbench/reports/view"
)

// maxTrends is the most figures of trends on a page.
const maxTrends = 60

// historyPage is what the template of a history shows.
type historyPage struct {
	frame
	Lead     []string
	Changes  []changeRow
	Cut      string
	Changed  []figure // of tasks with a change
	Steady   []figure // of the others
	FigCut   string
	Rows     []trendRow
	RowsCut  string
	Runs     []runRow
	Machines []history.Machine
	Several  bool // machines
	Needed   int
	Alpha    float64

	Definitions []result.Metric
	Downloads   []download
}

// changeRow is a mark.
type changeRow struct {
	Task, Decoder string
	Engine        engine
	Metric        string
	Machine       string
	Run           int
	RunName       string
	Commit        string
	Before, After tableCell
	Change        tableCell
	Class         string // "good", "bad" or "open"
	Word          string
	P             string
}

// trendRow is a series.
type trendRow struct {
	Task, Decoder, Note string
	Engine              engine
	Metric, Machine     string
	Runs                tableCell
	First, Last         tableCell
	Change              tableCell
	Marks               string
	Kind                string
}

type runRow struct {
	Number                                             int
	Name, Started, Commit, Scenario, Machine, Problems string
	Unused                                             bool
	Usable                                             string
}

// WriteHistory writes the page of a history.
func WriteHistory(w io.Writer, h *history.History) error {
	p := &historyPage{
		frame: frame{
			Kicker: "dllmbench history", Title: "History of " + plural(len(h.Runs), "run"), Meta: historyMeta(h),
			Made: "Made from the records of these runs by dllmbench history.",
		},
		Lead: h.Words(), Needed: h.Needed, Alpha: h.Alpha, Several: len(h.Machines) > 1,
	}
	for _, m := range h.Machines {
		p.Machines = append(p.Machines, history.Machine{Letter: m.Letter, Text: view.Clean(m.Text)})
	}
	for i, r := range h.Runs {
		p.Runs = append(p.Runs, runRowOf(i, r))
	}
	seen := map[string]bool{}
	for _, s := range h.Series {
		if !seen[s.Metric.Name] {
			seen[s.Metric.Name] = true
			p.Definitions = append(p.Definitions, s.Metric)
		}
		for _, m := range s.Marks {
			if len(p.Changes) < maxRows {
				p.Changes = append(p.Changes, changeRowOf(h, s, m))
			} else {
				p.Cut = fmt.Sprintf("Only the first %d changes are listed; history.csv has all of them.", maxRows)
			}
		}
		if len(p.Rows) < maxRows {
			p.Rows = append(p.Rows, trendRowOf(s))
		}
	}
	if n := len(h.Series); n > maxRows {
		p.RowsCut = fmt.Sprintf("Only the first %d of %d series are listed.", maxRows, n)
	}
	p.draw(h)
	var csv bytes.Buffer
	if err := h.CSV(&csv); err != nil {
		return err
	}
	if csv.Len() <= maxRecords {
		p.Downloads = append(p.Downloads, inline("history.csv", "every value of every run, with its interval and the changes", "text/csv", csv.Bytes()))
	}
	p.nav()
	p.load("theme.js", "table.js")
	if err := pageTemplate.ExecuteTemplate(w, "history.html", p); err != nil {
		return fmt.Errorf("history page: %w", err)
	}
	return nil
}

func (p *historyPage) nav() {
	for _, a := range []struct {
		there     bool
		id, title string
	}{
		{true, "verdict", "Findings"}, {len(p.Changes) > 0, "changes", "Changes"}, {len(p.Changed)+len(p.Steady) > 0, "figures", "Trends"},
		{len(p.Rows) > 0, "series", "Series"}, {len(p.Runs) > 0, "runs", "Runs"}, {true, "method", "Method"}, {true, "data", "Data"},
	} {
		if a.there {
			p.Nav = append(p.Nav, anchor{a.id, a.title})
		}
	}
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

func runRowOf(i int, r history.Run) runRow {
	row := runRow{
		Number: i + 1, Name: view.Clean(r.Name), Started: view.Clean(r.Started), Commit: view.Clean(history.ShortCommit(r.Commit)), Scenario: view.Clean(r.Scenario),
		Machine: r.Machine, Problems: view.Clean(r.Problem), Unused: r.Usable == 0, Usable: fmt.Sprintf("%d of %d", r.Usable, r.Cells),
	}
	if row.Commit == "" {
		row.Commit = view.Unknown
	}
	return row
}

func changeRowOf(h *history.History, s history.Series, m history.Mark) changeRow {
	r := h.Runs[m.Run]
	row := changeRow{
		Task: view.Clean(s.Task), Decoder: view.Clean(s.Decoder), Engine: engineOf(s.Engine), Metric: s.Metric.Name, Machine: s.Machine,
		Run: m.Run + 1, RunName: view.Clean(r.Name), Commit: view.Clean(history.ShortCommit(r.Commit)),
		Before: plain(m.Before, s.Metric.Unit), After: plain(m.After, s.Metric.Unit), Change: tableCell{Text: view.Unknown},
		Class: "open", Word: "changed", P: "exact",
	}
	if s.Note != "" {
		row.Decoder += ", " + view.Clean(s.Note)
	}
	if c, ok := m.Change(); ok {
		row.Change = tableCell{Text: fmt.Sprintf("%+.1f%%", 100*c), Sort: strconv.FormatFloat(c, 'g', 9, 64)}
	}
	if m.P != nil {
		row.P = probability(m.P)
	}
	switch up := m.After > m.Before; {
	case s.Metric.Better == "":
	case up == (s.Metric.Better == "higher"):
		row.Class, row.Word = "good", "▲ better"
	default:
		row.Class, row.Word = "bad", "▼ worse"
	}
	return row
}

// plain is a number with its unit, where that is short.
func plain(x float64, unit string) tableCell {
	if len(unit) > len("MB") {
		unit = ""
	}
	return tableCell{Text: strings.TrimSpace(view.Number(x) + " " + unit), Sort: strconv.FormatFloat(x, 'g', 9, 64)}
}

func trendRowOf(s history.Series) trendRow {
	used := s.Used()
	row := trendRow{
		Task: view.Clean(s.Task), Decoder: view.Clean(s.Decoder), Note: view.Clean(s.Note), Engine: engineOf(s.Engine), Metric: s.Metric.Name, Machine: s.Machine,
		Runs: tableCell{Text: fmt.Sprint(len(used)), Sort: fmt.Sprint(len(used))}, Marks: "none", Kind: "none",
		First: tableCell{Text: view.Unknown}, Last: tableCell{Text: view.Unknown}, Change: tableCell{Text: view.Unknown},
	}
	if n := len(s.Points) - len(used); n > 0 {
		row.Runs.Text += fmt.Sprintf(" and %d not used", n)
	}
	if len(used) > 0 {
		first, last := used[0].Value, used[len(used)-1].Value
		row.First, row.Last = number(&first, view.Number(first.Value), view.Number), number(&last, view.Number(last.Value), view.Number)
		if first.Value != 0 && len(used) > 1 {
			c := last.Value/first.Value - 1
			row.Change = tableCell{Text: fmt.Sprintf("%+.1f%%", 100*c), Sort: strconv.FormatFloat(c, 'g', 9, 64)}
		}
	}
	switch n := len(s.Marks); {
	case s.Short:
		row.Marks, row.Kind = "too few runs", "too few runs"
	case n > 0:
		var at []string
		for _, m := range s.Marks {
			at = append(at, fmt.Sprint(m.Run+1))
		}
		row.Marks, row.Kind = "at run "+strings.Join(at, ", "), "changed"
	}
	return row
}
