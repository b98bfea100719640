package selftest

import (
	"context"
	"io"
	"math"
	"time"

	"dllmbench/engines"
)

// SlowEngine is an engine that does useless work after every forward pass: a
// real busy loop that takes a share of the time that such a pass takes when
// nothing disturbs it. The gate is tested with it. With a share of 0 it only
// watches, as the other side of such a test has to.
type SlowEngine struct {
	engines.Engine
	share float64
	rate  float64 // turns of the loop a nanosecond
	now   func() time.Time
	waste uint64 // what the loop computes, kept so that it is computed
	least map[shape]time.Duration
}

// shape tells passes apart that take different times. The least time of a shape
// is that of its work: what other programs took from a pass must not become work
// here, where they would take from it again.
type shape struct {
	phase engines.Phase
	rows  int64
}

// Slow measures how fast the loop turns on this machine.
func Slow(e engines.Engine, share float64, now func() time.Time) *SlowEngine {
	s := &SlowEngine{Engine: e, share: share, now: now, least: map[shape]time.Duration{}}
	const turns, tries = 100_000, 9
	least := time.Duration(math.MaxInt64)
	for range tries {
		start := now()
		s.spin(turns)
		least = min(least, now().Sub(start))
	}
	s.rate = turns / float64(max(least, 1))
	return s
}

// spin turns the loop.
func (s *SlowEngine) spin(turns int) {
	x := s.waste | 1
	for range turns {
		x = x*6364136223846793005 + 1442695040888963407
	}
	s.waste = x
}

// Generate decodes, and wastes time once after each pass, which a batch shares.
func (s *SlowEngine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	last := -1
	return s.Engine.Generate(ctx, batch, engines.SinkFunc(func(e *engines.Event) {
		if sink != nil {
			sink.Event(e)
		}
		if e.Pass == last {
			return
		}
		last = e.Pass
		kind, took := shape{e.Phase, e.QueryTokens}, e.Forward+e.Sampling
		if before, ok := s.least[kind]; ok {
			took = min(took, before)
		}
		s.least[kind] = took
		s.spin(int(s.share * float64(took) * s.rate))
	}))
}

// Close closes the engine inside.
func (s *SlowEngine) Close() error {
	if c, ok := s.Engine.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
