package main

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// A display shows how far a long command is.
type display interface {
	// update says that done of total units of work are finished and what is
	// worked on now.
	update(done, total int, now string)
	// finish takes the display away; nothing may be shown afterwards.
	finish()
}

// newDisplay makes the display of a --progress flag: "plain" lines, "none", or
// "auto": a bar when w is a terminal and plain lines when it is not.
func newDisplay(mode string, w io.Writer, now func() time.Time) display {
	switch {
	case mode == "none":
		return silent{}
	case mode == "auto" && isTerminal(w):
		return newBar(w)
	default:
		return &lines{w: w, now: now, started: now()}
	}
}

type silent struct{}

func (silent) update(int, int, string) {}
func (silent) finish()                 {}

// lineEvery is the shortest time between two progress lines.
const lineEvery = 5 * time.Second

// lines prints one line every few seconds, for logs and pipes.
type lines struct {
	w             io.Writer
	now           func() time.Time
	started, last time.Time
}

func (l *lines) update(done, total int, now string) {
	at := l.now()
	if done < total && at.Sub(l.last) < lineEvery {
		return
	}
	l.last = at
	gone := at.Sub(l.started)
	fmt.Fprintf(l.w, "[%*d/%d] %s gone, %s left: %s\n", len(fmt.Sprint(total)), done, total,
		gone.Round(time.Second), timeLeft(gone, done, total), visible(now))
}

func (*lines) finish() {}

// timeLeft extrapolates from the time that the finished units took.
func timeLeft(gone time.Duration, done, total int) string {
	if done == 0 {
		return "unknown"
	}
	return (gone * time.Duration(total-done) / time.Duration(done)).Round(time.Second).String()
}

// bar is a live bar with the time left, for terminals.
type bar struct {
	out     progress.Writer
	tracker *progress.Tracker
}

func newBar(w io.Writer) *bar {
	b := &bar{progress.NewWriter(), &progress.Tracker{Message: "preparing", AutoStopDisabled: true}}
	b.out.SetOutputWriter(w)
	b.out.SetMessageLength(44)
	b.out.SetTrackerLength(24)
	b.out.SetUpdateFrequency(200 * time.Millisecond)
	b.out.SetStyle(progress.StyleBlocks)
	b.out.Style().Visibility.ETA = true
	b.out.Style().Options.ETAString = "left"
	b.out.AppendTracker(b.tracker)
	go b.out.Render()
	for !b.out.IsRenderInProgress() { // a bar that has not started cannot be stopped
		time.Sleep(time.Millisecond)
	}
	return b
}

func (b *bar) update(done, total int, now string) {
	b.tracker.UpdateTotal(int64(total))
	b.tracker.SetValue(int64(done))
	b.tracker.UpdateMessage(visible(now))
}

func (b *bar) finish() {
	b.tracker.MarkAsDone()
	b.out.Stop()
	for b.out.IsRenderInProgress() {
		time.Sleep(10 * time.Millisecond)
	}
}
