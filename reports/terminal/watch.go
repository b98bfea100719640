package terminal

import (
	"context"
	"fmt"
	"time"

	"dllmbench/engines"
)

// Watcher draws an answer after every pass and waits a little, so that eyes can
// follow.
type Watcher struct {
	*Canvas
	ctx    context.Context
	screen *Screen
	delay  time.Duration
}

// NewWatcher makes a watcher that draws on a screen, and explains its signs there.
func NewWatcher(ctx context.Context, canvas *Canvas, s *Screen, delay time.Duration) *Watcher {
	fmt.Fprintln(s.out, legend(s.styled))
	return &Watcher{canvas, ctx, s, delay}
}

// Event implements engines.Sink.
func (w *Watcher) Event(e *engines.Event) {
	w.Canvas.Event(e)
	w.screen.show(append([]string{w.title()}, w.lines(w.screen.styled, w.screen.width)...))
	if w.screen.live {
		pause(w.ctx, w.delay)
	}
}

// title says where decoding stands.
func (c *Canvas) title() string {
	what := string(c.pass.Phase)
	if c.pass.Block > 0 {
		what += fmt.Sprintf(", block %d", c.pass.Block+1)
	}
	return c.progress() + " (" + what + ")"
}

// progress counts passes and positions.
func (c *Canvas) progress() string {
	if c.hidden { // the budget is no plan
		return fmt.Sprintf("pass %d: %d written", c.nfe, len(c.cells)-c.pass.Masked)
	}
	return fmt.Sprintf("pass %d: %d written, %d to go", c.nfe, len(c.cells)-c.pass.Masked, c.pass.Masked)
}

// pause waits, or returns early when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
