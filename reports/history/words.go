package history

import (
	"fmt"
	"math"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

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
