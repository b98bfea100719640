package measure

import (
	"strings"
	"testing"
	"time"
)

// TestWatch moves both clocks from one look to the next.
func TestWatch(t *testing.T) {
	for _, tt := range []struct {
		name       string
		mono, wall time.Duration // by which they move
		want       string
	}{
		{"a look in time", 100 * time.Millisecond, 100 * time.Millisecond, ""},
		{"a busy machine", 900 * time.Millisecond, 900 * time.Millisecond, ""},
		{"a clock that is slewed", 100 * time.Millisecond, 101 * time.Millisecond, ""},
		{"stopped and continued", 12 * time.Second, 12 * time.Second, "the process did not run for 12s"},
		{"asleep", 100 * time.Millisecond, time.Hour, "the wall clock jumped by 59m59.9s"},
		{"set back", 100 * time.Millisecond, -time.Hour, "the wall clock jumped by -1h0m0.1s"},
	} {
		mono, wall := time.Unix(1e9, 0), time.Unix(2e9, 0)
		w := NewWatch(func() time.Time { return mono }, func() time.Time { return wall })
		step := func(m, r time.Duration) { mono, wall = mono.Add(m), wall.Add(r) }
		start := mono
		step(50*time.Millisecond, 50*time.Millisecond)
		w.look()
		step(tt.mono, tt.wall)
		if got := w.Stopped(start); (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		later := mono
		step(50*time.Millisecond, 50*time.Millisecond)
		if got := w.Stopped(later); got != "" {
			t.Errorf("%s: what began later is void too: %s", tt.name, got)
		}
	}
	w := NewWatch(time.Now, time.Now)
	stop := w.Start()
	begun := time.Now()
	time.Sleep(3 * watchBeat)
	stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.last.After(begun) {
		t.Error("nobody looked at the clock")
	}
}
