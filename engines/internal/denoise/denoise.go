// Package denoise holds the one denoising loop that full diffusion and block
// diffusion share.
//
// The answer is a canvas of mask tokens, cut into blocks that are filled from
// left to right (one block over the whole canvas for plain full diffusion). A
// step runs the network on the window that the decoder's [Layout] asks for,
// draws a token for every position of the block that is still masked, rates
// the draws, and commits those that the selector picks. Committed tokens stay.
//
// Logits are asked for masked positions of the block at work and for nothing
// else, since nothing else can be committed.
package denoise

import (
	"context"
	"errors"
	"fmt"
	"math"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
)

// Layout sets Pos, Tokens and Visible of the next pass of a job that works on
// the block [start, end) of its sequence (absolute positions). Its window must
// cover the block.
type Layout func(j *decode.Job, start, end int)

// Decoder is a composition of the choices that make a denoising rule.
type Decoder struct {
	Layout     Layout
	Proposal   sample.Proposal
	Confidence sample.Confidence
	Selector   sample.Selector

	BlockLength int // positions per block, counted from the end of the prompt; 0 is the whole canvas
	// Steps gives the denoising steps for one block of a request with this token
	// budget; the block's masks are spread evenly over them. 0 is one step per
	// mask. A step that would commit nothing is not run.
	Steps func(budget int) int
	// Guidance is the scale w of classifier-free guidance; 0 is off. Each step
	// then takes a second pass with everything but the canvas masked, and uses
	// l_u + (w+1)(l - l_u) (LLaDA's cfg_scale).
	Guidance float64
	Stop     Stop
}

// Stop says when a request may end before its canvas is full.
type Stop int

// The stop rules.
const (
	StopNever    Stop = iota // every position is written
	StopAtPrefix             // as soon as a stop id and all positions before it are written
	StopAtBlock              // at the end of a block, if a stop id is written
)

// state is a job's place in its canvas.
type state struct {
	start, end int // block at work, absolute positions
	masks      int // masks of the block before its first step
	step       int // steps done in the block
	steps      int // steps planned for the block
	offset     int // sequence position minus row of the window
}

// Loop runs a Decoder; it keeps memory between calls and is not safe for
// concurrent use.
type Loop struct {
	Decoder

	states []state
	conf   []float64
	draws  []sample.Draw
	picked []int
	uncond [][]int32 // per active job, its sequence with all but the canvas masked
	base   []float32 // unconditional logits of the step
}

// errNoToken is what broken weights lead to.
var errNoToken = errors.New("the network gave no finite logits; are the weights intact?")

// Generate decodes a batch as engines.Engine asks.
func (l *Loop) Generate(ctx context.Context, b *decode.Bench, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	run, err := b.Start(ctx, batch, sink)
	if err != nil {
		return nil, err
	}
	l.states = make([]state, len(run.Jobs))
	for _, j := range run.Jobs {
		j.Phase = engines.PhaseDenoise
		s := &l.states[j.Index]
		s.end = j.P
		l.enter(j, s)
	}
	for run.Next() {
		for _, j := range run.Active {
			l.prepare(j, &l.states[j.Index])
		}
		if l.Guidance != 0 {
			if err := l.unconditional(run); err != nil {
				return nil, err
			}
			if ctx.Err() != nil {
				continue
			}
		}
		if err := run.Forward(); err != nil {
			return nil, err
		}
		if l.Guidance != 0 {
			l.guide(run)
		}
		for _, j := range run.Active {
			if err := l.choose(j, &l.states[j.Index], run.Observed()); err != nil {
				return nil, err
			}
		}
		run.Record()
		for _, j := range run.Active {
			l.settle(j, &l.states[j.Index])
		}
	}
	return run.Results()
}

// enter moves a job to the next block that has something to write.
func (l *Loop) enter(j *decode.Job, s *state) {
	size := l.BlockLength
	if size == 0 {
		size = j.Req.Budget
	}
	for s.masks = 0; s.masks == 0; {
		s.start, s.end = s.end, min(s.end+size, len(j.Seq))
		for p := s.start; p < s.end; p++ {
			if j.Masked(p) {
				s.masks++
			}
		}
	}
	j.Block = (s.start - j.P) / size
	s.step, s.steps = 0, l.Steps(j.Req.Budget)
	if s.steps == 0 || s.steps > s.masks {
		s.steps = s.masks
	}
}

// prepare sets the window of a job's next pass.
func (l *Loop) prepare(j *decode.Job, s *state) {
	l.Layout(j, s.start, s.end)
	w := &j.Window
	s.offset = w.Pos
	w.Logits = w.Logits[:0]
	for p := s.start; p < s.end; p++ {
		if j.Masked(p) {
			w.Logits = append(w.Logits, p-s.offset)
		}
	}
}

// choose rates the masked positions of the block, picks some of them and
// commits a token to each. Where the rating is about the token, one is drawn
// for every position beforehand, otherwise only for those that were picked.
func (l *Loop) choose(j *decode.Job, s *state, observed bool) error {
	ofToken := l.Confidence.OfToken()
	l.conf, l.draws = l.conf[:0], l.draws[:0]
	for i, row := range j.Rows {
		j.Ban(row, s.offset+j.Window.Logits[i])
		var d sample.Draw
		if ofToken {
			d = l.Proposal.Propose(row, j.RNG)
		}
		c := math.NaN()
		if d.ID >= 0 {
			c = l.Confidence.Rate(row, d, j.RNG)
		}
		if math.IsNaN(c) {
			return l.broken(j, s, i)
		}
		l.draws, l.conf = append(l.draws, d), append(l.conf, c)
	}
	quota := 0
	if s.step < s.steps {
		quota = sample.Quota(s.masks, s.steps, s.step)
	}
	l.picked = l.Selector.Select(l.picked, l.conf, quota)
	for _, i := range l.picked {
		d, c := l.draws[i], l.conf[i]
		if !ofToken {
			if d = l.Proposal.Propose(j.Rows[i], j.RNG); d.ID < 0 {
				return l.broken(j, s, i)
			}
			if c = math.NaN(); observed { // events speak of probabilities
				c = sample.Probability{}.Rate(j.Rows[i], d, nil)
			}
		}
		j.Commit(s.offset+j.Window.Logits[i], d.ID, c)
	}
	return nil
}

func (l *Loop) broken(j *decode.Job, s *state, row int) error {
	return fmt.Errorf("request %d, position %d: %w", j.Index, s.offset+j.Window.Logits[row]-j.P, errNoToken)
}

// settle counts the step and ends the job, or its block, where due.
func (l *Loop) settle(j *decode.Job, s *state) {
	j.Step++
	j.Usage.DenoisingSteps++
	s.step++
	full := len(j.Commits) == len(j.Rows)
	switch {
	case j.Open == 0, l.Stop == StopAtPrefix && j.Ended(), l.Stop == StopAtBlock && full && j.Ended():
		why := engines.FinishBudget
		if j.Ended() {
			why = engines.FinishStop
		}
		j.Finish(why)
	case full:
		l.enter(j, s)
	}
}
