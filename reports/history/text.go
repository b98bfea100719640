package history

import (
	"fmt"
	"io"
	"math"
	"strings"

	"dllmbench/harness/lists"
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
	Commit     string         `json:"commit"` // of the program
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

// Words say in a few sentences what the history shows. They are safe to show.
func (h *History) Words() []string {
	if len(h.Runs) == 0 {
		return []string{"There is no run."}
	}
	var out []string
	exact, clocked, changed := 0, 0, h.Changed()
	for _, s := range changed {
		for _, m := range s.Marks {
			if m.P == nil {
				exact++
			} else {
				clocked++
			}
		}
	}
	switch {
	case len(h.Series) == 0:
		out = append(out, "No run has a value of these metrics.")
	case exact+clocked == 0:
		out = append(out, fmt.Sprintf("No change is marked in %d series of %s.", len(h.Series), view.Count(len(h.Runs), "run")))
	default:
		out = append(out, fmt.Sprintf("%d of %d series change: %s of counters or scores, %s of times.", len(changed), len(h.Series), view.Count(exact, "change"), view.Count(clocked, "change")))
	}
	out = append(out, h.largest()...)
	if h.Searched > 0 {
		out = append(out, fmt.Sprintf("%d series of times were searched, each with a chance of at most %g of a mark without a change: up to %.2g such marks are expected by chance.",
			h.Searched, h.Alpha, float64(h.Searched)*h.Alpha))
	}
	if h.Short > 0 {
		out = append(out, fmt.Sprintf("Too few runs for change points in %d series of times: %d used runs on one machine are needed at α = %g, the longest of them has %d.", h.Short, h.Needed, h.Alpha, h.longestShort()))
	}
	if n := len(h.Machines); n > 1 {
		out = append(out, fmt.Sprintf("The runs come from %d machines, which are told apart in the list of runs. Times are not compared between them: each machine has its own series. Counters and scores are.", n))
	}
	if idle := len(lists.Keep(h.Runs, func(r Run) bool { return r.Usable == 0 })); idle > 0 {
		out = append(out, fmt.Sprintf("%s cannot be used at all.", view.Count(idle, "run")))
	}
	return out
}

// largest names the change of each direction that is largest in proportion,
// among times.
func (h *History) largest() []string {
	var out []string
	for _, word := range []string{"worse", "better"} {
		var s Series
		var m Mark
		by := 0.0
		for _, series := range h.Series {
			for _, mark := range series.Marks {
				c, ok := mark.Change()
				better := (c > 0) == (series.Metric.Better == "higher")
				if ok && Clocked(series.Metric) && series.Metric.Better != "" && better == (word == "better") && math.Abs(c) > math.Abs(by) {
					s, m, by = series, mark, c
				}
			}
		}
		if by != 0 {
			out = append(out, view.Clean(fmt.Sprintf("Largest change for the %s: %s of %s by %+.1f%%, from %s to %s %s, since run %d (%s).", word,
				s.Metric.Name, s.Name(), 100*by, view.Number(m.Before), view.Number(m.After), s.Metric.Unit, m.Run+1, h.Runs[m.Run].Name)))
		}
	}
	return out
}

// longestShort is the number of used runs of the longest series that is too short.
func (h *History) longestShort() int {
	n := 0
	for _, s := range h.Series {
		if s.Short {
			n = max(n, len(s.Used()))
		}
	}
	return n
}

// ShortCommit is the beginning of a commit, with its mark of local changes.
func ShortCommit(commit string) string {
	sha, changes, dirty := strings.Cut(commit, "+")
	if len(sha) > 10 {
		sha = sha[:10]
	}
	if dirty {
		return sha + "+" + changes
	}
	return sha
}
