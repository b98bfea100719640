package gate

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// A Visit is one timed run of a cell on a batch.
type Visit struct {
	Order int     // place in its block, the order of execution
	Value float64 // above 0, for example mean latency in ms
}

// Pairs are the values of two sides, one for each independent unit.
type Pairs struct {
	Old, New []float64 // geometric means of the visits of a unit
	// AA holds, for each block in which both sides ran twice, half the difference
	// of log-values between runs that do not differ in what they run: what the
	// machine alone does to the comparison of a block. Its spread is that of the
	// log-ratio new/old, and its centre is 0 on a machine without noise.
	AA []float64
}

// block is what both sides did in one ABBA block.
type block struct {
	unit     string // what blocks of the same unit have in common: the batch
	old, new []Visit
}

// pair makes pairs of blocks. Blocks of a unit are averaged if there are enough
// units for a verdict, because a second run of the same instance is not another
// instance; with fewer, the block is the unit, and the verdict is about these
// instances alone.
func pair(blocks []block, least int) (p Pairs, byUnit bool) {
	units := map[string]bool{}
	for _, b := range blocks {
		units[b.unit] = true
	}
	byUnit = len(units) >= least
	at, n := map[string]int{}, []float64{} // place of a unit in the pairs, and its blocks
	for i, b := range blocks {
		key := b.unit
		if !byUnit {
			key = fmt.Sprint(i) // one of its own
		}
		k, known := at[key]
		if !known {
			k = len(n)
			at[key], n, p.Old, p.New = k, append(n, 0), append(p.Old, 0), append(p.New, 0)
		}
		p.Old[k], p.New[k], n[k] = p.Old[k]+meanLog(b.old), p.New[k]+meanLog(b.new), n[k]+1
		if aa, ok := identical(b, i); ok {
			p.AA = append(p.AA, aa)
		}
	}
	for k := range n {
		p.Old[k], p.New[k] = math.Exp(p.Old[k]/n[k]), math.Exp(p.New[k]/n[k])
	}
	return p, byUnit
}

func meanLog(list []Visit) float64 {
	sum := 0.0
	for _, v := range list {
		sum += math.Log(v.Value)
	}
	return sum / float64(len(list))
}

// identical is the A/A contrast of a block. In A B B A the comparison of the
// sides is −A+B+B−A; this is A−B+B−A, in which every side stands once with each
// sign, so that a difference between them cancels. Drift leaves a rest that has
// one sign; turning every second block around makes noise of it.
func identical(b block, i int) (float64, bool) {
	if len(b.old) != 2 || len(b.new) != 2 {
		return 0, false
	}
	half := func(list []Visit) float64 {
		list = slices.SortedFunc(slices.Values(list), func(x, y Visit) int { return cmp.Compare(x.Order, y.Order) })
		return math.Log(list[0].Value / list[1].Value)
	}
	aa := (half(b.old) - half(b.new)) / 2
	if i%2 == 1 {
		aa = -aa
	}
	return aa, true
}

// visits are the timed runs of one cell by block.
type visits map[int]blockRuns

type blockRuns struct {
	instances []string
	runs      []Visit
}

// visitsOf reads the timed runs of a cell from its finished requests: of each
// run the mean of a value over the requests of the batch. Runs in which a
// request lacks the value are left out.
func visitsOf(requests []result.Request, value result.Field) visits {
	type turn struct{ block, order int }
	out, names := visits{}, map[int][]string{}
	for _, run := range lists.Split(requests, func(r result.Request) turn { return turn{r.PairBlock, r.Order} }) {
		total, whole, block := 0.0, true, run.Key.block
		for i := range run.Of {
			r := &run.Of[i]
			x, ok := value(r)
			if !ok || x <= 0 || !place.Usable(r) {
				whole = false
				continue
			}
			total += x
			names[block] = lists.With(names[block], r.Instance)
		}
		if whole {
			v := out[block]
			v.runs = append(v.runs, Visit{Order: run.Key.order, Value: total / float64(len(run.Of))})
			out[block] = v
		}
	}
	for block, v := range out {
		slices.Sort(names[block])
		out[block] = blockRuns{names[block], v.runs}
	}
	return out
}

// match finds the blocks in which both sides decoded the same instances.
func match(old, new visits) []block {
	var list []block
	for _, n := range slices.Sorted(maps.Keys(new)) {
		a, b := old[n], new[n]
		if len(a.runs) == 0 || !slices.Equal(a.instances, b.instances) {
			continue
		}
		unit := ""
		for _, id := range b.instances {
			unit += id + "\x00"
		}
		list = append(list, block{unit: unit, old: a.runs, new: b.runs})
	}
	return list
}
