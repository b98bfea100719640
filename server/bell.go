package server

import (
	"runtime"
	"sync"
	"time"
)

// bell wakes the goroutine of a request when its answers have changed.
type bell struct {
	pace  time.Duration // between two rings that can wait, at least
	now   func() time.Time
	rings chan struct{} // of one place

	mu   sync.Mutex
	last time.Time
	set  bool // the timer rings
	late *time.Timer
}

func newBell(pace time.Duration, now func() time.Time) *bell {
	return &bell{pace: pace, now: now, rings: make(chan struct{}, 1)}
}

// ring wakes the goroutine and lets it run first. Otherwise it would wait behind the caller:
// one that decodes does not block between passes, whose threads take all processors.
func (b *bell) ring() {
	select {
	case b.rings <- struct{}{}:
		runtime.Gosched()
	default:
	}
}

// soon rings now, or when the last time is long enough ago.
func (b *bell) soon() {
	b.mu.Lock()
	now := b.now()
	wait := b.pace - now.Sub(b.last)
	switch {
	case wait <= 0:
		b.stop()
		b.last = now
	case b.set:
	case b.late == nil:
		b.late, b.set = time.AfterFunc(wait, b.overdue), true
	default:
		b.set = true
		b.late.Reset(wait)
	}
	b.mu.Unlock()
	if wait <= 0 {
		b.ring()
	}
}

func (b *bell) overdue() {
	b.mu.Lock()
	rings := b.set
	if b.set = false; rings {
		b.last = b.now()
	}
	b.mu.Unlock()
	if rings {
		b.ring()
	}
}

// stop takes back what the timer would ring for.
func (b *bell) stop() {
	if b.set {
		b.set = false
		b.late.Stop()
	}
}

// close lets the bell ring no more.
func (b *bell) close() {
	b.mu.Lock()
	b.stop()
	b.mu.Unlock()
}
