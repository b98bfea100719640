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

// Divide parts options into those of some parameters and the rest.
func Divide(o Options, params ...Param) (own, rest Options) {
	own, rest = Options{}, maps.Clone(o)
	for _, p := range params {
		if value, given := o[p.Name]; given {
			own[p.Name] = value
			delete(rest, p.Name)
		}
	}
	return own, rest
}

// Extend resolves options of more parameters and adds them to those that the
// engine has.
func (i *Info) Extend(own Options, params ...Param) (Options, error) {
	own, err := Resolve(Preset{Name: i.Preset, Params: params}, own)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", i.Engine, err)
	}
	i.Options = maps.Clone(i.Options)
	maps.Copy(i.Options, own)
	return own, nil
}

// Check asks an engine what it would refuse, where it can tell.
func Check(e Engine, batch []Request) error {
	if c, ok := e.(interface{ Check([]Request) error }); ok {
		return c.Check(batch)
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
