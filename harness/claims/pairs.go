package claims

import (
	"fmt"
	"math"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Field reads a number of a request; false when it was not measured.
type Field func(*result.Request) (float64, bool)

// Fields of requests.
var (
	Solved    Field = func(q *result.Request) (float64, bool) { return truth(q.Exact) }
	NFE       Field = func(q *result.Request) (float64, bool) { return float64(q.NFE), true }
	FLOPs     Field = func(q *result.Request) (float64, bool) { return float64(q.FLOPs), true }
	Useful    Field = func(q *result.Request) (float64, bool) { return float64(q.UsefulTokens), true }
	Committed Field = func(q *result.Request) (float64, bool) { return float64(q.CommittedTokens), true }
	Seconds   Field = func(q *result.Request) (float64, bool) { return seconds(q.E2ENs) }
)

// Aspect reads one of the further scores of a workload.
func Aspect(name string) Field {
	return func(q *result.Request) (float64, bool) { x, ok := q.Aspects[name]; return x, ok }
}

func truth(b *bool) (float64, bool) {
	switch {
	case b == nil:
		return 0, false
	case *b:
		return 1, true
	}
	return 0, true
}

func seconds(ns *int64) (float64, bool) {
	if ns == nil {
		return 0, false
	}
	return float64(*ns) / 1e9, true
}

// Value is the mean of a field over the runs of an instance; false when no run
// has it.
func (c *Cell) Value(instance string, f Field) (float64, bool) {
	sum, n := 0.0, 0
	for _, q := range c.Runs[instance] {
		if x, ok := f(q); ok {
			sum, n = sum+x, n+1
		}
	}
	return sum / float64(max(n, 1)), n > 0
}

// Mean is the mean of a field over instances; false when none has it.
func (c *Cell) Mean(f Field) (float64, bool) {
	var xs []float64
	for _, id := range c.Instances() {
		if x, ok := c.Value(id, f); ok {
			xs = append(xs, x)
		}
	}
	if len(xs) == 0 {
		return 0, false
	}
	return stats.Mean(xs), true
}

// Pair returns a field of both cells on the instances that both have, in the
// same order, with the mean over repetitions of an instance as its value.
func Pair(a, b *Cell, f Field) (x, y []float64) {
	for _, id := range a.Instances() {
		p, ok := a.Value(id, f)
		q, also := b.Value(id, f)
		if ok && also {
			x, y = append(x, p), append(y, q)
		}
	}
	return x, y
}

// Answers returns whether each of both cells solved the instances that both
// have, in the same order. Repetitions of an instance are the same answer.
func Answers(a, b *Cell) (x, y []bool) {
	p, q := Pair(a, b, Solved)
	for i := range p {
		x, y = append(x, p[i] > 0.5), append(y, q[i] > 0.5)
	}
	return x, y
}

// TimeRatios returns ln(b/a) of the wall time of the paired blocks of both
// cells: the mean over the repetitions of a block. Cells that were not run in
// pairs still have one block for each batch.
func TimeRatios(a, b *Cell) ([]float64, error) {
	x, y := a.blocks(), b.blocks()
	var p, q []float64
	for _, id := range a.Instances() {
		for block, t := range x[id] {
			if u, ok := y[id][block]; ok {
				p, q = append(p, t), append(q, u)
			}
		}
	}
	return stats.LogRatios(p, q)
}

// blocks is the mean time of each instance in each pair block, in seconds.
func (c *Cell) blocks() map[string]map[int]float64 {
	all := map[string]map[int]float64{}
	for id, runs := range c.Runs {
		sums, counts := map[int]float64{}, map[int]float64{}
		for _, q := range runs {
			if s, ok := seconds(q.E2ENs); ok {
				sums[q.PairBlock] += s
				counts[q.PairBlock]++
			}
		}
		for block := range sums {
			sums[block] /= counts[block]
		}
		all[id] = sums
	}
	return all
}

// Share is the share of instances that the cell solved.
func (c *Cell) Share() (stats.Estimate, error) {
	solved, n := 0, 0
	for _, id := range c.Instances() {
		if x, ok := c.Value(id, Solved); ok {
			n++
			if x > 0.5 {
				solved++
			}
		}
	}
	if n == 0 {
		return stats.Estimate{}, stats.ErrNoData
	}
	return stats.Proportion(solved, n)
}

// Competence is how far above chance the best decoder of a task must be for the
// task to say anything, as a share.
const Competence = 0.10

// AboveChance tells whether a rate shows that a task is solved: at least ten points
// above chance, with an interval above chance. Chance is a share; whole is 1 where
// the rate is one, too, and 100 where it is in per cent.
func AboveChance(e stats.Estimate, chance, whole float64) bool {
	return e.Value >= whole*(chance+Competence) && e.CI != nil && e.CI.Low > whole*chance
}

// Competent tells whether some decoder of the group solves its task: at least
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

// Nearest is the cell whose mean of a cost field is nearest to that of the
// target, by ratio, among cells within a factor of it, the last of those that
// are equally near; nil when none is.
func Nearest(target *Cell, among []*Cell, f Field, factor float64) *Cell {
	want, _ := target.Mean(f)
	costs := make([]float64, len(among))
	for i, c := range among {
		costs[i], _ = c.Mean(f)
	}
	near := stats.NearestByRatio(want, costs, factor)
	if len(near) == 0 {
		return nil
	}
	return among[near[len(near)-1]]
}
