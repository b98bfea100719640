// Package middle lets decoders that write from left to right, token by token or
// block by block, fill gaps with the text on both sides in view
// (fill-in-the-middle; Bavarian et al. 2022, arXiv 2207.14255).
//
// The engine wraps another one. A request with a template is laid out as
// training laid it out: the prompt and the text of the template with marked
// gaps, and behind it the fills, which are what the other engine writes; see
// [network.FIM]. Then each fill comes back to its place, in the result and
// in the events. The cost is that of the longer text. Requests without a
// template go through as they are.
//
// Every gap keeps its length: nothing that ends a text, or a gap, is written.
package middle

import (
	"context"
	"errors"
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// Param is the name of the parameter that presets gain.
const Param = "infill"

// Params is the parameter that presets gain.
func Params() []engines.Param {
	return []engines.Param{engines.Choice(Param, "left_to_right", []string{"left_to_right", "fim"}, "How templates are filled: left_to_right sees nothing behind a gap, or behind the block at work; fim reads the whole template first and writes the fills behind it, which the weights must have been trained for (Bavarian et al. 2022, arXiv 2207.14255).")}
}

// Open makes an engine on a network, which it uses as long as it lives.
type Open = func(net network.Network, preset string, o engines.Options) (engines.Engine, error)

// Engine decodes with another engine. It is not safe for concurrent use.
type Engine struct {
	inner engines.Engine
	info  engines.Info
	spec  network.Spec
	fim   bool
}

// Wrap returns an Open whose engines are those of open, with the option of this
// package. The error says which value is not allowed, or what the weights lack.
func Wrap(open Open) Open {
	return func(net network.Network, preset string, o engines.Options) (engines.Engine, error) {
		inner, info, own, err := engines.Wrap(o, Params(), func(rest engines.Options) (engines.Engine, error) { return open(net, preset, rest) })
		if err != nil {
			return nil, err
		}
		e := &Engine{inner: inner, info: info, spec: net.Spec(), fim: own[Param] == "fim"}
		e.info.Writing.Apart = e.fim
		if e.fim && e.spec.FIM == nil {
			return nil, fmt.Errorf("%s: preset %s: infill fim needs weights that were trained to fill in the middle (fim_token_ids in config.json), and these were not; infill left_to_right works with any weights",
				e.info.Engine, e.info.Preset)
		}
		return e, nil
	}
}

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.info }

// Same implements [engines.Same]. Budgets of fills are other ones, so only what holds for all does.
func (e *Engine) Same(int) engines.Options { return engines.Same(e.inner, 1<<30) }

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	_, inner, err := e.lay(batch)
	if err != nil {
		return err
	}
	return engines.Check(e.inner, inner)
}

// lay checks the requests of a batch and lays them out: what each is, and what the
// other engine gets in its place.
func (e *Engine) lay(batch []engines.Request) (tasks []task, inner []engines.Request, err error) {
	if !e.fim {
		return nil, batch, nil
	}
	if err := decode.Check(&e.spec, batch); err != nil {
		return nil, nil, err
	}
	var errs []error
	for i, req := range batch {
		t, inside := newTask(req, &e.spec)
		if err := t.fits(&inside, e.spec.Context); err != nil {
			errs = append(errs, fmt.Errorf("request %d: %w", i, err))
		}
		tasks, inner = append(tasks, t), append(inner, inside)
	}
	return tasks, inner, errors.Join(errs...)
}

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if !e.fim {
		return e.inner.Generate(ctx, batch, sink)
	}
	tasks, inner, err := e.lay(batch)
	if err != nil {
		return nil, err
	}
	results, err := e.inner.Generate(ctx, inner, engines.Relay(sink, func(ev *engines.Event) { tasks[ev.Request].tell(sink, ev) }))
	for i := range results {
		results[i] = tasks[i].result(results[i])
	}
	return results, err
}

// Serve implements engines.Continuous.
func (e *Engine) Serve(ctx context.Context, q engines.Queue) error {
	if e.fim {
		q = laid{e, q}
	}
	return engines.Serve(ctx, e.inner, q)
}

// laid is a queue whose requests are laid out for the other engine.
type laid struct {
	*Engine
	engines.Queue
}

// Take implements engines.Queue.
func (q laid) Take(active int) (list []engines.Pending, open bool) {
	joining, open := q.Queue.Take(active)
	for _, p := range joining {
		tasks, inner, err := q.lay([]engines.Request{p.Request()})
		if err != nil {
			p.Done(engines.Result{}, &engines.RequestError{Err: err})
			continue
		}
		list = append(list, &pending{p, tasks[0], inner[0]})
	}
	return list, open
}

// pending is a request as the other engine gets it.
type pending struct {
	engines.Pending
	task
	inner engines.Request
}

func (p *pending) Request() engines.Request { return p.inner }

func (p *pending) Wrote(w engines.Progress) bool { return p.Pending.Wrote(p.progress(w)) }

func (p *pending) Done(r engines.Result, err error) { p.Pending.Done(p.result(r), err) }
