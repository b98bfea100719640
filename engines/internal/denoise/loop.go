package denoise

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Decoder is a composition of the choices that make a denoising decoder.
type Decoder struct {
	Layout Layout
	Rule   Rule
	Adjust []Adjust // change rows of logits before the rule sees them, in order

	BlockLength int // positions per block, counted from the end of the prompt; 0 is the whole canvas
	SubLength   int // positions per part of a block, finished from left to right; 0 is the whole block
	// Aligned counts both from position 0 instead, so that the end of the prompt
	// shares the first block at work (SDAR, Fast-dLLM v2).
	Aligned bool
	// Steps gives the denoising steps for one block of a request with this token
	// budget. 0 is one step per mask.
	Steps func(budget int) int
	// KeepSteps lets a part have more steps than masks, for rules whose schedule
	// is a time grid; otherwise surplus steps are cut off.
	KeepSteps bool
	// Guidance is the scale w of classifier-free guidance; 0 is off. Each step
	// then takes a second pass with everything but the canvas masked, and uses
	// l_u + (w+1)(l - l_u) (LLaDA's cfg_scale). It needs a layout without cache.
	Guidance float64
	Stop     Stop
}

// Adjust changes logits before the rule sees them.
type Adjust interface {
	// Adjust changes the row of candidate i.
	Adjust(s *Step, i int, row []float32)
}

// Stop says when a request may end before its canvas is full.
type Stop int

// The stop rules.
const (
	StopNever    Stop = iota // every position is written
	StopAtPrefix             // as soon as a stop id and all positions before it are written
	StopAtBlock              // at the end of a block, if a stop id is written
)

// Loop runs a Decoder; it keeps memory between calls and is not safe for
// concurrent use.
type Loop struct {
	Decoder

	steps  []Step
	uncond [][]int32 // per active job, its sequence with all but the canvas masked
	base   []float32 // unconditional logits of the step
}

// Decode decodes the requests of a run.
func (l *Loop) Decode(run *decode.Run) ([]engines.Result, error) {
	for len(l.steps) < len(run.Jobs) {
		l.steps = append(l.steps, Step{})
	}
	for _, j := range run.Jobs {
		j.Phase = engines.PhaseDenoise
		s := &l.steps[j.Index]
		*s = Step{Job: j, End: j.P, Observed: run.Observed(), Candidates: s.Candidates[:0], Draws: s.Draws, Conf: s.Conf, picked: s.picked}
		l.enterBlock(s)
	}
	for run.Next() {
		for _, j := range run.Active {
			l.plan(&l.steps[j.Index])
		}
		if !run.Drop() {
			break
		}
		if done, err := l.pass(run); err != nil {
			return nil, err
		} else if !done {
			continue
		}
		for _, j := range run.Active {
			if err := l.choose(&l.steps[j.Index]); err != nil {
				return nil, err
			}
		}
		run.Record()
		for _, j := range run.Active {
			l.settle(&l.steps[j.Index])
		}
	}
	return run.Results()
}

// plan lets the rule name what it needs, and goes on to the next step as long
// as it needs nothing.
func (l *Loop) plan(s *Step) {
	for !s.Done() {
		s.Candidates = s.Candidates[:0]
		l.Rule.Plan(s)
		if len(s.Candidates) > 0 {
			l.lay(s)
			return
		}
		s.Index++
		l.advance(s)
	}
}

// lay sets the window of the next pass.
func (l *Loop) lay(s *Step) {
	s.Window.PromptRows, s.Window.StoredRows, s.Refresh = 0, 0, false
	l.Layout.Lay(s)
	w := &s.Window
	w.Logits = w.Logits[:0]
	for _, p := range s.Candidates {
		w.Logits = append(w.Logits, w.Row(s.Source(p)))
	}
}

// pass runs the network, for guidance twice, and for a tracer once more. It is
// not done when the context ended between two of them.
func (l *Loop) pass(run *decode.Run) (done bool, err error) {
	if run.Tracing().Probe {
		reference := func(j *decode.Job, w *network.Window) { l.Layout.Reference(&l.steps[j.Index], w) }
		if err := run.Probe(reference); err != nil {
			return false, err
		}
	}
	if l.Guidance != 0 {
		if err := l.unconditional(run); err != nil || run.Cancelled() {
			return false, err
		}
	}
	if err := run.Forward(); err != nil {
		return false, err
	}
	if l.Guidance != 0 {
		l.guide(run)
	}
	return true, nil
}

// choose prepares the rows and hands them to the rule.
func (l *Loop) choose(s *Step) error {
	for i, row := range s.Rows {
		s.Ban(row, s.Candidates[i])
		for _, a := range l.Adjust {
			a.Adjust(s, i, row)
		}
	}
	return l.Rule.Choose(s)
}

// settle counts the step and moves on.
func (l *Loop) settle(s *Step) {
	s.Job.Step++
	s.Usage[usage.DenoisingSteps]++
	s.Index++
	s.Passes++
	s.PartPasses++
	l.advance(s)
}

// advance ends the part, the block or the job where due.
func (l *Loop) advance(s *Step) {
	if l.Stop == StopAtPrefix && s.Ended() {
		s.Finish(engines.FinishStop)
		return
	}
	if !l.Rule.Finished(s) {
		return
	}
	if l.enterPart(s) {
		return
	}
	if s.Open == 0 || l.Stop == StopAtBlock && s.Ended() {
		why := engines.FinishBudget
		if s.Ended() {
			why = engines.FinishStop
		}
		s.Finish(why)
		return
	}
	l.enterBlock(s)
}

// enterBlock moves to the next block that has something to write.
func (l *Loop) enterBlock(s *Step) {
	if s.End > s.P {
		s.Block++
	}
	for {
		s.Start, s.End = s.End, l.next(s.End, l.BlockLength, len(s.Seq))
		if s.HasMask(s.Start, s.End) {
			break
		}
		s.Block++
	}
	s.Passes, s.To = 0, s.Start
	l.enterPart(s)
}

// next is the end of the block or part of this length that begins at from.
func (l *Loop) next(from, length, limit int) int {
	switch {
	case length == 0:
		return limit
	case l.Aligned:
		return min((from/length+1)*length, limit)
	}
	return min(from+length, limit)
}

// enterPart moves to the next part of the block that has something to write
// and reports whether there is one.
func (l *Loop) enterPart(s *Step) bool {
	for s.To < s.End {
		s.From, s.To = s.To, l.next(s.To, l.SubLength, s.End)
		if s.Masks = 0; !s.HasMask(s.From, s.To) {
			continue
		}
		drafted := 0
		for p := s.From; p < s.To; p++ {
			if s.Masked(p) {
				s.Masks++
			} else if s.Drafted(p) {
				drafted++
			}
		}
		s.Masks += drafted
		s.Index, s.PartPasses, s.Steps = 0, 0, l.Steps(s.Req.Budget)
		if s.Steps == 0 || s.Steps > s.Masks && !l.KeepSteps {
			s.Steps = s.Masks
		}
		s.Begun = s.Steps * drafted / s.Masks
		return true
	}
	return false
}
