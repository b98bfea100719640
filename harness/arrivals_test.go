package harness

import (
	"context"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/load"
)

// waiting is the fake clock as a session sees it: waiting moves it.
type waiting struct{ *clock }

func (w waiting) Now() time.Duration { return w.clock.Now().Sub(time.Unix(1_800_000_000, 0)) }
func (w waiting) Until(ctx context.Context, moment time.Duration) error {
	if left := moment - w.Now(); left > 0 {
		w.clock.pass(left)
	}
	return ctx.Err()
}

// loaded is a lab whose runs are under a load.
func loaded(p load.Process) *lab {
	l := &lab{clock: newClock()}
	l.options = func(o *Options) { o.Arrivals, o.waiting = &p, waiting{l.clock} }
	return l
}

func TestLoadOffline(t *testing.T) {
	p, l := plan(t, fourInstances), loaded(load.Process{Kind: "offline"})
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || len(s.file.Requests) != 48 || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, %d requests, %+v", s.err, len(s.file.Requests), s.summary)
	}
	// A block is A B C C B A, each letter a session of four requests.
	timed := l.calls[warmups:]
	if got := labels(timed[:24]); got != "aaaabbbbccccccccbbbbaaaa" && got != "ccccbbbbaaaaaaaabbbbcccc" {
		t.Errorf("order %s", got)
	}
	for i, r := range s.file.Requests {
		// Everything comes at once and takes 10 ms: the i-th waits for those before it.
		want := time.Duration(i%4) * 10 * time.Millisecond
		if got := time.Duration(*r.QueueNs); got < want || got > want+time.Millisecond || *r.IntendedNs != 0 || *r.E2ENs != 10e6 || r.PairBlock != i/24 || !*r.Exact {
			t.Errorf("request %d: queue %v, %+v", i, got, r)
		}
	}
	if s.file.Requests[0].Instance == s.file.Requests[1].Instance {
		t.Error("a session sends the same instance twice")
	}
}

func TestLoadPoisson(t *testing.T) {
	p, l := plan(t, fourInstances), loaded(load.Process{Kind: "poisson", Rate: 1})
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil {
		t.Fatal(s.err)
	}
	came := map[int]map[string]int64{} // by block and instance
	last := int64(0)
	for _, r := range s.file.Requests {
		if came[r.PairBlock] == nil {
			came[r.PairBlock] = map[string]int64{}
		}
		if at, ok := came[r.PairBlock][r.Instance]; ok && at != *r.IntendedNs {
			t.Errorf("a request comes at %d to one cell and at %d to another", at, *r.IntendedNs)
		}
		came[r.PairBlock][r.Instance] = *r.IntendedNs
		last = max(last, *r.IntendedNs)
	}
	if last < int64(time.Second) {
		t.Errorf("four arrivals at one a second are over after %v", time.Duration(last))
	}
}

func TestLoadIsResumedBySession(t *testing.T) {
	p, l, path := plan(t, fourInstances), loaded(load.Process{Kind: "concurrency", Clients: 2}), newFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	l.behave = func(ctx context.Context, _ string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if n == warmups+7 { // in the second session
			cancel()
			return nil, ctx.Err(), true
		}
		return nil, nil, false
	}
	first := run(t, ctx, p, l, path, false)
	if len(first.file.Requests) != 4 {
		t.Fatalf("%d requests are kept, want those of the first session", len(first.file.Requests))
	}
	l2 := loaded(load.Process{Kind: "concurrency", Clients: 2})
	second := run(t, t.Context(), p, l2, path, true)
	if second.err != nil || len(second.file.Requests) != 48 || len(l2.calls) != warmups+44 {
		t.Errorf("error %v, %d requests, %d calls", second.err, len(second.file.Requests), len(l2.calls))
	}
}

func TestLoadFailures(t *testing.T) {
	p, l := plan(t, fourInstances), loaded(load.Process{Kind: "single_stream"})
	l.behave = func(_ context.Context, label string, n int, _ []engines.Request) ([]engines.Result, error, bool) {
		if label == "b" && n > warmups {
			panic("no")
		}
		return nil, nil, false
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || s.summary.Failed != giveUp || len(s.summary.Invalid) != 1 || len(s.file.Requests) != 32+giveUp {
		t.Errorf("error %v, %d requests, %+v", s.err, len(s.file.Requests), s.summary)
	}
}

// TestLoadBatches: those that wait are decoded together, at most as many as the
// cell's batch; each has its own latency, and the client of a closed loop sends
// its next request when its own answer is there.
func TestLoadBatches(t *testing.T) {
	text := strings.Replace(fourInstances, "repeats: 2", "repeats: 1, batch: 2", 1)
	p, l := plan(t, text), loaded(load.Process{Kind: "offline"})
	l.behave = func(_ context.Context, _ string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		var results []engines.Result
		for i, r := range batch {
			a := answer(r, r.Prompt)
			a.Elapsed = time.Duration(6+4*i) * time.Millisecond
			for k := range a.CommitNs {
				a.CommitNs[k] = min(a.CommitNs[k], int64(a.Elapsed))
			}
			results = append(results, a)
		}
		l.clock.pass(10 * time.Millisecond)
		return results, nil, true
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	if s.err != nil || len(s.file.Requests) != 24 || len(s.summary.Invalid) != 0 || s.summary.Failed != 0 {
		t.Fatalf("error %v, %d requests, %+v", s.err, len(s.file.Requests), s.summary)
	}
	for i, r := range s.file.Requests {
		queue, e2e := time.Duration(i%4/2)*10*time.Millisecond, time.Duration(6+4*(i%2))*time.Millisecond
		if got := time.Duration(*r.QueueNs); got < queue || got > queue+time.Millisecond || time.Duration(*r.E2ENs) != e2e || r.BatchSize != 0 {
			t.Errorf("request %d waited %v and took %v, batch of %d; want %v and %v", i, got, time.Duration(*r.E2ENs), r.BatchSize, queue, e2e)
		}
	}
	// A single client never has two requests in the system: batches of one.
	l2 := loaded(load.Process{Kind: "single_stream"})
	one := run(t, t.Context(), plan(t, text), l2, newFile(t), false)
	if one.err != nil || len(one.file.Requests) != 24 {
		t.Fatal(one.err)
	}
	for _, r := range one.file.Requests {
		if r.BatchSize != 1 || *r.QueueNs > int64(time.Millisecond) {
			t.Errorf("%+v", r)
		}
	}
}
