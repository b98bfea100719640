package terminal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Answer is one of several answers that are shown side by side.
type Answer struct {
	Name   string
	Frames []*Canvas // after each pass
}

// Play shows answers being written on one time axis, slowed down so that the
// slowest one has the given delay between its passes on average. Where frames
// cannot replace each other it shows nothing.
func Play(ctx context.Context, s *Screen, all []Answer, delay time.Duration) {
	if !s.live {
		return
	}
	fmt.Fprintln(s.out, legend(s.styled))
	type moment struct {
		at   time.Duration
		who  int
		what *Canvas
	}
	var moments []moment
	longest, passes := time.Duration(1), 1
	for i, one := range all {
		for _, f := range one.Frames {
			moments = append(moments, moment{f.at(), i, f})
		}
		if n := len(one.Frames); n > 0 && one.Frames[n-1].at() > longest {
			longest, passes = one.Frames[n-1].at(), n
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return int(a.at - b.at) })
	slow := float64(delay) * float64(passes) / float64(longest)
	now := make([]*Canvas, len(all))
	for i, m := range moments {
		now[m.who] = m.what
		s.show(sideBySide(all, now, m.at, s))
		if i+1 < len(moments) {
			pause(ctx, time.Duration(float64(moments[i+1].at-m.at)*slow))
		}
	}
}

// sideBySide puts the answers into columns.
func sideBySide(all []Answer, now []*Canvas, at time.Duration, s *Screen) []string {
	width := max(8, (s.width-2*(len(all)-1))/len(all))
	columns := make([][]string, len(all))
	tallest := 0
	for i, one := range all {
		columns[i] = []string{text.Trim(one.Name, width), ""}
		if c := now[i]; c != nil {
			columns[i][1] = text.Trim(c.progress(), width)
			columns[i] = append(columns[i], c.lines(s.styled, width)...)
		}
		tallest = max(tallest, len(columns[i]))
	}
	lines := []string{fmt.Sprintf("%.2f ms", at.Seconds()*1e3)}
	for row := range tallest {
		var b strings.Builder
		for i, column := range columns {
			cell := ""
			if row < len(column) {
				cell = column[row]
			}
			if i+1 < len(columns) {
				cell = text.Pad(cell, width+2, ' ')
			}
			b.WriteString(cell)
		}
		lines = append(lines, b.String())
	}
	return lines
}

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

// pause waits, or returns early when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
