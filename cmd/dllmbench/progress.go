package main

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// A display shows how far a long command is.
type display interface {
	update(progressStep)
	// finish takes the display away; nothing may be shown afterwards.
	finish()
}

// progressStep is what a display shows.
type progressStep struct {
	done, total   int           // units of work
	elapsed, left time.Duration // left is negative while nothing is known
	now           string        // what is worked on
}

// remaining says how much time is left, in words.
func (p *progressStep) remaining() string {
	if p.left < 0 {
		return "time left unknown"
	}
	return p.left.Round(time.Second).String() + " left"
}

// newDisplay makes the display of a --progress flag: "plain" lines, "none", or
// "auto": a bar when w is a terminal and plain lines when it is not.
func newDisplay(mode string, w io.Writer) display {
	switch {
	case mode == "none":
		return silent{}
	case mode == "auto" && isTerminal(w):
		return newBar(w)
	default:
		return &lines{w: w, last: -lineEvery}
	}
}

type silent struct{}

func (silent) update(progressStep) {}
func (silent) finish()             {}

// lineEvery is the shortest time between two progress lines.
const lineEvery = 5 * time.Second

// lines prints one line every few seconds, for logs and pipes.
type lines struct {
	w    io.Writer
	last time.Duration
}

func (l *lines) update(p progressStep) {
	if p.done < p.total && p.elapsed-l.last < lineEvery {
		return
	}
	l.last = p.elapsed
	fmt.Fprintf(l.w, "[%*d/%d] %s gone, %s: %s\n", len(fmt.Sprint(p.total)), p.done, p.total,
		p.elapsed.Round(time.Second), p.remaining(), visible(p.now))
}

func (*lines) finish() {}

// bar is a live bar with the time left, for terminals.
type bar struct {
	out     progress.Writer
	tracker *progress.Tracker
}

func newBar(w io.Writer) *bar {
	b := &bar{progress.NewWriter(), &progress.Tracker{Message: "preparing", AutoStopDisabled: true}}
	b.out.SetOutputWriter(w)
	b.out.SetMessageLength(56)
	b.out.SetTrackerLength(24)
	b.out.SetUpdateFrequency(200 * time.Millisecond)
	b.out.SetStyle(progress.StyleBlocks)
	b.out.Style().Options.TimeInProgressPrecision = time.Second
	b.out.AppendTracker(b.tracker)
	go b.out.Render()
	for !b.out.IsRenderInProgress() { // a bar that has not started cannot be stopped
		time.Sleep(time.Millisecond)
	}
	return b
}

func (b *bar) update(p progressStep) {
	b.tracker.UpdateTotal(int64(p.total))
	b.tracker.SetValue(int64(p.done))
	b.tracker.UpdateMessage(p.remaining() + ", " + visible(p.now))
}

func (b *bar) finish() {
	b.tracker.MarkAsDone()
	for b.out.IsRenderInProgress() {
		b.out.Stop()
		time.Sleep(5 * time.Millisecond)
	}
}
