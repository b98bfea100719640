package engines

import (
	"fmt"
	"maps"
	"slices"
)

// Engines around other engines add parameters to their presets, and stand
// between them and the sink. This is what they share.

// Extend returns presets with more parameters.
func Extend(presets []Preset, params ...Param) []Preset {
	list := slices.Clone(presets)
	for i := range list {
		list[i].Params = slices.Concat(list[i].Params, params)
	}
	return list
}

// Wrap opens an engine without the options of some parameters. It returns the
// engine, what it says of itself together with these parameters, and their values.
func Wrap(o Options, params []Param, open func(rest Options) (Engine, error)) (inner Engine, info Info, own Options, err error) {
	own, rest := Options{}, maps.Clone(o)
	for _, p := range params {
		if value, given := o[p.Name]; given {
			own[p.Name] = value
			delete(rest, p.Name)
		}
	}
	if inner, err = open(rest); err != nil {
		return nil, Info{}, nil, err
	}
	info = inner.Info()
	if own, err = Resolve(Preset{Name: info.Preset, Params: params}, own); err != nil {
		return nil, Info{}, nil, fmt.Errorf("%s: %w", info.Engine, err)
	}
	info.Options = maps.Clone(info.Options)
	maps.Copy(info.Options, own)
	return inner, info, own, nil
}

// Check asks an engine what it would refuse, where it can tell.
func Check(e Engine, batch []Request) error {
	if c, ok := e.(interface{ Check([]Request) error }); ok {
		return c.Check(batch)
	}
	return nil
}

// Same gives option values that stand for those of an engine: two engines of a preset that
// differ only in options for which both give the same value here decode every request of
// at most this token budget alike, with equal tokens, counters and passes. Options that it
// does not give stand for themselves; an engine that says nothing gives none.
func Same(e Engine, budget int) Options {
	if s, ok := e.(interface{ Same(int) Options }); ok {
		return s.Same(budget)
	}
	return nil
}

// Relay returns a sink that hands every event to f and asks for what another sink
// asks for; nil for nil.
func Relay(sink Sink, f func(*Event)) Sink {
	if sink == nil {
		return nil
	}
	if t, ok := sink.(Tracer); ok {
		return tracerFunc{SinkFunc(f), t}
	}
	return SinkFunc(f)
}

type tracerFunc struct {
	SinkFunc
	asks Tracer
}

// Trace implements Tracer.
func (t tracerFunc) Trace() Tracing { return t.asks.Trace() }
