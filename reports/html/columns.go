package html

import (
	"cmp"
	"slices"
	"strings"

	"dllmbench/harness/result"
)

// columnGroups are the sets of columns of the table of cells that a reader shows
// or hides together, in its order.
var columnGroups = []string{"quality", "time", "passes", "cost", "delivery", "coherence", "variety", "code"}

// groupOf is finer than the groups of the metrics: time is apart from when the
// tokens came, and what is computed, read and held apart from how many passes.
func groupOf(d result.Metric) string {
	unit, _, _ := strings.Cut(d.Unit, "/")
	switch {
	case d.Group == result.Speed && slices.Contains([]string{"e2e", "tokens_per_s", "ttft", "time_per_forward", "e2e_p95"}, d.Name):
		return "time"
	case d.Group == result.Speed:
		return "delivery"
	case d.Group == result.Cost && slices.Contains([]string{"MFLOP", "MB", "mJ"}, unit):
		return "cost"
	case d.Group == result.Cost:
		return "passes"
	}
	return string(d.Group)
}

// byGroup lists the metrics that keep returns true for, group by group.
func byGroup(keep func(result.Metric) bool) []result.Metric {
	list := slices.DeleteFunc(result.Metrics(), func(d result.Metric) bool { return !keep(d) })
	slices.SortStableFunc(list, func(a, b result.Metric) int {
		return cmp.Compare(slices.Index(columnGroups, groupOf(a)), slices.Index(columnGroups, groupOf(b)))
	})
	return list
}
