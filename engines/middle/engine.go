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
	"maps"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// Param is the parameter that presets gain.
const Param = "infill"

func param() engines.Param {
	return engines.Param{Name: Param, Kind: engines.KindChoice, Default: "left_to_right", Allowed: []string{"left_to_right", "fim"},
		Doc: "How templates are filled: left_to_right sees nothing behind a gap, or behind the block at work; fim reads the whole template first and writes the fills behind it, which the weights must have been trained for (Bavarian et al. 2022, arXiv 2207.14255)."}
}

// Extend returns presets with the parameter of this package.
func Extend(presets []engines.Preset) []engines.Preset {
	list := slices.Clone(presets)
	for i := range list {
		list[i].Params = append(slices.Clone(list[i].Params), param())
	}
	return list
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

var _ engines.Engine = (*Engine)(nil)

// Wrap returns an Open whose engines are those of open, with the option of this
// package. The error says which value is not allowed, or what the weights lack.
func Wrap(open Open) Open {
	return func(net network.Network, preset string, o engines.Options) (engines.Engine, error) {
		own, rest := engines.Options{}, maps.Clone(o)
		if value, given := o[Param]; given {
			own[Param] = value
			delete(rest, Param)
		}
		inner, err := open(net, preset, rest)
		if err != nil {
			return nil, err
		}
		e := &Engine{inner: inner, info: inner.Info(), spec: net.Spec()}
		own, err = engines.Resolve(engines.Preset{Name: e.info.Preset, Params: []engines.Param{param()}}, own)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.info.Engine, err)
		}
		e.info.Options = maps.Clone(e.info.Options)
		maps.Copy(e.info.Options, own)
		e.fim = own[Param] == "fim"
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

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	if !e.fim {
		return e.checkInner(batch)
	}
	tasks, err := e.lay(batch)
	if err != nil {
		return err
	}
	return e.checkInner(tasks.requests())
}

// lay checks the requests of a batch and lays them out.
func (e *Engine) lay(batch []engines.Request) (tasks, error) {
	if err := decode.Check(&e.spec, batch); err != nil {
		return nil, err
	}
	tasks := newTasks(batch, &e.spec)
	var errs []error
	for i := range tasks {
		if err := tasks[i].fits(e.spec.Context); err != nil {
			errs = append(errs, fmt.Errorf("request %d: %w", i, err))
		}
	}
	return tasks, errors.Join(errs...)
}

// checkInner asks the other engine what it would refuse, where it can tell.
func (e *Engine) checkInner(batch []engines.Request) error {
	if c, ok := e.inner.(interface{ Check([]engines.Request) error }); ok {
		return c.Check(batch)
	}
	return nil
}

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if !e.fim {
		return e.inner.Generate(ctx, batch, sink)
	}
	tasks, err := e.lay(batch)
	if err != nil {
		return nil, err
	}
	results, err := e.inner.Generate(ctx, tasks.requests(), tasks.sink(sink))
	for i := range results {
		results[i] = tasks[i].result(results[i])
	}
	return results, err
}
