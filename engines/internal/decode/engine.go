package decode

import (
	"context"
	"errors"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// Engine is what all decoders have in common: it checks requests, starts a run
// and leaves the rest to the decoder. It is not safe for concurrent use.
type Engine struct {
	bench  Bench
	info   engines.Info
	refuse func(batch []engines.Request) error
	decode func(*Run) ([]engines.Result, error)
}

var _ engines.Engine = (*Engine)(nil)

// NewEngine returns an engine on a network. Refuse reports what the decoder does
// not take beyond the rules for all; nil is nothing.
func NewEngine(net network.Network, info engines.Info, refuse func([]engines.Request) error, decode func(*Run) ([]engines.Result, error)) *Engine {
	return &Engine{Bench{Net: net}, info, refuse, decode}
}

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.info }

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	spec := e.bench.Net.Spec()
	err := Check(&spec, batch)
	if e.refuse != nil {
		err = errors.Join(err, e.refuse(batch))
	}
	return err
}

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if err := e.Check(batch); err != nil {
		return nil, err
	}
	run, err := e.bench.Start(ctx, batch, sink)
	if err != nil {
		return nil, err
	}
	return e.decode(run)
}
