package main

import (
	"fmt"
	"math"
	"time"

	"dllmbench/engines/train"
)

// trainWatch prints the progress line.
type trainWatch struct {
	con                *console
	cmd                *trainCmd
	start              time.Time
	from               int
	lastLine, lastSave time.Time
	loss               [len(train.PartNames)]float64 // exponential averages
	positions          int
	since              time.Duration
}

func (w *trainWatch) line(s train.StepStats, t *train.Trainer) {
	for p, l := range s.Loss {
		if !math.IsNaN(l) {
			if w.loss[p] == 0 {
				w.loss[p] = l
			}
			w.loss[p] += 0.05 * (l - w.loss[p])
		}
	}
	w.positions += s.Positions
	w.since += s.Duration
	now := w.con.now()
	if now.Sub(w.lastLine) < 5*time.Second {
		return
	}
	w.lastLine = now
	fmt.Fprintf(w.con.stderr, "step %6d  ar %.3f  block %.3f  full %.3f nats  %6.0f positions/s  lr %.2g%s\n",
		t.Step, w.loss[train.PartAR], w.loss[train.PartBlock], w.loss[train.PartFull],
		float64(w.positions)/w.since.Seconds(), s.LearningRate, w.left(now, t))
	w.positions, w.since = 0, 0
}

// left says how much time the nearest bound leaves.
func (w *trainWatch) left(now time.Time, t *train.Trainer) string {
	elapsed := now.Sub(w.start)
	left := time.Duration(math.MaxInt64)
	bySteps := func(steps int) {
		left = min(left, time.Duration(float64(elapsed)/float64(t.Step-w.from)*float64(steps)))
	}
	if w.cmd.Minutes > 0 {
		left = time.Duration(w.cmd.Minutes*float64(time.Minute)) - elapsed
	}
	if w.cmd.Steps > 0 {
		bySteps(w.from + w.cmd.Steps - t.Step)
	}
	if t.Options.CooldownSteps > 0 {
		bySteps(t.Options.CooldownFrom + t.Options.CooldownSteps - t.Step)
	}
	if left == math.MaxInt64 {
		return ""
	}
	return fmt.Sprintf("  %s left", left.Round(time.Second))
}
