package html

import (
	"slices"
	"strings"

	"dllmbench/harness/result"
)

// columnGroup is a set of columns that a reader shows or hides together.
type columnGroup string

// The groups of the table of cells, in its order.
const (
	groupQuality   columnGroup = "quality"
	groupTime      columnGroup = "time"
	groupPasses    columnGroup = "passes"
	groupCost      columnGroup = "cost"
	groupDelivery  columnGroup = "delivery"
	groupCoherence columnGroup = "coherence"
	groupVariety   columnGroup = "variety"
	groupCode      columnGroup = "code"
)

func columnGroups() []columnGroup {
	return []columnGroup{groupQuality, groupTime, groupPasses, groupCost, groupDelivery, groupCoherence, groupVariety, groupCode}
}

// groupOf is finer than the groups of the metrics: time is apart from when the
// tokens came, and what is computed, read and held apart from how many passes.
func groupOf(d result.Metric) columnGroup {
	switch d.Group {
	case result.Quality:
		return groupQuality
	case result.Speed:
		if slices.Contains([]string{"e2e", "tokens_per_s", "ttft", "time_per_forward", "e2e_p95"}, d.Name) {
			return groupTime
		}
		return groupDelivery
	case result.Cost:
		for _, unit := range []string{"MFLOP", "MB", "mJ"} {
			if strings.HasPrefix(d.Unit, unit) {
				return groupCost
			}
		}
		return groupPasses
	case result.Variety:
		return groupVariety
	case result.Code:
		return groupCode
	}
	return groupCoherence
}

// byGroup lists the metrics that keep returns true for, group by group.
func byGroup(keep func(result.Metric) bool) []result.Metric {
	var out []result.Metric
	all := result.Metrics()
	for _, g := range columnGroups() {
		for _, d := range all {
			if groupOf(d) == g && keep(d) {
				out = append(out, d)
			}
		}
	}
	return out
}
