package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// TimeMetric is a time of a request that can be compared.
type TimeMetric struct {
	Name string
	ms   result.Field
}

// TimeMetrics lists the times, the one that decides first.
func TimeMetrics() []TimeMetric {
	return []TimeMetric{
		{wholeTime, result.Number(func(r *result.Request) *int64 { return r.E2ENs }, 1e6)},
		{"ttft", result.Number(func(r *result.Request) *int64 { return r.TTFTNs }, 1e6)},
		{"ttfc", result.Number(func(r *result.Request) *int64 { return r.TTFCNs }, 1e6)},
	}
}

// wholeTime is the time of a whole answer.
const wholeTime = "e2e"

// qualityMetric is the share of solved instances.
const qualityMetric = "exact_match"

// Question says which quantities of two cells to compare.
type Question struct {
	Times   []TimeMetric
	Quality bool // also the share of solved instances, where cells have any
}

// Ask makes the question of metric names: times, and "exact_match".
func Ask(names []string) (Question, error) {
	var q Question
	allowed := []string{qualityMetric}
	for _, m := range TimeMetrics() {
		allowed = append(allowed, m.Name)
	}
	for _, name := range names {
		i := slices.IndexFunc(TimeMetrics(), func(m TimeMetric) bool { return m.Name == name })
		switch {
		case name == qualityMetric:
			q.Quality = true
		case i >= 0:
			q.Times = append(q.Times, TimeMetrics()[i])
		default:
			return q, fmt.Errorf("%q cannot be compared; allowed are %s", name, strings.Join(allowed, ", "))
		}
	}
	return q, nil
}

// size is the number of comparisons that it makes of a cell.
func (q Question) size(c result.Cell) int {
	if q.Quality && !c.CostOnly {
		return len(q.Times) + 1
	}
	return len(q.Times)
}

// candidate is a comparison of two cells that is yet to be made. The series says
// which ones, and may hold a problem that forbids it.
type candidate struct {
	Series
	cell     result.Cell // of the new side
	old, new []result.Request
}

// series makes the comparisons. With fewer independent units than a verdict on
// all of them needs, blocks count instead.
func (q Question) series(candidates []candidate, p Policy) (list []Series) {
	tests := 0
	for _, c := range candidates {
		tests += q.size(c.cell)
	}
	least := stats.MinBlocks(p.Alpha, max(1, tests))
	for _, c := range candidates {
		for _, m := range q.Times {
			s := c.Series
			s.Metric, s.Unit = m.Name, "ms"
			if s.Problem == "" {
				if why := c.unshared(); why != "" {
					s.note(why)
				}
				value := m.ms
				if a, b := place.MeanLength(c.old), place.MeanLength(c.new); m.Name == wholeTime && place.UnequalLengths(a, b) {
					value, s.Unit = perToken(m.ms), "ms/token"
					s.note(fmt.Sprintf("per useful token: outputs are %.3g and %.3g useful tokens long", a, b))
				}
				blocks, byUnit := match(visitsOf(c.old, value), visitsOf(c.new, value)), false
				if s.Pairs, byUnit = pair(blocks, least); !byUnit && len(blocks) >= least {
					s.note("about these instances alone")
				}
			}
			list = append(list, s)
		}
		if q.Quality && !c.cell.CostOnly {
			list = append(list, c.quality())
		}
	}
	return list
}

// perToken is a time per useful token; an empty output counts as one token.
func perToken(time result.Field) result.Field {
	return func(r *result.Request) (float64, bool) {
		x, ok := time(r)
		return x / max(1, r.Usage[usage.UsefulTokens].Float()), ok
	}
}

// quality compares what was solved. It holds on any machine and whatever the
// order of runs.
func (c candidate) quality() Series {
	s := Series{Cell: c.Cell, Side: c.Side, Decoder: c.Decoder, Engine: c.Engine, Metric: qualityMetric, Unit: "share", Solved: &Solved{}}
	if c.spoiled {
		s.Problem, s.Verdict = c.Problem, c.Verdict
	}
	before, after := solved(c.old), solved(c.new)
	s.Seed, s.Note, s.Identical = c.Seed, c.unshared(), sameOutputs(c.old, c.new)
	for _, id := range slices.Sorted(maps.Keys(after)) {
		if was, ok := before[id]; ok {
			s.Solved.Old, s.Solved.New = append(s.Solved.Old, was), append(s.Solved.New, after[id])
		}
	}
	return s
}

// solved is the share of its usable runs in which each instance was right, as in
// reports. A further run of an instance is no further instance.
func solved(requests []result.Request) map[string]float64 {
	right, n := map[string]float64{}, map[string]float64{}
	for i := range requests {
		if x, ok := result.Solved()(&requests[i]); ok && place.Usable(&requests[i]) {
			right[requests[i].Instance] += x
			n[requests[i].Instance]++
		}
	}
	for id := range right {
		right[id] /= n[id]
	}
	return right
}

// unshared says how many instances both sides have, where that is not all; "" if it is.
func (c candidate) unshared() string {
	finished := func(list []result.Request) map[string]bool {
		ids := map[string]bool{}
		for i := range list {
			if place.Usable(&list[i]) {
				ids[list[i].Instance] = true
			}
		}
		return ids
	}
	old, new, both := finished(c.old), finished(c.new), 0
	for id := range new {
		if old[id] {
			both++
		}
	}
	if both == len(old) && both == len(new) {
		return ""
	}
	return fmt.Sprintf("on the %d instances that both sides have, of %d on the old and %d on the new side", both, len(old), len(new))
}

// sameOutputs is the number of outputs if both sides wrote the same ones, else 0.
func sameOutputs(old, new []result.Request) int {
	before, after := firstRuns(old), firstRuns(new)
	for key, r := range after {
		if was := before[key]; was == nil || was.OutputSHA256 != r.OutputSHA256 || r.OutputSHA256 == "" {
			return 0
		}
	}
	if len(before) != len(after) {
		return 0
	}
	return len(after)
}
