package claims

import (
	"fmt"
	"math"

	"dllmbench/engines/usage"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

type field = result.Field

// Fields of requests.
var (
	solved    = result.Solved()
	passes    = result.Counted(usage.NFE)
	flops     = result.Counted(usage.FLOPs)
	committed = result.Counted(usage.CommittedTokens)
	latency   = result.Number(func(q *result.Request) *int64 { return q.E2ENs }, 1e9)
)

// costs are the costs at which decoders are matched.
var costs = [...]struct {
	matched Matching
	field   field
}{{ByNFE, passes}, {ByFLOPs, flops}, {ByTime, latency}}

// Value is the mean of a field over the runs of an instance; false when no run
// has it.
func (c *Cell) Value(instance string, f field) (float64, bool) {
	sum, n := 0.0, 0
	for _, q := range c.Runs[instance] {
		if x, ok := f(q); ok {
			sum, n = sum+x, n+1
		}
	}
	return sum / float64(max(n, 1)), n > 0
}

// values are a field of every instance of a cell that has it, in order.
func (c *Cell) values(f field) []float64 {
	var list []float64
	for _, id := range c.Instances() {
		if x, ok := c.Value(id, f); ok {
			list = append(list, x)
		}
	}
	return list
}

// Mean is the mean of a field over instances; false when none has it, and for a
// counter that some request does not know.
func (c *Cell) Mean(f field) (float64, bool) {
	xs := c.values(f)
	if len(xs) == 0 {
		return 0, false
	}
	x := stats.Mean(xs)
	return x, !math.IsNaN(x)
}

// mean is Mean, and 0 when it is unknown.
func (c *Cell) mean(f field) float64 {
	if x, ok := c.Mean(f); ok {
		return x
	}
	return 0
}

// counts are how many instances the cell solved, and of how many that is known.
func (c *Cell) counts() (hits, n int) {
	xs := c.values(solved)
	return len(lists.Keep(xs, func(x float64) bool { return x > 0.5 })), len(xs)
}

// Share is the share of instances that the cell solved.
func (c *Cell) Share() (stats.Estimate, error) {
	hits, n := c.counts()
	if n == 0 {
		return stats.Estimate{}, stats.ErrNoData
	}
	return stats.Proportion(hits, n)
}

// Competence is how far above chance the best decoder of a task must be for the
// task to say anything, as a share.
const Competence = 0.10

// AboveChance reports whether a rate shows that a task is solved: at least ten points
// above chance, with an interval above chance. Chance is a share; whole is 1 where
// the rate is one, too, and 100 where it is in per cent.
func AboveChance(e stats.Estimate, chance, whole float64) bool {
	return e.Value >= whole*(chance+Competence) && e.CI != nil && e.CI.Low > whole*chance
}

// Competent reports whether some decoder of the group solves its task: at least
// ten points above chance, with an interval above chance. Where not, the reason.
// Tries with the checker as oracle do not count: enough of them solve any task.
func (g *Group) Competent() (bool, string) {
	best, name := math.Inf(-1), ""
	for _, c := range g.Cells {
		e, err := c.Share()
		if err != nil || c.Oracle() {
			continue
		}
		if AboveChance(e, g.Chance, 1) {
			return true, ""
		}
		if e.Value > best {
			best, name = e.Value, c.Title()
		}
	}
	if name == "" {
		return false, g.Place.String() + ": nothing was judged"
	}
	return false, fmt.Sprintf("%s: no decoder is ten points above the chance of %.3g%%; the best, %s, solves %.3g%%", g.Place, 100*g.Chance, name, 100*best)
}

// unit is what one batch of a cell came to, in the mean over its runs. Requests
// of one batch share its time, so that the batch is what counts once.
type unit struct {
	seconds            float64 // NaN when it was not measured
	tokens, flops, nfe float64 // sums over the requests: useful tokens, FLOPs, passes; NaN where unknown
}

// measure is a quantity of a unit.
type measure func(unit) float64

// The measures.
var (
	unitSeconds measure = func(u unit) float64 { return u.seconds }
	unitFLOPs   measure = func(u unit) float64 { return u.flops }
	unitNFE     measure = func(u unit) float64 { return u.nfe }
	unitRate    measure = func(u unit) float64 { return u.tokens / u.seconds }
)

// units are the batches of the cell by the first of their instances.
func (c *Cell) units() map[string]unit {
	var all []*result.Request
	for _, id := range c.Instances() {
		all = append(all, c.Runs[id]...)
	}
	type run struct{ block, repetition int }
	runs := map[string][]unit{}
	for _, batch := range lists.Split(all, func(q *result.Request) run { return run{q.PairBlock, q.Repetition} }) {
		u := unit{seconds: math.NaN()}
		for _, q := range batch.Of {
			u.add(q)
		}
		first := batch.Of[0].Instance
		runs[first] = append(runs[first], u)
	}
	means := map[string]unit{}
	for id, list := range runs {
		var sum unit
		for _, u := range list {
			sum = unit{sum.seconds + u.seconds, sum.tokens + u.tokens, sum.flops + u.flops, sum.nfe + u.nfe}
		}
		n := float64(len(list))
		means[id] = unit{sum.seconds / n, sum.tokens / n, sum.flops / n, sum.nfe / n}
	}
	return means
}

func (u *unit) add(q *result.Request) {
	ns := q.BatchNs
	if ns == nil {
		ns = q.E2ENs
	}
	if ns != nil && !(u.seconds >= float64(*ns)/1e9) {
		u.seconds = float64(*ns) / 1e9
	}
	u.tokens += q.Usage[usage.UsefulTokens].Float()
	u.flops += q.Usage[usage.FLOPs].Float()
	u.nfe += q.Usage[usage.NFE].Float()
}
