// Package bestof lets any decoder try several times and keeps one of the
// answers, so that decoders can be compared at equal cost: one that is cheap may
// try more often.
//
// The engine wraps another one. It decodes every request up to best_of times,
// the first time with the request's own seed, and picks:
//
//   - likelihood takes the answer to which the causal mode of the same weights
//     gives the highest mean log-probability per token, the end of the text
//     included. That is one more causal pass for each candidate.
//   - checker tries until an oracle that came with the request says that the
//     answer is right, or the tries are used up. This is what a user can do who
//     can check an answer but not find it (repeated sampling: Brown et al. 2024,
//     arXiv 2407.21787), and it bounds what any picking could reach.
//
// All work counts: usage and time are those of all tries. No token is final
// before the choice is, so every token's commit time is that of the choice. In
// the events a new try takes the text of the one before back, and the choice of
// an earlier text shows as revisions in the last pass.
package bestof

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Open makes the engine that is wrapped.
type Open func(net network.Network, o engines.Options) (engines.Engine, error)

// Names of the parameters and of the ways to pick.
const (
	ParamTries = "best_of"
	ParamPick  = "best_of_pick"
	Likelihood = "likelihood"
	Checker    = "checker"
)

// Params are the parameters that every preset of every decoder gains.
func Params() []engines.Param {
	return []engines.Param{
		engines.Int(ParamTries, 1, 1, 1<<12, "Answers that are decoded at most, of which one is kept; 1 is off."),
		engines.Choice(ParamPick, Likelihood, []string{Likelihood, Checker},
			"likelihood keeps the answer with the highest mean log-probability per token in the causal mode of the weights; checker tries until the workload's checker accepts an answer."),
	}
}

// Engine decodes with another engine, several times. It is not safe for
// concurrent use.
type Engine struct {
	inner  engines.Engine
	info   engines.Info
	tries  int
	pick   string
	net    network.Network
	open   func(net network.Network) (engines.Engine, error)
	varies bool // known to give different texts for different seeds
	scorer scorer
	now    func() time.Time
}

// New wraps the engine that open makes on a network. The options are those of
// its preset and the ones of Params, which open does not get to see.
func New(net network.Network, open Open, opts engines.Options) (engines.Engine, error) {
	e := &Engine{net: net, now: time.Now, scorer: scorer{net: net}}
	var own engines.Options
	var err error
	e.inner, e.info, own, err = engines.Wrap(opts, Params(), func(rest engines.Options) (engines.Engine, error) {
		e.open = func(net network.Network) (engines.Engine, error) { return open(net, rest) }
		return e.open(net)
	})
	if err != nil {
		return nil, err
	}
	e.tries, e.pick = own[ParamTries].(int), own[ParamPick].(string)
	e.info.Writing.Tries, e.info.Writing.Oracle = e.tries, e.tries > 1 && e.pick == Checker
	if e.scores() {
		spec := net.Spec()
		for _, way := range causal.Untrained(&spec, nil) {
			e.info.Untrained = append(e.info.Untrained, "best_of_pick likelihood: "+way)
		}
	}
	return e, nil
}

// scores reports whether candidates are rated by their likelihood.
func (e *Engine) scores() bool { return e.tries > 1 && e.pick == Likelihood }

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.info }

// Same implements [engines.Same]: each try decodes alike.
func (e *Engine) Same(budget int) engines.Options { return engines.Same(e.inner, budget) }

// Check reports what Generate would refuse, without decoding any request.
func (e *Engine) Check(batch []engines.Request) error {
	if err := engines.Check(e.inner, batch); err != nil || e.tries == 1 || len(batch) == 0 {
		return err
	}
	var errs []error
	for i := range batch {
		if e.pick == Checker && batch[i].Oracle == nil {
			errs = append(errs, fmt.Errorf("request %d: best_of_pick checker needs somebody to judge answers (Request.Oracle), which only tasks with a checker have; best_of_pick likelihood needs nobody", i))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return e.mustVary(batch[0].Budget)
}

// Serve implements engines.Continuous: several answers are tried for one request after
// another.
func (e *Engine) Serve(ctx context.Context, q engines.Queue) error {
	if e.tries == 1 {
		return engines.Serve(ctx, e.inner, q)
	}
	return engines.OneByOne(ctx, e, q)
}

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if e.tries == 1 {
		return e.inner.Generate(ctx, batch, sink)
	}
	if err := e.Check(batch); err != nil {
		return nil, err
	}
	c := &contest{Engine: e, begin: e.now(), sink: sink}
	for _, req := range batch {
		c.trials = append(c.trials, trial{req: req, usage: usage.Zero()})
	}
	for range e.tries {
		if !c.next() {
			break
		}
		if err := c.decode(ctx); err != nil {
			return nil, err
		}
		if ctx.Err() == nil && e.scores() {
			if err := c.score(); err != nil {
				return nil, err
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	return c.results(ctx)
}
