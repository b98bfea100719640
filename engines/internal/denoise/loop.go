// Package denoise holds the one denoising loop that full diffusion and block
// diffusion share, and the rules that run in it.
//
// The answer is a canvas of mask tokens, cut into blocks that are finished from
// left to right (one block over the whole canvas for plain full diffusion). A
// [Decoder] is a composition: a [Layout] (attention mask and cache), a [Rule]
// (which positions a step writes or takes back, made of the proposals,
// confidences and selectors of package sample), block lengths and a stop rule.
// The loop knows none of the published names; each of them is such a
// composition, an entry in a table of the engine that offers it.
//
// One step goes
//
//	Rule.Plan → Layout.Lay → forward pass → Rule.Choose → counters and events
//
// Logits are asked for the positions that the rule named in Plan and for no
// others. A step whose plan names none needs no pass, and none is run: that is
// the forward caching of MDLM, and the reason why steps are not passes.
package denoise

import (
	"errors"
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Decoder is a composition of the choices that make a denoising decoder.
type Decoder struct {
	Layout Layout
	// Reference is the mask of the layout without any cache; see decode.Lane.
	Reference func(s *Step, w *network.Window)
	Rule      Rule
	// Adjust changes the row of candidate i before the rule sees it; nil changes nothing.
	Adjust func(s *Step, i int, row []float32)
	// NoEnd has nothing written that ends the text, so that it fills its canvas (LLaDA's logits_eos_inf).
	NoEnd bool

	BlockLength int // positions per block, counted from the end of the prompt; 0 is the whole canvas
	SubLength   int // positions per part of a block, finished from left to right; 0 is the whole block
	// Aligned counts both from position 0 instead, so that the end of the prompt
	// shares the first block at work (SDAR, Fast-dLLM v2).
	Aligned bool
	// Steps gives the denoising steps for one block of a request with this token
	// budget, 0 for one step per mask; nil takes the option steps or steps_per_block.
	Steps func(budget int) int
	// KeepSteps lets a part have more steps than masks, for rules whose schedule
	// is a time grid; otherwise surplus steps are cut off.
	KeepSteps bool
	// ZeroDiffers says that steps of 0 choose another rule than any number of them.
	ZeroDiffers bool
	Stop        Stop
	// Fits is what the rule asks of a budget; nil is nothing.
	Fits func(budget int) error
}

// Stop says when a request may end before its canvas is full.
type Stop int

// The stop rules.
const (
	StopNever    Stop = iota // every position is written
	StopAtPrefix             // as soon as a stop id and all positions before it are written
	StopAtBlock              // at the end of a block, if a stop id is written
)

// New returns the engine of a decoder. Build makes one for each request of a batch;
// what it leaves open is taken from the options that have these names, if there
// are any.
func New(net network.Network, info engines.Info, build func() Decoder) engines.Engine {
	d := build()
	unit, _ := info.Options["block_length"].(int)
	guidance, _ := info.Options["cfg_scale"].(float64)
	info.Cache, info.Writing.Unit = d.Layout.Kind, unit
	lane := func() decode.Lane {
		d := build()
		d.complete(info.Options)
		s := &Step{decoder: &d}
		if pick, ok := d.Rule.(*Pick); ok && guidance == 0 && d.Adjust == nil && pick.byRow() {
			s.read = func(i int, row []float32) { pick.rateRow(s, i, row) }
		}
		return s
	}
	e := &decode.Engine{Bench: decode.Bench{Net: net}, About: info, Refuse: d.refuse, Lane: lane}
	e.Alike = func(budget int) engines.Options {
		d := build()
		d.complete(info.Options)
		return d.same(info.Options, budget)
	}
	if guidance != 0 {
		e.Ahead = func(run *decode.Run) error { return unconditional(run, float32(guidance)) }
	}
	return e
}

// complete takes what is open from the options.
func (d *Decoder) complete(o engines.Options) {
	if d.BlockLength == 0 {
		d.BlockLength, _ = o["block_length"].(int)
	}
	if d.Steps == nil {
		steps, canvas := o["steps"].(int)
		if !canvas {
			steps, _ = o["steps_per_block"].(int)
		}
		d.Steps = Constant(steps)
	}
	if d.Stop == StopNever && o["stop_at_end"] == true {
		d.Stop = StopAtPrefix
	}
}

// same is [engines.Same]: surplus steps are cut off, so all numbers of steps that are enough
// for the longest part stand for one.
func (d *Decoder) same(o engines.Options, budget int) engines.Options {
	name := "steps"
	if _, canvas := o[name]; !canvas {
		name = "steps_per_block"
	}
	given, ok := o[name].(int)
	most := budget // positions of a part
	if d.BlockLength > 0 {
		most = min(most, d.BlockLength)
	}
	if d.SubLength > 0 {
		most = min(most, d.SubLength)
	}
	if !ok || d.KeepSteps || given > 0 && d.Steps(budget) < most || given == 0 && d.ZeroDiffers {
		return nil
	}
	if d.ZeroDiffers {
		return engines.Options{name: 1 << 24} // the most that is allowed
	}
	return engines.Options{name: 0}
}

// Constant is a number of steps whatever the budget; 0 is one per mask.
func Constant(steps int) func(budget int) int { return func(int) int { return steps } }

// refuse reports budgets that do not suit the rule.
func (d *Decoder) refuse(batch []engines.Request) error {
	var errs []error
	for i, req := range batch {
		if req.Budget < 1 || d.Fits == nil {
			continue
		}
		if err := d.Fits(req.Budget); err != nil {
			errs = append(errs, fmt.Errorf("request %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Step) Begin(j *decode.Job) {
	j.Phase = engines.PhaseDenoise
	*s = Step{Job: j, decoder: s.decoder, End: j.P, Candidates: s.Candidates[:0], Draws: s.Draws, Conf: s.Conf, picked: s.picked, read: s.read, masked: s.masked, base: s.base}
	if s.decoder.NoEnd {
		j.NoEnd()
	}
	s.enterBlock()
}

// Plan implements decode.Lane. It lets the rule name what it needs, and goes on to
// the next step as long as it needs nothing.
func (s *Step) Plan() {
	for !s.Done() {
		s.Candidates = s.Candidates[:0]
		s.decoder.Rule.Plan(s)
		if len(s.Candidates) > 0 {
			s.lay()
			return
		}
		s.Index++
		s.advance()
	}
}

// lay sets the window of the next pass.
func (s *Step) lay() {
	s.Window.PromptRows, s.Window.StoredRows, s.Refresh = 0, 0, false
	s.decoder.Layout.Lay(s)
	w := &s.Window
	w.Logits = w.Logits[:0]
	for _, p := range s.Candidates {
		w.Logits = append(w.Logits, w.Row(s.Source(p)))
	}
	s.Each = nil
	if n := len(s.Candidates); s.read != nil && n*s.Spec().Vocab >= network.ManyLogits {
		s.Each, s.Draws, s.Conf = s.read, slices.Grow(s.Draws[:0], n)[:n], slices.Grow(s.Conf[:0], n)[:n]
	}
}

func (s *Step) Reference(w *network.Window) { s.decoder.Reference(s, w) }

// Choose implements decode.Lane. It prepares the rows and hands them to the rule.
func (s *Step) Choose() error {
	s.guide()
	for i, row := range s.Rows {
		s.Ban(row, s.Candidates[i])
		if s.decoder.Adjust != nil {
			s.decoder.Adjust(s, i, row)
		}
	}
	return s.decoder.Rule.Choose(s)
}

// Rate implements decode.Lane. Rules rate what they commit themselves.
func (s *Step) Rate() {}

func (s *Step) Settle() {
	s.Job.Step++
	s.Usage[usage.DenoisingSteps]++
	s.Index++
	s.Passes++
	s.PartPasses++
	s.advance()
}

// advance ends the part, the block or the job where due.
func (s *Step) advance() {
	d := s.decoder
	if d.Stop == StopAtPrefix && s.Ended() {
		s.Finish(engines.FinishStop)
		return
	}
	if s.HasMask(s.From, s.To) || !d.Rule.Finished(s) {
		return
	}
	if s.enterPart() {
		return
	}
	if s.Open == 0 || d.Stop == StopAtBlock && s.Ended() {
		why := engines.FinishBudget
		if s.Ended() {
			why = engines.FinishStop
		}
		s.Finish(why)
		return
	}
	s.enterBlock()
}

// enterBlock moves to the next block that has something to write.
func (s *Step) enterBlock() {
	if s.End > s.P {
		s.Block++
	}
	for {
		s.Start, s.End = s.End, s.decoder.next(s.End, s.decoder.BlockLength, len(s.Seq))
		if s.HasMask(s.Start, s.End) {
			break
		}
		s.Block++
	}
	s.Passes, s.To = 0, s.Start
	s.enterPart()
}

// next is the end of the block or part of this length that begins at from.
func (d *Decoder) next(from, length, limit int) int {
	switch {
	case length == 0:
		return limit
	case d.Aligned:
		return min((from/length+1)*length, limit)
	}
	return min(from+length, limit)
}

// enterPart moves to the next part of the block that has something to write
// and reports whether there is one.
func (s *Step) enterPart() bool {
	d := s.decoder
	for s.To < s.End {
		s.From, s.To = s.To, d.next(s.To, d.SubLength, s.End)
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
		s.Index, s.PartPasses, s.Steps = 0, 0, d.Steps(s.Req.Budget)
		if s.Steps == 0 || s.Steps > s.Masks && !d.KeepSteps {
			s.Steps = s.Masks
		}
		s.Begun = s.Steps * drafted / s.Masks
		return true
	}
	return false
}
