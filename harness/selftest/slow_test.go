package selftest

import (
	"context"
	"testing"
	"time"

	"dllmbench/engines"
)

// passes is an engine whose passes take a fixed time by their own account.
type passes struct {
	took  time.Duration
	count int
}

func (passes) Info() engines.Info { return engines.Info{} }

func (p passes) Generate(_ context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	for pass := range p.count {
		for i := range batch {
			sink.Event(&engines.Event{Request: i, Pass: pass, Forward: p.took})
		}
	}
	return make([]engines.Result, len(batch)), nil
}

// TestSlowEngineTurnsForEachPass checks how much work is added, by the number of
// turns of the loop and not by the clock: as many again for each pass, none for
// a share of 0, and once for a pass that a batch shares.
func TestSlowEngineTurnsForEachPass(t *testing.T) {
	turnsOf := func(share float64, batch, count int) int {
		s := &SlowEngine{Engine: passes{took: time.Microsecond, count: count}, share: share, rate: 100, least: map[shape]time.Duration{}}
		if _, err := s.Generate(t.Context(), make([]engines.Request, batch), nil); err != nil {
			t.Fatal(err)
		}
		x := uint64(1) // count the turns that lead to the number that was left
		for turns := range 10_000 {
			if x == s.waste || s.waste == 0 {
				return turns
			}
			x = x*6364136223846793005 + 1442695040888963407
			if (turns+1)%int(share*100_000) == 0 && x != s.waste {
				x |= 1
			}
		}
		return -1
	}
	for _, c := range []struct {
		share              float64
		batch, count, want int
	}{
		{0.01, 1, 1, 1000}, {0.01, 1, 3, 3000}, {0.01, 4, 3, 3000}, {0.03, 2, 1, 3000},
	} {
		if got := turnsOf(c.share, c.batch, c.count); got != c.want {
			t.Errorf("share %v, batch of %d, %d passes: %d turns, want %d", c.share, c.batch, c.count, got, c.want)
		}
	}
	still := &SlowEngine{Engine: passes{took: time.Hour, count: 5}, rate: 100, least: map[shape]time.Duration{}}
	if _, err := still.Generate(t.Context(), make([]engines.Request, 1), nil); err != nil || still.waste != 1 {
		t.Errorf("error %v; a share of 0 turned the loop: %d", err, still.waste)
	}
	// A pass that was held up is no longer work than its like: the least counts.
	held := &SlowEngine{Engine: passes{took: time.Microsecond, count: 1}, share: 0.01, rate: 100, least: map[shape]time.Duration{}}
	for _, took := range []time.Duration{time.Microsecond, 50 * time.Microsecond} {
		held.Engine = passes{took: took, count: 1}
		if _, err := held.Generate(t.Context(), make([]engines.Request, 1), nil); err != nil {
			t.Fatal(err)
		}
		if least := held.least[shape{}]; least != time.Microsecond {
			t.Errorf("after a pass of %v the least is %v", took, least)
		}
	}
	s := Slow(passes{}, 0.1, time.Now)
	if s.rate <= 0 {
		t.Errorf("%v turns a nanosecond", s.rate)
	}
}
