package main

import (
	"fmt"
	"io"
	"os"
	"time"
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

	task  string // of the parts; "" without
	parts []progressPart
}

// progressPart is one of several kinds of work that are done in turns.
type progressPart struct {
	name, detail string
	done, total  int
	left         time.Duration // negative while nothing is known
	rate         *float64      // tokens per second; nil when unknown
	running      bool
}

// newDisplay makes the display of a --progress flag: "plain" lines, "none", or
// "auto": a panel when w is a terminal and plain lines when it is not.
func newDisplay(mode string, con *console) display {
	switch w := con.stderr; {
	case mode == "none":
		return silent{}
	case mode == "auto" && isTerminal(w) && os.Getenv("TERM") != "dumb":
		return newPanel(newScreen(w), con.now)
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
	fmt.Fprintln(l.w, p.line())
}

func (*lines) finish() {}

// line is the whole step in one line.
func (p *progressStep) line() string {
	count := fmt.Sprintf("[%*d/%d]", len(fmt.Sprint(p.total)), p.done, p.total)
	if p.done == p.total {
		return fmt.Sprintf("%s done in %v", count, seconds(p.elapsed))
	}
	text := fmt.Sprintf("%s %v gone, %s: %s", count, seconds(p.elapsed), remaining(p.left), visible(p.now))
	for _, part := range p.parts {
		if !part.running {
			continue
		}
		text += fmt.Sprintf(" (%d/%d", part.done, part.total)
		if part.left >= 0 {
			text += ", " + remaining(part.left)
		}
		if part.rate != nil {
			text += ", " + tokensPerSecond(part.rate)
		}
		text += ")"
	}
	return text
}

// remaining says how much time is left, in words.
func remaining(left time.Duration) string {
	if left < 0 {
		return "time left unknown"
	}
	return seconds(left).String() + " left"
}

func seconds(d time.Duration) time.Duration { return d.Round(time.Second) }

// tokensPerSecond writes a rate; what is unknown is a dash.
func tokensPerSecond(rate *float64) string {
	switch {
	case rate == nil:
		return "– tok/s"
	case *rate < 10:
		return fmt.Sprintf("%.1f tok/s", *rate)
	}
	return fmt.Sprintf("%.0f tok/s", *rate)
}
