package history

import (
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Table writes the history for a terminal: a line for each series, and what it
// shows in words.
func (h *History) Table(w io.Writer) error {
	var b strings.Builder
	if len(h.Series) > 0 {
		t := table.New(3, "metric", "decoder", "task", "runs", "first", "last", "changes", "machine")
		t.Columns[6].Left, t.Columns[7].Left = true, true
		for _, s := range h.Series {
			t.Add(h.row(s)...)
		}
		fmt.Fprintln(&b, t.Known().Text(0))
	}
	if len(h.Machines) > 1 {
		for _, m := range h.Machines {
			fmt.Fprintf(&b, "machine %s: %s\n", m.Letter, view.Clean(m.Text))
		}
		fmt.Fprintln(&b)
	}
	for _, line := range h.Words() {
		fmt.Fprintln(&b, line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (h *History) row(s Series) []any {
	used := s.Used()
	first, last, marks := view.Unknown, view.Unknown, ""
	if len(used) > 0 {
		first, last = view.Number(used[0].Value.Value), view.Number(used[len(used)-1].Value.Value)
	}
	if s.Short {
		marks = "too few runs"
	}
	for _, m := range s.Marks {
		if marks != "" {
			marks += "; "
		}
		marks += fmt.Sprintf("run %d: %s → %s", m.Run+1, view.Number(m.Before), view.Number(m.After))
		if c, ok := m.Change(); ok {
			marks += fmt.Sprintf(" (%+.1f%%)", 100*c)
		}
	}
	decoder := s.Decoder
	if s.Note != "" {
		decoder += ", " + s.Note
	}
	machine := view.Unknown
	if len(h.Machines) > 1 {
		machine = s.Machine
	}
	return []any{s.Metric.Name, decoder, s.Task, len(used), first, last, marks, machine}
}

// line is one value of one run in CSV.
type line struct {
	Run        int            `json:"run"`  // from 1, in order
	Name       string         `json:"name"` // folder
	RunID      string         `json:"run_id"`
	Started    string         `json:"started"`
	Commit     string         `json:"commit"`
	CommitDate string         `json:"commit_date"`
	Machine    string         `json:"machine"` // a letter
	Kernels    string         `json:"kernels"` // compute kernels
	Metric     string         `json:"metric"`
	Unit       string         `json:"unit"`
	Decoder    string         `json:"decoder"`
	Task       string         `json:"task"`
	Cell       string         `json:"cell"` // id
	Value      stats.Estimate `json:"value"`
	Used       bool           `json:"used"`
	Why        string         `json:"why_not"` // a value that is not used was not
	Mark       string         `json:"mark"`    // "change" where the level changed; "" else
	Before     *float64       `json:"before"`  // level before the change
	After      *float64       `json:"after"`   // level after the change
	P          *float64       `json:"p"`       // of the change; null for counters
}

// CSV writes one line for each value. Unknown is an empty field.
func (h *History) CSV(w io.Writer) error {
	return table.CSV(w, func(yield func(line) bool) {
		for _, s := range h.Series {
			for _, q := range s.Points {
				r := h.Runs[q.Run]
				l := line{Run: q.Run + 1, Name: r.Name, RunID: r.ID, Started: r.Started, Commit: r.Commit, CommitDate: r.CommitDate,
					Machine: s.Machine, Kernels: s.Kernel, Metric: s.Metric.Name, Unit: s.Metric.Unit, Decoder: s.Decoder, Task: s.Task,
					Cell: s.CellID, Value: q.Value, Used: q.Used, Why: q.Why}
				for _, m := range s.Marks {
					if m.Run == q.Run {
						l.Mark, l.Before, l.After, l.P = "change", &m.Before, &m.After, m.P
					}
				}
				if !yield(l) {
					return
				}
			}
		}
	})
}
