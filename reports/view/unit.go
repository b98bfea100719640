package view

import (
	"cmp"
	"math"
	"slices"

	"dllmbench/engines/usage"
	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
)

// timeInstances is the smallest number of instances for which times are
// judged across instances; a cell with fewer is judged across pair blocks. So
// is a cell with batches, where the instances of a batch share one time.
const timeInstances = 6

// byBlock reports whether times are judged across pair blocks.
func (u *units) byBlock() bool { return ByBlock(u.batch, len(u.instances)) }

// ByBlock reports whether times of a cell of this batch with so many instances are
// judged across pair blocks.
func ByBlock(batch, instances int) bool { return batch > 1 || instances < timeInstances }

// unit is what counts as one observation: all usable requests of an instance,
// or of a pair block.
type unit struct {
	requests []*result.Request
	seconds  []float64 // share of each request in the wall time; nil when unknown
}

// units are the requests of a cell, grouped.
type units struct {
	batch     int
	canvas    float64 // positions that the decoder works on together
	instances []unit  // by instance, in order of name
	timed     []unit  // the groups that times are judged by

	texts    *texts // what was written; nil for cost-only cells
	observed []coherence.Observation
	curves   []coherence.Curve   // by direction
	seed     uint64              // of the run
	tries    int                 // until the checker accepts; 1 for decoders that do not ask it
	heap     *result.Allocations // nil when allocations were not counted
	good     *result.Goodput     // limits of the run; nil without
	prices   result.Prices       // of the endpoint; zero without
	brief    bool                // requests may lack their words, and nothing is observed
	rated    bool                // choices are rated, and nothing is written
}

func newUnits(cell result.Cell, usable []*result.Request) *units {
	seconds := wallShares(cell, usable)
	u := &units{batch: cell.Batch, tries: tries(cell), canvas: float64(max(1, cell.Unit(cell.Budget))), rated: cell.Score != ""}
	if cell.Endpoint != nil {
		u.prices = cell.Endpoint.Prices
	}
	u.instances = group(usable, seconds, byInstance)
	u.timed = u.instances
	if u.byBlock() {
		u.timed = group(usable, seconds, func(a, b *result.Request) int { return cmp.Compare(a.PairBlock, b.PairBlock) })
	}
	return u
}

// lacking lists the counters of a metric that some request does not know: the
// metric is then unknown, because the mean of the others is another metric.
func (u *units) lacking(d result.Metric) []usage.Counter {
	return slices.DeleteFunc(slices.Clone(d.Counters), func(c usage.Counter) bool {
		return !slices.ContainsFunc(u.instances, func(inst unit) bool {
			return slices.ContainsFunc(inst.requests, func(q *result.Request) bool { return !q.Usage[c].Known() })
		})
	})
}

func byInstance(a, b *result.Request) int { return cmp.Compare(a.Instance, b.Instance) }

// group sorts requests by the key, then by repetition, and cuts them into units.
func group(requests []*result.Request, seconds []float64, key func(a, b *result.Request) int) []unit {
	order := make([]int, len(requests))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := requests[i], requests[j]
		return cmp.Or(key(a, b), cmp.Compare(a.Repetition, b.Repetition), cmp.Compare(a.Instance, b.Instance))
	})
	var out []unit
	for n, i := range order {
		if n == 0 || key(requests[order[n-1]], requests[i]) != 0 {
			out = append(out, unit{})
		}
		last := &out[len(out)-1]
		last.requests = append(last.requests, requests[i])
		if seconds != nil {
			last.seconds = append(last.seconds, seconds[i])
		}
	}
	return out
}

// wallShares returns, for each request, its share in the wall time in seconds:
// the time of its batch divided by the requests in the batch, NaN where the
// request says that its times do not count. It is nil if any other time is
// missing, because a sum over some of them would be wrong.
func wallShares(cell result.Cell, usable []*result.Request) []float64 {
	type batch struct{ repetition, block int }
	sizes := map[batch]int{}
	for _, q := range usable {
		sizes[batch{q.Repetition, q.PairBlock}]++
	}
	out := make([]float64, len(usable))
	for i, q := range usable {
		switch {
		case q.Void != "":
			out[i] = math.NaN()
		case q.BatchNs != nil:
			size := q.BatchSize
			if size == 0 {
				size = min(sizes[batch{q.Repetition, q.PairBlock}], max(1, cell.Batch))
			}
			out[i] = float64(*q.BatchNs) / 1e9 / float64(size)
		case q.E2ENs != nil && cell.Batch <= 1:
			out[i] = float64(*q.E2ENs) / 1e9
		default:
			return nil
		}
	}
	overlapping(usable, out)
	return out
}

// overlapping corrects shares in the wall time of sessions under load in which several
// batches were at work at once: their sum is the time in which any was.
func overlapping(requests []*result.Request, seconds []float64) {
	start := func(i int) int64 {
		at := *requests[i].IntendedNs
		if wait := requests[i].QueueNs; wait != nil { // unknown in some imported records, which begin when they were sent
			at += *wait
		}
		return at
	}
	var sent []int
	for i, q := range requests {
		if q.IntendedNs != nil && q.BatchNs != nil {
			sent = append(sent, i)
		}
	}
	for _, session := range Groups(sent, func(i int) int { return requests[i].Repetition }) {
		slices.SortFunc(session, func(i, j int) int { return cmp.Compare(start(i), start(j)) })
		var begun, end, busy int64 // of the one before; until when any worked; ns
		spent, several := 0.0, false
		for n, i := range session {
			from, to := start(i), start(i)+*requests[i].BatchNs
			alone := seconds[i] == float64(*requests[i].BatchNs)/1e9
			several = several || n > 0 && from < end && (from != begun || alone) // those of one batch began together
			busy += max(0, to-max(from, end))
			begun, end, spent = from, max(end, to), spent+seconds[i]
		}
		for _, i := range session {
			if several {
				seconds[i] *= float64(busy) / 1e9 / spent
			}
		}
	}
}

type field = result.Field

// mean is the mean of a field over the requests of the unit that have it.
func (u unit) mean(f field) (float64, bool) {
	total, n := 0.0, 0
	for _, q := range u.requests {
		if x, ok := f(q); ok {
			total += x
			n++
		}
	}
	return total / float64(max(n, 1)), n > 0
}

// means lists the means of the units that have the field.
func means(us []unit, f field) []float64 {
	var xs []float64
	for _, u := range us {
		if x, ok := u.mean(f); ok {
			xs = append(xs, x)
		}
	}
	return xs
}

// sums lists the sums of two fields over each unit, over the requests that
// have both.
func sums(us []unit, num, den field) (nums, dens []float64) {
	for _, u := range us {
		var n, d float64
		any := false
		for _, q := range u.requests {
			x, okX := num(q)
			y, okY := den(q)
			if okX && okY {
				n, d, any = n+x, d+y, true
			}
		}
		if any {
			nums, dens = append(nums, n), append(dens, d)
		}
	}
	return nums, dens
}

// each lists a field over all requests that have it.
func (u *units) each(f field) []float64 {
	var xs []float64
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			if x, ok := f(q); ok {
				xs = append(xs, x)
			}
		}
	}
	return xs
}

// rate lists a count and seconds of wall time by unit; nothing where a time is missing.
func (u *units) rate(count field) (counts, seconds []float64) {
	for _, t := range u.timed {
		if t.seconds == nil || u.rated {
			return nil, nil
		}
		var n, s float64
		for i, q := range t.requests {
			if !math.IsNaN(t.seconds[i]) {
				x, _ := count(q)
				n, s = n+x, s+t.seconds[i]
			}
		}
		if s > 0 {
			counts, seconds = append(counts, n), append(seconds, s)
		}
	}
	return counts, seconds
}

// sessions lists a count and the seconds of each session under load: from its
// beginning to the end of its last request.
func (u *units) sessions(count field) (counts, seconds []float64) {
	at := map[int]int{} // by repetition
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			if q.IntendedNs == nil || q.QueueNs == nil || q.E2ENs == nil {
				continue
			}
			i, ok := at[q.Repetition]
			if !ok {
				i = len(counts)
				at[q.Repetition] = i
				counts, seconds = append(counts, 0), append(seconds, 0)
			}
			x, _ := count(q)
			counts[i] += x
			seconds[i] = max(seconds[i], float64(*q.IntendedNs+*q.QueueNs+*q.E2ENs)/1e9)
		}
	}
	return counts, seconds
}
