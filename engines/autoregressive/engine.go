// Package autoregressive decodes one token after the other, left to right, with
// an exact cache of keys and values: the baseline against which diffusion is
// measured.
//
// The first forward pass reads the whole prompt and yields the first token
// (prefill); every further pass reads the one token drawn last. G tokens
// therefore take 1 + (G-1) passes: the last token is never fed.
//
// In an infilling template the fixed ids are not drawn but taken over, and a
// run of them is read in the same pass as the token in front of it. The gaps
// still know nothing of the fixed text behind them; that is what "left to
// right" means.
//
// The mask token and the padding token are never drawn.
package autoregressive

import (
	"context"
	"errors"
	"fmt"
	"math"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/model"
)

// Engine is the autoregressive decoder. It is not safe for concurrent use.
type Engine struct {
	bench    decode.Bench
	info     engines.Info
	proposal sample.Proposal
}

var _ engines.Engine = (*Engine)(nil)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net decode.Network, preset string, opts engines.Options) (engines.Engine, error) {
	proposal, info, err := decode.Choose(net, rules(), preset, opts)
	if err != nil {
		return nil, err
	}
	return &Engine{bench: decode.Bench{Net: net}, info: info, proposal: proposal}, nil
}

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.info }

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	return decode.Check(e.bench.Net.Model().Config(), batch)
}

// errNoToken is what broken weights lead to.
var errNoToken = errors.New("the network gave no finite logit; are the weights intact?")

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	run, err := e.bench.Start(ctx, batch, sink)
	if err != nil {
		return nil, err
	}
	for _, j := range run.Jobs {
		j.Phase, j.Length, j.PromptRows = engines.PhasePrefill, 0, j.P
		advance(j)
	}
	pad := e.bench.Net.Model().Config().Pad
	for run.Next() {
		for _, j := range run.Active {
			layout(j)
		}
		if err := run.Forward(); err != nil {
			return nil, err
		}
		for _, j := range run.Active {
			pos, row := j.P+j.Length, j.Rows[0]
			j.Ban(row, pos)
			sample.Ban(row, pad)
			draw := e.proposal.Propose(row, j.RNG)
			if draw.ID < 0 {
				return nil, fmt.Errorf("request %d, position %d: %w", j.Index, j.Length, errNoToken)
			}
			j.Looked(1)
			j.Commit(pos, draw.ID, math.NaN())
		}
		if run.Observed() {
			for _, j := range run.Active {
				c := &j.Commits[0]
				c.Confidence = sample.Probability{}.Rate(j.Rows[0], sample.Draw{ID: c.ID}, nil)
			}
		}
		run.Record()
		for _, j := range run.Active {
			settle(j)
		}
	}
	return run.Results()
}

// layout prepares the next pass: everything written and not yet fed, of which
// the last token predicts the next one.
func layout(j *decode.Job) {
	w, end := &j.Window, j.P+j.Length
	w.Pos, w.Tokens = j.Cached, j.Seq[j.Cached:end]
	w.Visible = model.CausalVisible(w.Visible[:0], w.Pos, len(w.Tokens))
	w.Logits = append(w.Logits[:0], len(w.Tokens)-1)
	j.Cached = end
}

// settle ends the job or moves it to the next position.
func settle(j *decode.Job) {
	if j.Phase == engines.PhaseDecode {
		j.Step++
	}
	j.Phase, j.PromptRows = engines.PhaseDecode, 0
	j.Length++
	if j.IsStop(j.Seq[j.P+j.Length-1]) {
		j.Finish(engines.FinishStop)
		return
	}
	advance(j)
}

// advance takes over fixed ids of the template up to the next gap.
func advance(j *decode.Job) {
	for ; j.Length < j.Req.Budget && !j.Masked(j.P+j.Length); j.Length++ {
		if j.IsStop(j.Seq[j.P+j.Length]) {
			j.Length++
			j.Finish(engines.FinishStop)
			return
		}
	}
	if j.Length == j.Req.Budget {
		j.Finish(engines.FinishBudget)
	}
}
