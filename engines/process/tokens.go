package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dllmbench/engines"
)

// Tokens is the engine as one that takes token ids. The caller knows that the ids of the
// engine are those of its own tokenizer, which ends a text with mask and pad too.
func (e *Engine) Tokens(mask, pad int32) (engines.Engine, error) {
	t := e.ready.Tokenizer
	switch {
	case !slices.Contains(e.ready.Takes, "ids"):
		return nil, errors.New("the program takes text and no ids")
	case t.Mask != nil && mask != engines.NoToken && *t.Mask != mask:
		return nil, fmt.Errorf("the mask of the program is token %d, and that of the comparison's tokenizer is %d", *t.Mask, mask)
	}
	return &tokens{e, mask, pad}, nil
}

// tokens is an [Engine] that takes token ids.
type tokens struct {
	*Engine
	mask, pad int32
}

// Info describes the engine.
func (t *tokens) Info() engines.Info {
	info := t.Engine.Info()
	info.Capabilities.TokenIDs, info.Capabilities.Deliveries = true, engines.Whole
	info.Capabilities.Events = slices.Contains(t.ready.Gives, "steps")
	return info
}

// Generate implements [engines.Engine].
func (t *tokens) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	done, err := t.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	list := make([]request, len(batch))
	for i, r := range batch {
		if r.Draft != nil {
			return nil, errors.New("an engine in another program cannot begin with a canvas that has tokens on it")
		}
		// Stop ids and stop texts end a text here too: an engine that goes on behind them only takes longer.
		if err := t.refuses(map[string]bool{"template": r.Template != nil}); err != nil {
			return nil, err
		}
		list[i] = request{IDs: r.Prompt, Template: r.Template, StopIDs: r.Stop, NeverIDs: r.Never, Budget: r.Budget, Seed: r.Seed}
		if r.Force {
			list[i].NeverIDs = slices.Concat(r.Never, r.Stop)
		} else if slices.Contains(t.ready.Takes, "stop") {
			list[i].Stop = r.Until
		}
		if err := r.CheckStops(); err != nil {
			return nil, err
		}
		if r.Template != nil {
			list[i].Budget = len(r.Template)
		}
	}
	n := len(list)
	if !slices.Contains(t.ready.Takes, "batch") {
		n = 1
	}
	var all []engines.Result
	var before time.Duration
	for at := 0; at < len(list); at += n {
		b, err := t.generate(ctx, list[at:min(at+n, len(list))], t.events(at, before, sink))
		if b == nil {
			return all, err
		}
		for i := range b.Results {
			r, wrong := t.result(batch[at+i], list[at+i].Budget, b, &b.Results[i])
			if wrong != nil {
				return all, t.breach("%v", wrong)
			}
			r.Elapsed += before
			for k, ns := range r.CommitNs {
				if ns >= 0 {
					r.CommitNs[k] += before.Nanoseconds()
				}
			}
			all = append(all, r)
		}
		if before += b.wall(); err != nil {
			return all, err
		}
	}
	return all, nil
}

// events hands the steps of a batch, whose first request is a given one, to a sink.
func (t *tokens) events(first int, before time.Duration, sink engines.Sink) func(int, time.Duration, time.Duration, *step) error {
	if sink == nil || !t.Info().Capabilities.Events {
		return nil
	}
	return func(r int, at, took time.Duration, s *step) error {
		event := engines.Event{Request: first + r, Pass: s.Pass, Step: s.Step, Block: s.Block, Phase: engines.Phase(s.Phase), Start: before + at, Forward: took,
			QueryTokens: s.Rows, Masked: s.Masked, Committed: commits(s.Commits), Revised: commits(s.Revised), Entropy: unknown}
		switch event.Phase {
		case engines.PhasePrefill, engines.PhaseDecode, engines.PhaseDenoise, engines.PhaseCommit:
		default:
			return fmt.Errorf("in the phase %q; known are prefill, decode, denoise and commit", brief(s.Phase))
		}
		if s.Entropy != nil {
			event.Entropy = *s.Entropy
		}
		sink.Event(&event)
		return nil
	}
}

func commits(list []commit) []engines.Commit {
	var out []engines.Commit
	for _, c := range list {
		out = append(out, engines.Commit(c))
	}
	return out
}

// result is a result of token ids. What is useful of them follows from the request.
func (t *tokens) result(r engines.Request, budget int, b *reading, got *result) (engines.Result, error) {
	finish, err := t.finish(got)
	switch {
	case err != nil:
		return engines.Result{}, err
	case got.IDs == nil:
		return engines.Result{}, errors.New("gave a result without its ids")
	case len(got.IDs) > budget:
		return engines.Result{}, fmt.Errorf("wrote %d tokens with a budget of %d", len(got.IDs), budget)
	case got.CommitNs != nil && len(got.CommitNs) != len(got.IDs):
		return engines.Result{}, fmt.Errorf("gave %d commit times for %d tokens", len(got.CommitNs), len(got.IDs))
	}
	if vocab := t.ready.Tokenizer.Vocab; vocab != nil {
		for _, id := range got.IDs {
			if id < 0 || int(id) >= *vocab {
				return engines.Result{}, fmt.Errorf("wrote token %d of a vocabulary of %d", id, *vocab)
			}
		}
	}
	useful := slices.IndexFunc(got.IDs, func(id int32) bool {
		return slices.Contains(r.Stop, id) || id == t.mask || id == t.pad
	})
	if useful < 0 {
		useful = len(got.IDs)
	}
	whole, stopped := useful, false
	if len(r.Until) > 0 {
		useful, _, stopped = engines.Cut(r.Text, got.IDs[:whole], r.Until)
	}
	if finish != engines.FinishCancelled {
		finish = engines.FinishBudget
		if stopped && !r.Force || whole < len(got.IDs) && slices.Contains(r.Stop, got.IDs[whole]) {
			finish = engines.FinishStop
		}
		if r.Force && r.Template == nil && (finish == engines.FinishStop || len(got.IDs) < budget) {
			return engines.Result{}, fmt.Errorf("ended its text after %d tokens, and is to write all of %d (force_length)", whole, budget)
		}
	}
	out := engines.Result{Tokens: got.IDs, Useful: useful, Finish: finish, Usage: got.Usage, Elapsed: b.wall(), Clock: b.clocks(),
		CommitNs: slices.Repeat([]int64{-1}, len(got.IDs))}
	if got.CommitNs != nil && b.Clock == ChildClock {
		for i, ns := range got.CommitNs {
			if ns > b.Child.Nanoseconds() {
				return out, fmt.Errorf("committed token %d after %v, and was done after %v", i, time.Duration(ns), b.Child)
			}
			out.CommitNs[i] = max(-1, ns)
		}
	}
	return out, nil
}
