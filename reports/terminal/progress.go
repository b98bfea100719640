package terminal

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A Display shows how far a long command is.
type Display interface {
	Update(Step)
	// Finish takes the display away; nothing may be shown afterwards.
	Finish()
}

// Step is what a display shows.
type Step struct {
	Done, Total   int           // units of work
	Elapsed, Left time.Duration // left is negative while nothing is known
	Now           string        // what is worked on

	Task  string // of the parts; "" without
	Parts []Part
}

// Part is one of several kinds of work that are done in turns.
type Part struct {
	Name, Detail string
	Done, Total  int
	Left         time.Duration // negative while nothing is known
	Rate         *float64      // tokens per second; nil when unknown
	Running      bool
}

// NewDisplay makes the display of a --progress flag: "plain" lines, "none", or
// "auto": a panel when w is a terminal and plain lines when it is not.
func NewDisplay(mode string, w io.Writer, now func() time.Time) Display {
	switch {
	case mode == "none":
		return silent{}
	case mode == "auto" && IsTerminal(w) && os.Getenv("TERM") != "dumb":
		return newPanel(NewScreen(w), now)
	default:
		return &lines{w: w, last: -lineEvery}
	}
}

// steady keeps a display that panics from ending what it shows.
type steady struct{ broken bool }

// attempt draws. Once that has panicked, which it says, nothing more is drawn.
func (s *steady) attempt(w io.Writer, draw func()) {
	if s.broken {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			s.broken = true
			fmt.Fprintf(w, "progress is not shown any more, the work goes on: %v\n", p)
		}
	}()
	draw()
}

type silent struct{}

func (silent) Update(Step) {}
func (silent) Finish()     {}

// lineEvery is the shortest time between two progress lines.
const lineEvery = 5 * time.Second

// lines prints one line every few seconds, for logs and pipes.
type lines struct {
	w    io.Writer
	last time.Duration
	steady
}

func (l *lines) Update(p Step) {
	if p.Done < p.Total && p.Elapsed-l.last < lineEvery {
		return
	}
	l.last = p.Elapsed
	l.attempt(l.w, func() { fmt.Fprintln(l.w, p.line()) })
}

func (*lines) Finish() {}

// line is the whole step in one line.
func (p *Step) line() string {
	count := fmt.Sprintf("[%*d/%d]", len(fmt.Sprint(p.Total)), p.Done, p.Total)
	if p.Done == p.Total {
		return fmt.Sprintf("%s done in %v", count, seconds(p.Elapsed))
	}
	text := fmt.Sprintf("%s %v gone, %s: %s", count, seconds(p.Elapsed), remaining(p.Left), Visible(p.Now))
	for _, part := range p.Parts {
		if !part.Running {
			continue
		}
		text += fmt.Sprintf(" (%d/%d", part.Done, part.Total)
		if part.Left >= 0 {
			text += ", " + remaining(part.Left)
		}
		if part.Rate != nil {
			text += ", " + tokensPerSecond(part.Rate)
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
