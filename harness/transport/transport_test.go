package transport

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dllmbench/engines"
)

// tokenEngine does what its function says, and counts how often it was closed.
type tokenEngine struct {
	generate func(ctx context.Context) ([]engines.Result, error)
	closed   atomic.Int64
}

func (e *tokenEngine) Info() engines.Info { return engines.Info{Capabilities: engines.InProcess()} }
func (e *tokenEngine) Generate(ctx context.Context, _ []engines.Request, _ engines.Sink) ([]engines.Result, error) {
	return e.generate(ctx)
}
func (e *tokenEngine) Close() error { e.closed.Add(1); return nil }

func TestPanicBreaksTheEngine(t *testing.T) {
	e := &tokenEngine{generate: func(context.Context) ([]engines.Result, error) { panic("no") }}
	a, err := Tokens(e, Gauges{Now: time.Now}).Send(t.Context(), Batch{})
	var crashed *PanicError
	if !errors.As(err, &crashed) || !a.Broken || a.Wall <= 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestStuckEngineIsLeftAtWork: an engine that does not return is never closed, and
// is not asked again.
func TestStuckEngineIsLeftAtWork(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	e := &tokenEngine{generate: func(context.Context) ([]engines.Result, error) { <-release; return nil, nil }}
	l := Tokens(e, Gauges{Now: time.Now, Grace: 10 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	for range 2 {
		if a, err := l.Send(ctx, Batch{}); !errors.Is(err, ErrStuck) || !a.Broken {
			t.Errorf("%+v, %v", a, err)
		}
	}
	if err := l.Close(); !errors.Is(err, ErrStuck) || e.closed.Load() != 0 {
		t.Errorf("closed %d times, %v", e.closed.Load(), err)
	}
	idle := &tokenEngine{}
	if err := Tokens(idle, Gauges{}).Close(); err != nil || idle.closed.Load() != 1 {
		t.Errorf("an idle engine is closed %d times, %v", idle.closed.Load(), err)
	}
}

// textEngine answers with the prompt in two parts, after a while.
type textEngine struct {
	inFlight int
	mu       sync.Mutex
	atWork   int
	most     int
}

func (e *textEngine) Info() engines.Info {
	return engines.Info{Capabilities: engines.Capabilities{Deliveries: engines.Append, InFlight: e.inFlight}}
}

func (e *textEngine) Write(ctx context.Context, r engines.TextRequest, deliver func(engines.Delivery)) (engines.TextResult, error) {
	e.mu.Lock()
	e.atWork++
	e.most = max(e.most, e.atWork)
	e.mu.Unlock()
	defer func() { e.mu.Lock(); e.atWork--; e.mu.Unlock() }()
	const wait = 5 * time.Millisecond
	deliver(engines.Delivery{At: wait, Text: r.Prompt[:1]})
	switch r.Prompt {
	case "fail":
		return engines.TextResult{}, errors.New("429 too many requests")
	case "panic":
		panic("no")
	case "wait":
		<-ctx.Done()
		return engines.TextResult{Text: "w", Finish: engines.FinishCancelled}, ctx.Err()
	}
	time.Sleep(wait)
	return engines.TextResult{Text: r.Prompt, Finish: engines.FinishStop, Elapsed: 2 * wait}, nil
}

func texts(prompts ...string) (b Batch) {
	for _, p := range prompts {
		b.Texts = append(b.Texts, engines.TextRequest{Prompt: p})
	}
	return b
}

func TestTextsInFlight(t *testing.T) {
	for _, inFlight := range []int{0, 1, 3} {
		e := &textEngine{inFlight: inFlight}
		a, err := Texts(e, Gauges{Now: time.Now}).Send(t.Context(), texts("one", "two", "three", "four"))
		if err != nil || len(a.Texts) != 4 || e.most != max(1, inFlight) {
			t.Fatalf("%d in flight: %d at once, %+v, %v", inFlight, e.most, a, err)
		}
		var got []string
		latest := time.Duration(0)
		for _, r := range a.Texts {
			got, latest = append(got, r.Text), max(latest, r.Elapsed)
			if len(r.Deliveries) != 1 || r.Deliveries[0].At > r.Elapsed || r.Elapsed < 10*time.Millisecond {
				t.Errorf("%d in flight: %+v", inFlight, r)
			}
		}
		if !slices.Equal(got, []string{"one", "two", "three", "four"}) {
			t.Errorf("%d in flight: %v", inFlight, got)
		}
		// What waits for a place has that in its time: four in a row take four times as long.
		if waited := latest >= 25*time.Millisecond; inFlight < 2 && !waited {
			t.Errorf("%d in flight: the last one took %v", inFlight, latest)
		}
	}
}

func TestTextFailuresAreTheirOwn(t *testing.T) {
	l := Texts(&textEngine{inFlight: 9}, Gauges{Now: time.Now})
	a, err := l.Send(t.Context(), texts("one", "fail", "panic"))
	var crashed *PanicError
	if err != nil || a.Texts[0].Err != nil || a.Texts[0].Text != "one" || a.Texts[1].Err == nil || !errors.As(a.Texts[2].Err, &crashed) || !a.Broken {
		t.Errorf("%+v, %v", a, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	a, err = l.Send(ctx, texts("one", "wait"))
	if !errors.Is(err, context.DeadlineExceeded) || a.Texts[0].Err != nil || !errors.Is(a.Texts[1].Err, context.DeadlineExceeded) ||
		!strings.HasPrefix(a.Texts[1].Text, "w") || len(a.Texts[1].Deliveries) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

// together answers a batch in one call, or dies.
type together struct{ *textEngine }

func (e together) Info() engines.Info {
	return engines.Info{Capabilities: engines.Capabilities{Deliveries: engines.Append, Together: true}}
}

func (e together) WriteBatch(_ context.Context, batch []engines.TextRequest, deliver func(int, engines.Delivery)) (list []engines.TextResult, err error) {
	for i, r := range batch {
		if r.Prompt == "die" {
			return nil, &DiedError{Reason: "it died"}
		}
		deliver(i, engines.Delivery{At: time.Second, Text: r.Prompt})
		list = append(list, engines.TextResult{Text: r.Prompt, Elapsed: time.Minute})
	}
	return list, nil
}

func TestTextsTogether(t *testing.T) {
	l := Texts(together{&textEngine{}}, Gauges{Now: time.Now})
	a, err := l.Send(t.Context(), texts("one", "two"))
	if err != nil || a.Broken || len(a.Texts) != 2 || a.Texts[1].Text != "two" || len(a.Texts[1].Deliveries) != 1 || a.Texts[1].Elapsed != time.Minute {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = l.Send(t.Context(), texts("one", "die"))
	if err != nil || !a.Broken || a.Texts[0].Err == nil || a.Texts[1].Err == nil {
		t.Errorf("an engine that died: %+v, %v", a, err)
	}
}
