package view

import (
	"encoding/binary"
	"math"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// paired is what comparing a row with others needs of its requests: about 70 bytes for each,
// in a file beside those of a run whose requests are on disk too.
type paired struct {
	group   string // of the cell: blocks are numbered within it
	byBlock bool   // times are judged across pair blocks
	runs    []timedRun
	scores  []instanceScore // by instance, in the order of the units
	times   []float64       // means of the units of times that have one, in ms
	rate    [2][]float64    // useful tokens and seconds by unit of times, see [units.rate]
}

// timedRun is an instance in a pair block, both named, with the mean logarithm
// of its times, of the useful tokens that it wrote, and of its times from the moment at
// which its requests came (NaN without a load).
type timedRun struct {
	timeUnit
	log, tokens, late float64
}

// each is the logarithm of the time, or of the time per useful token.
func (r timedRun) each(perToken bool) float64 {
	if perToken {
		return r.log - r.tokens
	}
	return r.log
}

// instanceScore is the share of its runs in which an instance was solved (NaN where it is not
// known), the sums of what they counted, the mean logarithm of their times in seconds (NaN for
// none) and their number.
type instanceScore struct {
	instance                                 result.Name
	exact, useful, passes, flops, seconds, n float64
}

// timeUnit names what times are judged by: an instance or a pair block.
type timeUnit struct {
	instance result.Name
	block    int
}

func newPaired(u *units, group string) *paired {
	p := &paired{group: group, byBlock: u.byBlock()}
	for _, inst := range u.instances {
		name := result.NameOf(inst.requests[0].Instance)
		for _, runs := range Groups(inst.requests, func(q *result.Request) int { return q.PairBlock }) {
			if log, timed := (unit{requests: runs}).mean(logNs); timed {
				tokens, _ := (unit{requests: runs}).mean(logTokens)
				late, loaded := (unit{requests: runs}).mean(logLatency)
				if !loaded {
					late = math.NaN()
				}
				p.runs = append(p.runs, timedRun{timeUnit{name, runs[0].PairBlock}, log, tokens, late})
			}
		}
		s := instanceScore{instance: name, n: float64(len(inst.requests)), exact: math.NaN(), seconds: math.NaN()}
		for _, q := range inst.requests {
			tokens, _ := useful(q)
			passes, _ := nfe(q)
			work, _ := flops(q)
			s.useful, s.passes, s.flops = s.useful+tokens, s.passes+passes, s.flops+work
		}
		if x, ok := inst.mean(exact); ok {
			s.exact = x
		}
		if x, ok := inst.mean(logSeconds); ok {
			s.seconds = x
		}
		p.scores = append(p.scores, s)
	}
	p.times = means(u.timed, e2eMs)
	p.rate[0], p.rate[1] = u.rate(useful)
	return p
}

// pack is all but the group as bytes, exactly.
func (p *paired) pack() []byte {
	data := make([]byte, 0, 32+48*len(p.runs)+64*len(p.scores)+8*len(p.times)+16*len(p.rate[0]))
	word := func(w uint64) { data = binary.LittleEndian.AppendUint64(data, w) }
	put := func(numbers ...float64) {
		for _, x := range numbers {
			word(math.Float64bits(x))
		}
	}
	for _, n := range []int{len(p.runs), len(p.scores), len(p.times), len(p.rate[0])} {
		word(uint64(n))
	}
	for _, r := range p.runs {
		data = append(data, r.instance[:]...)
		word(uint64(r.block))
		put(r.log, r.tokens, r.late)
	}
	for _, s := range p.scores {
		data = append(data, s.instance[:]...)
		put(s.exact, s.useful, s.passes, s.flops, s.seconds, s.n)
	}
	put(p.times...)
	put(p.rate[0]...)
	put(p.rate[1]...)
	return data
}

// unpack reads what pack wrote, into p.
func (p *paired) unpack(data []byte) {
	next := func(n int) []byte {
		part := data[:n]
		data = data[n:]
		return part
	}
	word := func() uint64 { return binary.LittleEndian.Uint64(next(8)) }
	number := func() float64 { return math.Float64frombits(word()) }
	p.runs, p.scores, p.times = make([]timedRun, word()), make([]instanceScore, word()), make([]float64, word())
	rates := word()
	for i := range p.runs {
		p.runs[i] = timedRun{timeUnit{result.Name(next(16)), int(word())}, number(), number(), number()}
	}
	for i := range p.scores {
		p.scores[i] = instanceScore{result.Name(next(16)), number(), number(), number(), number(), number(), number()}
	}
	if rates > 0 {
		p.rate = [2][]float64{make([]float64, rates), make([]float64, rates)}
	}
	for _, list := range [][]float64{p.times, p.rate[0], p.rate[1]} {
		for i := range list {
			list[i] = number()
		}
	}
}

// logNs makes the mean of a time a geometric one, as ratios of times are.
func logNs(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || *q.E2ENs <= 0 {
		return 0, false
	}
	return math.Log(float64(*q.E2ENs)), true
}

// logLatency is the same of the latency under load.
func logLatency(q *result.Request) (float64, bool) {
	ms, loaded := latencyMs(q)
	return math.Log(ms), loaded && ms > 0
}

// Served compares two usable rows of one point by the latency of their requests under load,
// or by that per useful token: how many times as fast b serves as a, with the waits. It is
// nil where there was no load, or too little to compare.
func (v *View) Served(a, b *Row) *stats.Estimate {
	late := func(p *paired) *paired {
		from := *p
		from.runs = nil
		for _, r := range p.runs {
			if !math.IsNaN(r.late) {
				from.runs = append(from.runs, timedRun{r.timeUnit, r.late, r.tokens, r.late})
			}
		}
		return &from
	}
	order, by := unitLogs(late(a.pairs()), late(b.pairs()), a.perToken)
	var logs []float64
	for _, u := range order {
		logs = append(logs, by[u])
	}
	e, err := stats.PairedRatio(logs)
	if err != nil {
		return nil
	}
	return &e
}

// unitLogs returns ln(time of a / time of b), or of times per useful token, by unit, and the units in the order of
// b; none where the two did not take turns. Runs are matched by instance and pair
// block; repetitions inside a block are averaged; then the matched pairs are averaged
// within the unit that times are judged by.
func unitLogs(a, b *paired, perToken bool) (order []timeUnit, byUnit map[timeUnit]float64) {
	if !place.InTurns(a.group, b.group) {
		return nil, nil
	}
	theirs := make(map[timeUnit]float64, len(a.runs))
	for _, r := range a.runs {
		theirs[r.timeUnit] = r.each(perToken)
	}
	byBlock := a.byBlock || b.byBlock
	total, n := make(map[timeUnit]float64, len(b.runs)), make(map[timeUnit]int, len(b.runs))
	for _, r := range b.runs {
		other, ok := theirs[r.timeUnit]
		if !ok {
			continue
		}
		u := timeUnit{instance: r.instance}
		if byBlock {
			u = timeUnit{block: r.block}
		}
		if n[u] == 0 {
			order = append(order, u)
		}
		total[u] += other - r.each(perToken)
		n[u]++
	}
	for u := range total {
		total[u] /= float64(n[u])
	}
	return order, total
}

// solved is the share of its runs in which each instance was solved.
func solved(p *paired) map[result.Name]float64 {
	all := make(map[result.Name]float64, len(p.scores))
	for _, s := range p.scores {
		if !math.IsNaN(s.exact) {
			all[s.instance] = s.exact
		}
	}
	return all
}
