package harness

import (
	"fmt"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Thresholds of the audit.
const (
	// minBlocks is the fewest pairs with which a signed-rank test can reach a
	// level of 1% (8 pairs: two-sided p ≥ 2/2⁸).
	minBlocks = 8
	// maxDrift is how much slower the first repetition may be than the others
	// before warm-up counts as too short.
	maxDrift = 1.25
)

// Audit judges each cell of a plan by its records, and the run by its cells. A
// cell is not valid when its numbers cannot be trusted: it failed, it is
// incomplete, or equal seeds gave different outputs or counters. Valid cells
// may still carry warnings.
func Audit(plan *scenario.Plan, requests []result.Request) []result.Validity {
	byCell := map[string][]result.Request{}
	for _, r := range requests {
		byCell[r.Cell] = append(byCell[r.Cell], r)
	}
	var list []result.Validity
	run := result.Validity{Valid: true, Reasons: []string{}}
	bad := 0
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			errs, warnings := audit(g, byCell[c.ID])
			if len(errs) > 0 {
				bad++
			}
			list = append(list, result.Validity{Cell: c.ID, Valid: len(errs) == 0, Reasons: append(errs, warnings...)})
		}
	}
	if bad > 0 {
		run.Valid = false
		run.Reasons = append(run.Reasons, fmt.Sprintf("%d of %d cells are not valid", bad, len(list)))
	}
	return append(list, run)
}

// audit gives what makes a cell invalid and what only limits it. Both are not
// nil, so that records hold lists.
func audit(g *scenario.Group, requests []result.Request) (errs, warnings []string) {
	errs, warnings = []string{}, []string{}
	planned := g.Order.Runs() * g.Repeats * len(g.Items)
	if n := len(requests); n < planned {
		errs = append(errs, fmt.Sprintf("%d of %d requests were not run", planned-n, planned))
	}
	failures := map[string]int{}
	first := map[string]string{}
	blocks := map[int]bool{}
	for _, r := range requests {
		switch r.Status {
		case "success", "truncated":
			blocks[r.PairBlock] = true
		default:
			failures[r.Status]++
			if first[r.Status] == "" {
				first[r.Status] = r.Error
			}
		}
	}
	for _, status := range []string{"error", "timeout", "oom", "incomplete"} {
		if n := failures[status]; n > 0 {
			errs = append(errs, fmt.Sprintf("%d of %d requests ended with status %s: %s", n, planned, status, first[status]))
		}
	}
	if n := unstable(requests); n > 0 {
		errs = append(errs, fmt.Sprintf("%d of %d instances gave different outputs or counters in repetitions with the same seed", n, len(g.Items)))
	}
	if g.Order == scenario.Once {
		warnings = append(warnings, "each instance was decoded once (order: once); times are not paired")
	} else if len(blocks) < minBlocks {
		warnings = append(warnings, fmt.Sprintf("%d ABBA blocks; a paired test at level 0.01 needs at least %d", len(blocks), minBlocks))
	}
	if ratio := drift(requests); ratio > maxDrift {
		warnings = append(warnings, fmt.Sprintf("the first repetition took %.2f times as long as the others; more warm-up is needed", ratio))
	}
	return errs, warnings
}

// unstable counts instances whose finished repetitions differ in anything that
// has to be the same for the same seed.
func unstable(requests []result.Request) int {
	type outcome struct {
		sha                    string
		nfe, useful, committed int
		flops                  int64
	}
	seen := map[string]outcome{}
	differ := map[string]bool{}
	for _, r := range requests {
		if r.Status != "success" && r.Status != "truncated" {
			continue
		}
		o := outcome{r.OutputSHA256, r.NFE, r.UsefulTokens, r.CommittedTokens, r.FLOPs}
		if before, ok := seen[r.Instance]; !ok {
			seen[r.Instance] = o
		} else if before != o {
			differ[r.Instance] = true
		}
	}
	return len(differ)
}

// drift is the median over instances of the latency of the first repetition
// divided by the median latency of the others; 0 when there is too little to say.
func drift(requests []result.Request) float64 {
	first := map[string]float64{}
	later := map[string][]float64{}
	for _, r := range requests {
		if r.E2ENs == nil {
			continue
		}
		if r.Repetition == 0 {
			first[r.Instance] = float64(*r.E2ENs)
		} else {
			later[r.Instance] = append(later[r.Instance], float64(*r.E2ENs))
		}
	}
	var ratios []float64
	for instance, t := range first {
		if others := later[instance]; len(others) > 0 {
			if m := median(others); m > 0 {
				ratios = append(ratios, t/m)
			}
		}
	}
	if len(ratios) < 4 {
		return 0
	}
	return median(ratios)
}

// median of a list that is not empty, which it sorts.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
