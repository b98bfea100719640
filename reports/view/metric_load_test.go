package view

import (
	"math"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

func ns(ms float64) *int64 {
	n := int64(ms * 1e6)
	return &n
}

// delivered is a request that came at once, waited, and was answered right.
func delivered(queue, ttft, e2e float64, chunks ...[2]int64) result.Request {
	yes, all := true, 1.0
	return result.Request{IntendedNs: ns(0), QueueNs: ns(queue), TTFTNs: ns(ttft), E2ENs: ns(e2e), Chunks: chunks, Exact: &yes, Partial: &all,
		Usage: usage.Tally{usage.UsefulTokens: 4}.Usage()}
}

func TestTimesPerToken(t *testing.T) {
	for _, tt := range []struct {
		name             string
		chunks           [][2]int64 // in ms
		tpot, icl, worst float64    // NaN: unknown
	}{
		{"one at a time", [][2]int64{{10, 1}, {20, 1}, {30, 1}, {40, 1}}, 10, 10, 10},
		{"blocks of two", [][2]int64{{20, 2}, {40, 2}}, 10, 20, 20},
		{"a burst behind the first", [][2]int64{{10, 1}, {40, 3}}, 10, 30, 30},
		{"a stall", [][2]int64{{10, 1}, {15, 1}, {35, 1}, {40, 1}}, 10, 10, 20},
		{"all at once", [][2]int64{{40, 4}}, math.NaN(), math.NaN(), math.NaN()},
		{"nothing", nil, math.NaN(), math.NaN(), math.NaN()},
	} {
		q := delivered(0, 10, 40)
		for _, c := range tt.chunks {
			q.Chunks = append(q.Chunks, [2]int64{c[0] * 1e6, c[1]})
		}
		for name, m := range map[string]struct {
			f    field
			want float64
		}{"tpot": {tpotMs, tt.tpot}, "icl": {iclMs, tt.icl}, "icl_max": {longestGapMs, tt.worst}} {
			if got, ok := m.f(&q); ok == math.IsNaN(m.want) || ok && math.Abs(got-m.want) > 1e-9 {
				t.Errorf("%s: %s is %v, %v, want %v", tt.name, name, got, ok, m.want)
			}
		}
		if got, _ := latencyPerToken(&q); got != 10 {
			t.Errorf("%s: %v ms a token", tt.name, got)
		}
	}
}

func TestGood(t *testing.T) {
	half := 0.5
	wrong := delivered(5, 10, 40)
	no := false
	wrong.Exact, wrong.Partial = &no, &half
	untimed := delivered(5, 10, 40)
	untimed.VoidTimes("slept")
	for _, tt := range []struct {
		name  string
		limit result.Goodput
		q     result.Request
		want  bool
	}{
		{"no limit", result.Goodput{}, wrong, true},
		{"in time", result.Goodput{TTFTNs: ns(15), E2ENs: ns(45)}, delivered(5, 10, 40), true},
		{"the wait counts for the first token", result.Goodput{TTFTNs: ns(14)}, delivered(5, 10, 40), false},
		{"and for the end", result.Goodput{E2ENs: ns(44)}, delivered(5, 10, 40), false},
		{"too slow behind the first", result.Goodput{TPOTNs: ns(9)}, delivered(0, 10, 40, [2]int64{10e6, 1}, [2]int64{40e6, 3}), false},
		{"all at once", result.Goodput{TPOTNs: ns(9)}, delivered(0, 40, 40, [2]int64{40e6, 4}), true},
		{"wrong", result.Goodput{Exact: true}, wrong, false},
		{"half right", result.Goodput{Partial: &half}, wrong, true},
		{"not measured", result.Goodput{E2ENs: ns(1e6)}, untimed, false},
	} {
		if got := isGood(&tt.limit, &tt.q); got != tt.want {
			t.Errorf("%s: good is %v", tt.name, got)
		}
	}
}

func TestGoodputOfSessions(t *testing.T) {
	u := &units{good: &result.Goodput{E2ENs: ns(100)}}
	for i := range 8 { // two sessions of four, 100 ms each
		q := delivered(20*float64(i%4), 10, 40)
		q.Repetition = i / 4
		u.instances = append(u.instances, unit{requests: []*result.Request{&q}})
	}
	good, seconds := u.sessions(func(q *result.Request) (float64, bool) { return 1, true })
	if len(good) != 2 || good[0] != 4 || math.Abs(seconds[1]-0.1) > 1e-9 {
		t.Errorf("%v in %v s", good, seconds)
	}
}

// TestRateOfOverlapping: where several requests are at work at once, a rate is that of the
// time in which any was, and of one after another the sum of their times.
func TestRateOfOverlapping(t *testing.T) {
	at := func(came, took float64) *result.Request {
		q := delivered(0, 1, took)
		q.IntendedNs, q.BatchNs = ns(came), ns(took)
		return &q
	}
	batch := func(came, took float64) *result.Request {
		q := at(came, took)
		q.BatchSize = 2
		return q
	}
	for _, tt := range []struct {
		name string
		list []*result.Request
		want float64 // ms
	}{
		{"one after another", []*result.Request{at(0, 10), at(10, 20), at(50, 5)}, 35},
		{"in a batch", []*result.Request{batch(0, 10), batch(0, 10), batch(10, 20), batch(10, 20)}, 30},
		{"at the same moments", []*result.Request{at(0, 10), at(0, 10), at(0, 10)}, 10},
		{"overlapping", []*result.Request{at(0, 10), at(5, 10), at(8, 22), at(40, 5)}, 35},
		{"one within another", []*result.Request{at(0, 30), at(5, 10)}, 30},
	} {
		sum := 0.0
		for _, s := range wallShares(result.Cell{}, tt.list) {
			sum += s
		}
		if math.Abs(1e3*sum-tt.want) > 1e-9 {
			t.Errorf("%s: %g ms, want %g", tt.name, 1e3*sum, tt.want)
		}
	}
}

// TestBilled: what a server counts, and what that costs, for each right answer.
func TestBilled(t *testing.T) {
	wire := func(counts map[string]float64) *result.Request {
		return &result.Request{Wire: &result.Wire{Counts: counts}}
	}
	u := &units{prices: result.Prices{Input: 1, Cached: 0.5, Output: 10}}
	for _, tt := range []struct {
		q             *result.Request
		tokens, price float64 // NaN: unknown; the price in millionths
	}{
		{&result.Request{}, math.NaN(), math.NaN()},
		{wire(map[string]float64{"usage.prompt_tokens": 5}), math.NaN(), math.NaN()},
		{wire(map[string]float64{"usage.prompt_tokens": 8, "usage.completion_tokens": 3, "usage.total_tokens": 11}), 3, 38},
		{wire(map[string]float64{"usage.prompt_tokens": 8, "usage.completion_tokens": 3, "usage.total_tokens": 15}), 7, 78}, // thinking apart
		{wire(map[string]float64{"usage.prompt_tokens": 8, "usage.completion_tokens": 3, "usage.cached_input_tokens": 6}), 3, 35},
		{wire(map[string]float64{"usage.prompt_tokens": 8, "usage.completion_tokens": 3, "usage.prompt_tokens_details.cached_tokens": 99}), 3, 34},
	} {
		if n, known := billed(tt.q); known == math.IsNaN(tt.tokens) || known && n != tt.tokens {
			t.Errorf("%v: %g tokens, want %g", tt.q.Wire, n, tt.tokens)
		}
		if p, known := u.price(tt.q); known == math.IsNaN(tt.price) || known && math.Abs(1e6*p-tt.price) > 1e-6 {
			t.Errorf("%v: price %g, want %g", tt.q.Wire, 1e6*p, tt.price)
		}
	}
}

// TestServed: under load decoders are compared by what their requests took with their waits.
func TestServed(t *testing.T) {
	row := func(queue, e2e float64) *Row {
		var list []*result.Request
		for i := range 8 {
			q := delivered(queue*(1+float64(i%2)/10), 1, e2e*(1+float64(i%2)/10))
			q.Instance, q.BatchNs = string(rune('a'+i)), q.E2ENs
			list = append(list, &q)
		}
		return &Row{paired: newPaired(newUnits(result.Cell{}, list), "g")}
	}
	v := &View{}
	if e := v.Served(row(60, 20), row(10, 30)); e == nil || math.Abs(e.Value-2) > 1e-9 {
		t.Errorf("%+v, want twice as fast: 80 ms against 40", e)
	}
	free := row(1, 1)
	for i := range free.paired.runs {
		free.paired.runs[i].late = math.NaN()
	}
	if e := v.Served(free, free); e != nil {
		t.Errorf("without a load: %+v", e)
	}
}
