package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"dllmbench/engines"

	"golang.org/x/term"
)

// screen shows frames one over the other on a terminal, and one after the other
// everywhere else.
type screen struct {
	out    io.Writer
	live   bool // a terminal: frames replace each other
	styled bool
	width  int
	height int
	drawn  int // lines of the frame that is shown
}

// newScreen prepares a screen on w.
func newScreen(w io.Writer) *screen {
	s := &screen{out: w, live: isTerminal(w), width: widthOf(w), height: 24}
	s.styled = s.live && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if f, ok := w.(*os.File); ok {
		if _, height, err := term.GetSize(int(f.Fd())); err == nil {
			s.height = height
		}
	}
	return s
}

// show replaces the frame. What does not fit the terminal is cut off at its top.
func (s *screen) show(lines []string) {
	if s.live {
		lines = lines[max(0, len(lines)-max(1, s.height-2)):]
		if s.drawn > 0 {
			fmt.Fprintf(s.out, "\x1b[%dA\x1b[J", s.drawn)
		}
	}
	fmt.Fprintln(s.out, strings.Join(lines, "\n"))
	s.drawn = len(lines)
}

// watcher draws an answer after every pass and waits a little, so that eyes can
// follow.
type watcher struct {
	*canvas
	ctx    context.Context
	screen *screen
	delay  time.Duration
}

// Event implements engines.Sink.
func (w *watcher) Event(e *engines.Event) {
	w.canvas.Event(e)
	w.screen.show(append([]string{w.title()}, w.lines(w.screen.styled, w.screen.width)...))
	if w.screen.live {
		pause(w.ctx, w.delay)
	}
}

// title says where decoding stands.
func (c *canvas) title() string {
	what := string(c.pass.Phase)
	if c.pass.Block > 0 {
		what += fmt.Sprintf(", block %d", c.pass.Block+1)
	}
	return c.progress() + " (" + what + ")"
}

// progress counts passes and positions.
func (c *canvas) progress() string {
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
