package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"

	"github.com/google/go-cmp/cmp"
)

// runs makes the timed requests of a cell in so many blocks; time gives the ms of
// each of the two runs of a block.
func runs(cell string, blocks int, time func(block, half int) float64) []result.Request {
	var list []result.Request
	for b := range blocks {
		for half := range 2 {
			ns := int64(1e6 * time(b, half))
			list = append(list, result.Request{Cell: cell, PairBlock: b, Repetition: 2*b + half, Instance: "i", Status: "success", E2ENs: &ns, Usage: usage.Tally{usage.UsefulTokens: 10}.Usage()})
		}
	}
	return list
}

func TestNoise(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	tests := []struct {
		name          string
		blocks        int
		time          func(block, half int) float64
		timing, warns string // in the findings; "" for none
	}{
		{"steady", 20, func(b, half int) float64 { return 10 + 0.01*float64(b) }, "", ""},
		{"drift between blocks is no noise", 20, func(b, half int) float64 { return 10 + float64(b) }, "", ""},
		{"wobbling by 20%", 20, func(b, half int) float64 { return 10 * (1 + 0.2*float64((b+half)%2)) }, "", "A/A noise: two runs of the same work differ by 20%"},
		{"chaos", 20, func(b, half int) float64 { return 10 * (1 + float64((b+half)%2)) }, "A/A noise: two runs of the same work differ by 100%", ""},
		{"chaos in too few blocks for any verdict", 6, func(b, half int) float64 { return 10 * (1 + float64((b+half)%2)) }, "", "A/A noise: two runs of the same work differ by 100%"},
		{"second run always slower", 20, func(b, half int) float64 { return 10 * (1 + 0.08*float64(half)) * (1 + 0.001*draw.Float64()) }, "A/A comparison: the second run of the same work takes 1.08", ""},
		{"a difference within the margin", 20, func(b, half int) float64 { return 10 * (1 + 0.03*float64(half)) }, "", ""},
		{"too few blocks to say", 3, func(b, half int) float64 { return 10 * (1 + 9*float64(half)) }, "", ""},
	}
	for _, tt := range tests {
		var f finding
		f.noise(runs("c", tt.blocks, tt.time))
		for _, part := range []struct {
			got  []string
			want string
		}{{f.Timing, tt.timing}, {f.Warnings, tt.warns}} {
			if text := strings.Join(part.got, "; "); (text == "") != (part.want == "") || !strings.Contains(text, part.want) {
				t.Errorf("%s: %q, want %q", tt.name, text, part.want)
			}
		}
		if (f.Noise == nil) != (tt.blocks < noiseBlocks) || len(f.Reasons) > 0 {
			t.Errorf("%s: %+v", tt.name, f)
		}
	}
}

// TestNoiseOfSteadyMachinesDoesNotAlarm draws A/A comparisons without any
// difference: the two rules must keep quiet.
func TestNoiseOfSteadyMachinesDoesNotAlarm(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	alarms := 0
	for range 500 {
		var f finding
		f.noise(runs("c", 12, func(int, int) float64 { return 10 * (1 + 0.1*draw.ExpFloat64()) }))
		alarms += len(f.Timing)
	}
	if alarms > 5 {
		t.Errorf("%d of 500 comparisons of equal runs spoil the times", alarms)
	}
}

func TestSurroundings(t *testing.T) {
	p := plan(t, strings.Replace(fourInstances, "repeats: 2", "repeats: 4", 1))
	g := &p.Groups[0]
	id := g.Cells[0].ID
	share := func(x float64) *float64 { return &x }
	session := func(n int, host string, step int64) result.Session {
		return result.Session{Session: n, Env: result.Env{Host: host, ClockNs: step}}
	}
	requests := runs(id, 8, func(int, int) float64 { return 10 })
	later := slices.Clone(requests)
	for i := 5; i < len(later); i++ {
		later[i].Session = 1
	}
	tests := []struct {
		name          string
		e             *result.File
		timing, warns string
	}{
		{"nothing known", &result.File{Requests: requests}, "", ""},
		{"quiet", &result.File{Requests: requests, Sessions: []result.Session{session(0, "a", 40)}, Activities: []result.Activity{{Group: id, Pressure: share(0.01), Steal: share(0), MHzLow: share(2900), MHzHigh: share(3000)}}}, "", ""},
		{"load", &result.File{Requests: requests, Sessions: nil, Activities: []result.Activity{{Group: id, Pressure: share(0.6)}}}, "", "in 60% of the time some task waited"},
		{"load of another group", &result.File{Requests: requests, Sessions: nil, Activities: []result.Activity{{Group: "x", Pressure: share(0.6)}}}, "", ""},
		{"steal", &result.File{Requests: requests, Sessions: nil, Activities: []result.Activity{{Group: id, Steal: share(0.1)}}}, "", "gave 10% of the processor time"},
		{"frequency", &result.File{Requests: requests, Sessions: nil, Activities: []result.Activity{{Group: id, MHzLow: share(1000), MHzHigh: share(3000)}}}, "", "between 1000 and 3000 MHz"},
		{"coarse clock", &result.File{Requests: requests, Sessions: []result.Session{session(0, "a", 1e6)}, Activities: nil}, "too coarse", ""},
		{"fair clock", &result.File{Requests: requests, Sessions: []result.Session{session(0, "a", 2e4)}, Activities: nil}, "", "clock moves in steps of 20µs"},
		{"continued", &result.File{Requests: later, Sessions: []result.Session{session(0, "a", 1), session(1, "a", 1)}, Activities: nil}, "", "1 of 8 blocks were begun in one session"},
		{"continued in isolation", &result.File{Requests: later, Sessions: []result.Session{session(0, "a", 1), {Session: 1, Env: result.Env{Host: "a"}, Isolated: true}}}, "in processes of their own", "1 of 8 blocks were begun in one session"},
		{"continued elsewhere", &result.File{Requests: later, Sessions: []result.Session{session(0, "a", 1), session(1, "b", 1)}, Activities: nil}, "measured on 2 hosts", ""},
	}
	for _, tt := range tests {
		v := Audit(p, tt.e)[0]
		if text := strings.Join(v.Timing, "; "); (text == "") != (tt.timing == "") || !strings.Contains(text, tt.timing) {
			t.Errorf("%s: timing %q, want %q", tt.name, text, tt.timing)
		}
		if text := strings.Join(v.Warnings, "; "); !strings.Contains(text, tt.warns) || tt.warns == "" && strings.Contains(text, "foreign") {
			t.Errorf("%s: warnings %q, want %q", tt.name, text, tt.warns)
		}
	}
}

// TestIsolationDoesNotMix interrupts a run and continues it with isolated cells: what
// is not finished is measured again, what is finished stays.
func TestIsolationDoesNotMix(t *testing.T) {
	p := plan(t, strings.Replace(fourInstances, "rungs: [two]", "rungs: [two, four]", 1))
	l, path := &lab{clock: newClock()}, newFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	l.behave = func(ctx context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+48+warmups+10 { // in the second group
			cancel()
			return nil, ctx.Err(), true
		}
		return nil, nil, false
	}
	if first := run(t, ctx, p, l, path, false); len(first.file.Requests) != 48+9 {
		t.Fatalf("%d requests before the interruption, %v", len(first.file.Requests), first.err)
	}
	l.options = func(o *Options) { o.Session.Isolated = true }
	s := run(t, t.Context(), p, l, path, true)
	sessions := map[string]map[int]int{}
	for _, r := range s.file.Requests {
		if sessions[r.Rung] == nil {
			sessions[r.Rung] = map[int]int{}
		}
		sessions[r.Rung][r.Session]++
	}
	if diff := cmp.Diff(map[string]map[int]int{"two": {0: 48}, "four": {1: 48}}, sessions); diff != "" {
		t.Errorf("requests by rung and session: %s", diff)
	}
}

func TestLengthsDrift(t *testing.T) {
	p := plan(t, fourInstances)
	g := &p.Groups[0]
	g.Cells[0].Engine = "autoregressive"
	byCell := map[string][]result.Request{}
	for i, useful := range []int{10, 12, 11} {
		byCell[g.Cells[i].ID] = []result.Request{{Status: "success", Usage: usage.Usage{usage.UsefulTokens: usage.Known(useful)}}}
	}
	control := controlOf(g.Cells, func(cell string) []result.Request { return byCell[cell] })
	for i, want := range []int{0, 1, 0} {
		var f finding
		if f.lengths(g.Cells[i], byCell[g.Cells[i].ID], control); len(f.Warnings) != want {
			t.Errorf("cell %d: %v", i, f.Warnings)
		}
	}
}

func TestWarmth(t *testing.T) {
	ms := time.Millisecond
	for _, tt := range []struct {
		name   string
		walls  []time.Duration
		wanted int
		want   int // batches
	}{
		{"warm at once", []time.Duration{10 * ms, 10 * ms, 10 * ms}, 1, 2},
		{"getting faster", []time.Duration{100 * ms, 50 * ms, 30 * ms, 29 * ms, 20 * ms}, 1, 4},
		{"the scenario's number at least", []time.Duration{10 * ms, 10 * ms, 10 * ms, 10 * ms}, 3, 3},
		{"faster for ever", []time.Duration{256, 128, 64, 32, 16, 8, 4, 2, 1, 1, 1}, 1, 1 + moreBatches},
		{"long batches are warm", []time.Duration{time.Second, time.Millisecond}, 1, 1},
		{"no more time", []time.Duration{499 * ms, 300 * ms, 250 * ms, 10 * ms}, 1, 3},
	} {
		var w warmth
		n := 0
		for _, wall := range tt.walls {
			n++
			if w.note(wall, 1000, tt.wanted); w.done {
				break
			}
		}
		if n != tt.want || !w.done {
			t.Errorf("%s: %d batches, done %v, want %d", tt.name, n, w.done, tt.want)
		}
	}
	var w warmth // longer texts are not a sign of cold
	w.note(10*ms, 1000, 1)
	if w.note(30*ms, 3000, 1); !w.done {
		t.Error("a batch of three times the work in three times the time counts as colder")
	}
}

func TestDeliveries(t *testing.T) {
	gap := engines.Gap
	for _, tt := range []struct {
		name     string
		commit   []int64
		useful   int
		template []int32
		length   int
		chunks   [][2]int64
		ttfb     int64 // -1: unknown
	}{
		{"one at a time", []int64{1, 2, 3, 4}, 3, nil, 1, [][2]int64{{1, 1}, {2, 1}, {3, 1}}, 1},
		{"blocks", []int64{5, 5, 9, 9}, 4, nil, 2, [][2]int64{{5, 2}, {9, 2}}, 5},
		{"first position last", []int64{9, 2, 3, 1}, 4, nil, 4, [][2]int64{{9, 4}}, 9},
		{"a gap in the middle holds back", []int64{1, 8, 2, 9}, 4, nil, 4, [][2]int64{{1, 1}, {8, 2}, {9, 1}}, 9},
		{"never committed", []int64{1, -1, 2}, 3, nil, 3, [][2]int64{{1, 1}}, -1},
		{"behind the end", []int64{1, 2, 30, 40}, 1, nil, 4, [][2]int64{{1, 1}}, 2},
		{"fixed text is there", []int64{-1, 4, -1, 6}, 4, []int32{7, gap, 7, gap}, 2, [][2]int64{{4, 1}, {6, 1}}, 4},
		{"the block of the first gap", []int64{-1, -1, 4, 6}, 4, []int32{7, 7, gap, gap}, 2, [][2]int64{{4, 1}, {6, 1}}, 6},
		{"nothing", nil, 0, nil, 4, nil, -1},
	} {
		if diff := cmp.Diff(tt.chunks, deliveries(tt.commit, tt.useful, tt.template)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		got := firstBlock(tt.commit, tt.useful, tt.length, tt.template)
		if (got == nil) != (tt.ttfb < 0) || got != nil && *got != tt.ttfb {
			t.Errorf("%s: first block at %v, want %d", tt.name, got, tt.ttfb)
		}
	}
	// Blocks of two: on the canvas they are (7 a) (b 7) (c d); laid out for
	// fill-in-the-middle the fills a b | c d are (a b) (mark c) (d).
	res := engines.Result{CommitNs: []int64{0, 4, 5, 0, 6, 9}, Useful: 6}
	for infill, want := range map[string]int64{"left_to_right": 4, "fim": 5} {
		cell := result.Cell{Options: map[string]any{"block_length": 2, "infill": infill}}
		if got := firstBlockOf(cell, &res, []int32{7, gap, gap, 7, gap, gap}); got == nil || *got != want {
			t.Errorf("%s: first block at %v, want %d", infill, got, want)
		}
		if got := firstBlockOf(cell, &engines.Result{}, nil); got != nil {
			t.Errorf("the first block of an empty answer came at %d", *got)
		}
		if got := firstBlockOf(cell, &res, nil); got == nil || *got != 4 {
			t.Errorf("%s without template: first block at %v", infill, got)
		}
	}
	for options, want := range map[string]int{"block_length": 4, "steps": 12, "other": 1} {
		if got := (&result.Cell{Options: map[string]any{options: 4}}).Unit(12); got != want {
			t.Errorf("%s: block of %d, want %d", options, got, want)
		}
	}
}

// TestSleep has the machine sleep, or the process stopped, in the middle of a block.
func TestSleep(t *testing.T) {
	for want, sleep := range map[string]func(c *clock, slept *time.Duration){
		"the wall clock jumped by 1h0m0s against the monotonic clock": func(_ *clock, slept *time.Duration) { *slept = time.Hour },
		"the process did not run for 12s":                             func(c *clock, _ *time.Duration) { c.pass(12 * time.Second) },
	} {
		testSleep(t, want, sleep)
	}
}

func testSleep(t *testing.T, want string, sleep func(c *clock, slept *time.Duration)) {
	p, l, path := plan(t, fourInstances), &lab{clock: newClock()}, newFile(t)
	var slept time.Duration
	l.options = func(o *Options) {
		o.Stopped = measure.NewWatch(l.clock.Now, func() time.Time { return l.clock.pass(0).Add(slept) }).Stopped
	}
	l.behave = func(_ context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+9 { // the third of the six runs of the second block
			sleep(l.clock, &slept)
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, path, false)
	if s.err != nil || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, %+v", s.err, s.summary)
	}
	block := s.file.Requests[6].PairBlock
	void := 0
	for _, r := range s.file.Requests {
		if r.Void == "" && r.E2ENs == nil || r.Void != "" && (r.E2ENs != nil || r.Chunks != nil || !*r.Exact || r.PairBlock != block) {
			t.Errorf("block %d: %+v", r.PairBlock, r)
		}
		if r.Void != "" {
			void++
		}
	}
	if void != 6 {
		t.Errorf("%d requests have no times, want the 6 of the block", void)
	}
	if text := strings.Join(s.file.Validity[0].Warnings, "; "); !strings.Contains(text, "2 of 16 requests have no times: "+want) {
		t.Errorf("warnings: %s", text)
	}
}

// TestStopIsNoTimeout stops the process while a batch is decoded, for longer than the
// limit: the batch is decoded once more, and the decoder has no time-out.
func TestStopIsNoTimeout(t *testing.T) {
	p, l, path := plan(t, inTime(fourInstances)), &lab{clock: newClock()}, newFile(t)
	w := measure.NewWatch(l.clock.Now, l.clock.Now)
	l.options = func(o *Options) { o.Stopped = w.Stopped }
	l.behave = func(ctx context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+9 {
			<-ctx.Done()
			l.clock.pass(time.Minute)
			return nil, ctx.Err(), true
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, path, false)
	void := 0
	for _, r := range s.file.Requests {
		if r.Void != "" {
			void++
		}
	}
	if s.err != nil || s.summary.TimedOut != 0 || void != 6 || len(l.calls) != warmups+48+1 {
		t.Errorf("%v, %+v, %d void, %d calls", s.err, s.summary, void, len(l.calls))
	}
}

func TestStuckEngineEndsTheRun(t *testing.T) {
	p, l, path := plan(t, inTime(fourInstances)), &lab{clock: newClock()}, newFile(t)
	release := make(chan struct{})
	defer close(release)
	l.gauges.Grace = 20 * time.Millisecond
	l.behave = func(_ context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+5 {
			<-release
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, path, false)
	var stuck *StuckError
	if !errors.As(s.err, &stuck) || !strings.Contains(s.err.Error(), "--resume --isolate") || len(s.file.Requests) != 4 {
		t.Errorf("error %v, %d requests", s.err, len(s.file.Requests))
	}
	if n := l.closedAtWork.Load(); n > 0 {
		t.Errorf("%d engines were closed at work", n)
	}
}

// TestLateSender: times of requests that were not sent when they could have been are
// not used, unless that is little beside the latency.
func TestLateSender(t *testing.T) {
	for lag, valid := range map[time.Duration]bool{900 * time.Microsecond: true, 9 * time.Millisecond: true, 12 * time.Millisecond: false} {
		var requests []result.Request
		for i := range int64(40) {
			own, wait, e2e := int64(0), int64(50e6), 50e6+i
			if i < 4 {
				own = lag.Nanoseconds()
			}
			requests = append(requests, result.Request{Status: "success", LagNs: &own, QueueNs: &wait, E2ENs: &e2e})
		}
		f := finding{}
		if f.lag(result.Cell{}, requests); (len(f.Timing) == 0) != valid || len(f.Warnings) > 0 {
			t.Errorf("sent %v late with a latency of 100 ms: %v", lag, f.Timing)
		}
		if f.lag(result.Cell{Endpoint: &result.Endpoint{}}, requests); len(f.Warnings) != 1 { // half of the latency is waiting for a place
			t.Errorf("waits for a place in flight: %v", f.Warnings)
		}
	}
}

// TestClientError: times of endpoints are not used where the client's own error is a large part
// of the time to the first text.
func TestClientError(t *testing.T) {
	first := int64(50e6)
	shortest := firstText(result.Cell{Endpoint: &result.Endpoint{}}, []result.Request{{TTFTNs: &first}})
	for late, want := range map[int64][2]int{400e3: {0, 0}, 900e3: {0, 1}, 4e6: {0, 1}, 6e6: {1, 0}} {
		f := finding{}
		if f.client(&result.ClientError{P99Ns: late}, shortest); len(f.Timing) != want[0] || len(f.Warnings) != want[1] {
			t.Errorf("%d ns late: %+v", late, f.Validity)
		}
	}
	var f finding
	f.client(&result.ClientError{P99Ns: 1e9}, firstText(result.Cell{}, []result.Request{{TTFTNs: &first}}))
	f.client(nil, shortest)
	if len(f.Timing)+len(f.Warnings) > 0 {
		t.Errorf("%+v", f.Validity)
	}
}

func TestSessionsAndLoads(t *testing.T) {
	p, l, path := plan(t, fourInstances), &lab{clock: newClock()}, newFile(t)
	l.options = func(o *Options) {
		o.Session = result.Session{Started: "2026-01-02T03:04:05Z", Env: result.Env{Host: "h"}}
		o.Activity = func() measure.Activity { return measure.Activity{} }
		var joules int64
		o.Energy = func() *int64 { joules += 7; n := joules; return &n }
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.behave = func(ctx context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+3 {
			cancel()
			return nil, ctx.Err(), true
		}
		return nil, nil, false
	}
	run(t, ctx, p, l, path, false)
	l.behave = nil
	s := run(t, t.Context(), p, l, path, true)
	if len(s.file.Sessions) != 2 || s.file.Sessions[1].Session != 1 || s.file.Sessions[1].Env.Host != "h" || len(s.file.Activities) != 1 || s.file.Activities[0].Session != 1 {
		t.Fatalf("sessions %+v, loads %+v", s.file.Sessions, s.file.Activities)
	}
	for i, r := range s.file.Requests {
		if want := min(1, i/2); r.Session != want || *r.EnergyUJ != 7 || len(r.Chunks) == 0 || r.TTFBNs == nil {
			t.Errorf("request %d: %+v", i, r)
		}
	}
	if text := fmt.Sprint(s.file.Validity[0].Warnings); !strings.Contains(text, "1 of 8 blocks were begun in one session") {
		t.Errorf("warnings: %s", text)
	}
	run(t, t.Context(), p, l, path, true)
	if again, err := result.ReadFile(path); err != nil || len(again.Sessions) != 2 {
		t.Errorf("a finished run has %d sessions after another resume, %v", len(again.Sessions), err)
	}
}

// TestServers: times are not used where another server answers than before.
func TestServers(t *testing.T) {
	at := func(block int, address, name string) result.Request {
		return result.Request{PairBlock: block, Wire: &result.Wire{Address: address, Headers: map[string]string{"server": name}}}
	}
	for _, tt := range []struct {
		list         []result.Request
		void, remark string
	}{
		{[]result.Request{at(0, "10.0.0.1:80", "a"), at(1, "10.0.0.1:81", "a"), {}}, "", ""},
		{[]result.Request{at(0, "10.0.0.1:80", "a"), at(0, "10.0.0.2:80", "a"), at(1, "10.0.0.2:80", "a")}, "", "2 addresses"},
		{[]result.Request{at(0, "10.0.0.1:80", "a"), at(1, "10.0.0.2:80", "a")}, "10.0.0.1, 10.0.0.2", ""},
		{[]result.Request{at(0, "[::1]:80", "a"), at(1, "[::1]:80", "b")}, "a and b", ""},
	} {
		var f finding
		f.servers(result.Cell{Label: "far"}, tt.list)
		if got := strings.Join(f.Timing, " "); (got == "") != (tt.void == "") || !strings.Contains(got, tt.void) {
			t.Errorf("void: %q, want %q", got, tt.void)
		}
		if got := strings.Join(f.Warnings, " "); (got == "") != (tt.remark == "") || !strings.Contains(got, tt.remark) {
			t.Errorf("remark: %q, want %q", got, tt.remark)
		}
	}
}

// TestCachedPrompts: what a server took from its cache voids times, unless the options of the
// cell allow it.
func TestCachedPrompts(t *testing.T) {
	for name, want := range map[string]string{"usage.prompt_tokens_details.cached_tokens": "25%", "timings.cache_n": "25%", "usage.other": ""} {
		list := []result.Request{{Wire: &result.Wire{Counts: map[string]float64{"usage.prompt_tokens": 10}}}, {},
			{Wire: &result.Wire{Counts: map[string]float64{"usage.prompt_tokens": 10, name: 5}}}}
		var void, allowed finding
		void.cached(result.Cell{}, list)
		allowed.cached(result.Cell{Options: engines.Options{"cached_prompts": true}}, list)
		for i, got := range [][]string{void.Timing, allowed.Warnings} {
			if text := strings.Join(got, " "); (text == "") != (want == "") || !strings.Contains(text, want) {
				t.Errorf("%s: %d: %q", name, i, text)
			}
		}
		if void.Warnings != nil || allowed.Timing != nil {
			t.Errorf("%s: %v, %v", name, void.Warnings, allowed.Timing)
		}
	}
}

// TestEmptyAnswers: a cell of which most answers are empty says so, and which of them a stop
// text emptied, as a model's that begins what it writes with one.
func TestEmptyAnswers(t *testing.T) {
	empty := func(chars ...int) string {
		list := runs("c", len(chars), func(int, int) float64 { return 1 })[:len(chars)]
		for i := range list {
			list[i].Chars, list[i].Finish, list[i].Usage = &chars[i], "stop", usage.Tally{usage.CommittedTokens: 2}.Usage()
		}
		var f finding
		f.empty(result.Cell{Stop: []string{"\n#"}}, list)
		return strings.Join(f.Warnings, "; ")
	}
	if got, want := empty(0, 0, 3), `2 of 3 answers are empty, 2 of them because a stop text (["\n#"]) stands at their beginning`; got != want || !result.Telling(got) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := empty(0, 5, 3) + empty(); got != "" {
		t.Errorf("%q of few or no answers", got)
	}
}
