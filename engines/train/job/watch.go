package job

import (
	"fmt"
	"io"
	"math"
	"time"

	"dllmbench/engines/train"
)

// Limits end a run; 0 is no limit.
type Limits struct {
	Steps int
	Time  time.Duration
	Save  time.Duration // between two saved states
}

// Watch is how a run is followed.
type Watch struct {
	Now  func() time.Time
	Out  io.Writer           // gets a line every few seconds
	Draw func([]Curve) error // draws the losses; nil for no picture
}

// draw draws the log of losses at path.
func (w Watch) draw(path string) error {
	if w.Draw == nil {
		return nil
	}
	curves, err := readCurves(path)
	if err != nil || len(curves) == 0 {
		return err
	}
	return w.Draw(curves)
}

// lineEvery is the time between two lines.
const lineEvery = 5 * time.Second

// progress prints the lines.
type progress struct {
	Limits
	Watch
	start              time.Time
	from               int // first step
	lastLine, lastSave time.Time
	loss               [len(train.PartNames)]float64 // exponential averages
	positions          int
	since              time.Duration
}

func newProgress(l Limits, w Watch, t *train.Trainer) *progress {
	now := w.Now()
	return &progress{Limits: l, Watch: w, start: now, from: t.Step, lastLine: now, lastSave: now}
}

// saveNow reports whether it is time to save.
func (p *progress) saveNow() bool {
	now := p.Now()
	if now.Sub(p.lastSave) < p.Save {
		return false
	}
	p.lastSave = now
	return true
}

func (p *progress) line(s train.StepStats, t *train.Trainer) {
	for i, l := range s.Loss {
		if !math.IsNaN(l) {
			if p.loss[i] == 0 {
				p.loss[i] = l
			}
			p.loss[i] += 0.05 * (l - p.loss[i])
		}
	}
	p.positions += s.Positions
	p.since += s.Duration
	now := p.Now()
	if now.Sub(p.lastLine) < lineEvery {
		return
	}
	p.lastLine = now
	fmt.Fprintf(p.Out, "step %6d  ar %.3f  block %.3f  full %.3f nats  %6.0f positions/s  lr %.2g%s\n",
		t.Step, p.loss[train.PartAR], p.loss[train.PartBlock], p.loss[train.PartFull],
		float64(p.positions)/p.since.Seconds(), s.LearningRate, p.left(now, t))
	p.positions, p.since = 0, 0
}

// left says how much time the nearest limit leaves.
func (p *progress) left(now time.Time, t *train.Trainer) string {
	elapsed := now.Sub(p.start)
	left := time.Duration(math.MaxInt64)
	bySteps := func(steps int) {
		left = min(left, time.Duration(float64(elapsed)/float64(t.Step-p.from)*float64(steps)))
	}
	if p.Time > 0 {
		left = p.Time - elapsed
	}
	if p.Steps > 0 {
		bySteps(p.from + p.Steps - t.Step)
	}
	if t.Options.CooldownSteps > 0 {
		bySteps(t.Options.CooldownFrom + t.Options.CooldownSteps - t.Step)
	}
	if left == math.MaxInt64 {
		return ""
	}
	return fmt.Sprintf("  %s left", left.Round(time.Second))
}
