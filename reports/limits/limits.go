// Package limits judges the thresholds of a scenario: limits on what was measured,
// and bounds on changes, by the findings of a gate.
package limits

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/threshold"
	"dllmbench/reports/view"
)

// NeedsTimes reports whether there are limits, for which a scenario has to be
// measured as it stands.
func NeedsTimes(list []threshold.Threshold) bool {
	return slices.ContainsFunc(list, func(t threshold.Threshold) bool { return t.Limit != nil })
}

// Marks judges thresholds, each on every cell that it
// chooses. What was not measured, and a threshold that chooses nothing, is
// missed.
func Marks(thresholds []threshold.Threshold, f *result.File, report *gate.Report) []gate.LimitMark {
	v, keys := view.New(f), place.Keys(f.Header)
	var list []gate.LimitMark
	for _, t := range thresholds {
		chosen := 0
		for _, r := range v.Rows {
			c := r.Cell
			if !t.Cells.Fit(c.Label, c.Workload, c.Rung) {
				continue
			}
			chosen++
			mark := gate.LimitMark{Cell: keys[c.ID], Limit: t.String(), File: t.File, Line: t.Line}
			switch {
			case t.Limit != nil:
				mark.Met, mark.Sentence = keeps(t, r)
			case t.Exact:
				mark.Met, mark.Sentence = isExact(t, mark.Cell, report)
			default:
				mark.Met, mark.Sentence = notSlower(t, mark.Cell, report)
				mark.Accept = !mark.Met && !gated(report)
			}
			mark.Sentence = fmt.Sprintf("%s, %s: %s", mark.Cell, t, mark.Sentence)
			list = append(list, mark)
		}
		if chosen == 0 {
			list = append(list, gate.LimitMark{Limit: t.String(), File: t.File, Line: t.Line, Sentence: t.String() + ": no cell is chosen"})
		}
	}
	return list
}

// numbers are those of one metric of a row.
type numbers struct {
	row    *view.Row
	metric view.Metric
}

// Value is the metric as reports show it.
func (n numbers) Value() (float64, bool) {
	if e := n.row.Values[n.metric]; e != nil {
		return e.Value, true
	}
	return 0, false
}

// Each holds the values of single requests.
func (n numbers) Each() []float64 { return n.row.Each(n.metric) }

// keeps judges a limit on a row.
func keeps(t threshold.Threshold, r *view.Row) (bool, string) {
	if !r.Usable() {
		return false, fmt.Sprintf("the cell is %s: %s", r.State, strings.Join(r.Reasons, "; "))
	}
	outcomes, met := t.Limit.Check(numbers{r, view.Metric(t.Metric)})
	var parts []string
	for _, o := range outcomes {
		word := "kept"
		if !o.Met {
			word = "missed"
		}
		seen := "unknown, " + o.Why
		if o.Observed != nil {
			seen = view.Number(*o.Observed)
			if o.Term.Aggregate != threshold.Count {
				seen = strings.TrimSpace(seen + " " + view.Metric(t.Metric).Definition().Unit)
			}
		}
		parts = append(parts, fmt.Sprintf("%s %s (%s)", o.Term.Text, word, seen))
	}
	return met, strings.Join(parts, ", ")
}

// isExact judges that a metric is as in the baseline: the counters that it is
// made from are.
func isExact(t threshold.Threshold, cell string, report *gate.Report) (bool, string) {
	for _, f := range report.Findings {
		if f.Cell != cell || f.Metric != gate.Counters {
			continue
		}
		if len(f.Changes) == 0 {
			new := f.Verdict == gate.NotComparable && f.Accept
			return new || f.Verdict == gate.NoChange, "counters and outputs: " + string(f.Verdict)
		}
		for _, c := range f.Changes {
			if !c.Accept && gate.MadeFrom(t.Metric, c.Counter) {
				return false, c.String()
			}
		}
		return true, "its counters are equal, others changed or were not compared"
	}
	return false, "there is no baseline to compare with; give --baseline"
}

// gated reports whether times may stop a change.
func gated(r *gate.Report) bool { return r.Policy.Times == "" || r.Policy.Times == gate.GateTimes }

// notSlower judges a bound on a slowdown.
func notSlower(t threshold.Threshold, cell string, report *gate.Report) (bool, string) {
	for _, f := range report.Findings {
		if f.Cell != cell || f.Metric != t.Metric {
			continue
		}
		if f.Timing == nil || f.Ratio == nil || f.Ratio.CI == nil || f.P == nil {
			return false, "no verdict on times: " + string(f.Verdict)
		}
		slower := *f.P <= t.Alpha && f.Ratio.CI.Low > 1+t.Regress
		return !slower && f.Verdict != gate.Invalid, fmt.Sprintf("%s [%s, %s], p = %.2g",
			gate.Percent(f.Ratio.Value), gate.Percent(f.Ratio.CI.Low), gate.Percent(f.Ratio.CI.High), *f.P)
	}
	return false, "it was not timed against anything; give --against"
}
