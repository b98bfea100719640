// Package decoders lists the decoders of the program and opens them by name.
// Nothing registers itself: a decoder that is not named in [All] does not exist.
package decoders

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/bestof"
	"dllmbench/engines/block"
	"dllmbench/engines/choice"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/hybrid"
	"dllmbench/engines/middle"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// Decoder is a family of decoding rules.
type Decoder struct {
	Name    string
	presets []engines.Preset
	// open makes an engine on a network, which it uses as long as it lives.
	open func(net network.Network, preset string, o engines.Options) (engines.Engine, error)
}

// All lists the decoders in the order of lists and tables. All of them can
// try several times, see package bestof, and those that write from left to right
// can fill gaps with both sides in view, see package middle. Nobody changes the list.
func All() []Decoder { return all() }

var all = sync.OnceValue(func() []Decoder {
	list := []Decoder{
		{"autoregressive", engines.Extend(autoregressive.Presets(), middle.Params()...), middle.Wrap(autoregressive.New)},
		{"diffusion", diffusion.Presets(), diffusion.New},
		{"block", engines.Extend(block.Presets(), middle.Params()...), middle.Wrap(block.New)},
		{"hybrid", engines.Extend(hybrid.Presets(), middle.Params()...), middle.Wrap(hybrid.New)},
	}
	for i := range list {
		list[i].presets = engines.Extend(list[i].presets, bestof.Params()...)
	}
	return list
})

// Presets lists the presets of all decoders.
func Presets() []engines.Preset {
	var list []engines.Preset
	for _, d := range All() {
		list = append(list, d.presets...)
	}
	return list
}

// Names lists the decoders for help texts.
func Names() string {
	var names []string
	for _, d := range All() {
		names = append(names, d.Name)
	}
	return strings.Join(names, ", ")
}

// family finds a decoder by its name.
func family(name string) (Decoder, error) {
	var names []string
	for _, d := range All() {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return Decoder{}, engines.UnknownName("engine", name, names)
}

// Find finds a preset by the names of engine and preset; the first preset
// of an engine is its default.
func Find(engine, preset string) (engines.Preset, error) {
	d, err := family(engine)
	if err != nil {
		return engines.Preset{}, err
	}
	var names []string
	for _, p := range d.presets {
		if p.Name == preset || preset == "" {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return engines.Preset{}, engines.UnknownName("preset of engine "+engine, preset, names)
}

// Engine is an engine with the session it runs on.
type Engine struct {
	engines.Engine
	session *model.Session
	codec   engines.Codec // nil for weights without one
}

// Open makes an engine on a session of its own.
func Open(m *model.Model, threads int, engine, preset string, o engines.Options) (*Engine, error) {
	session := model.NewSession(m, threads)
	e, err := on(session, engine, preset, o)
	if err != nil {
		session.Close()
		return nil, advise(err, m.Spec(), engine, preset, o, 1)
	}
	return &Engine{e, session, nil}, nil
}

// on makes an engine on a network, which it uses as long as it lives.
func on(net network.Network, engine, preset string, o engines.Options) (engines.Engine, error) {
	d, err := family(engine)
	if err != nil {
		return nil, err
	}
	inner, err := bestof.New(net, func(net network.Network, o engines.Options) (engines.Engine, error) { return d.open(net, preset, o) }, o)
	if err != nil {
		return nil, err
	}
	return choice.Wrap(net, inner), nil
}

// Reads gives the engine the tokenizer in which it looks for stop texts, for requests that
// bring none because they come from another process.
func (e *Engine) Reads(c engines.Codec) { e.codec = c }

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	return e.Engine.Generate(ctx, e.read(batch), sink)
}

// read gives requests with stop texts a tokenizer.
func (e *Engine) read(batch []engines.Request) []engines.Request {
	for i, r := range batch {
		if len(r.Until) > 0 && r.Text == nil && e.codec != nil {
			batch = slices.Clone(batch)
			batch[i].Text = e.codec.Decode
		}
	}
	return batch
}

// Close ends the worker threads of the engine.
func (e *Engine) Close() error {
	e.session.Close()
	return nil
}

// Meter is what the network of the engine has computed.
func (e *Engine) Meter() engines.Meter {
	return engines.Meter(e.session.Tally())
}

// Check reports what Generate would refuse, where the decoder can tell.
func (e *Engine) Check(batch []engines.Request) error {
	return engines.Check(e.Engine, e.read(batch))
}

// Serve decodes the requests of a queue.
func (e *Engine) Serve(ctx context.Context, q engines.Queue) error {
	return engines.Serve(ctx, e.Engine, q)
}

// About is what a decoder says of itself on a network of this kind. The error is that of
// Open.
func About(spec network.Spec, engine, preset string, o engines.Options) (engines.Info, error) {
	e, err := on(network.NewBlank(spec, 1), engine, preset, o)
	if err != nil {
		return engines.Info{}, advise(err, spec, engine, preset, o, 1)
	}
	return e.Info(), nil
}

// Fits refuses option values that do not go together, do not suit a token
// budget, or need something that a network of this kind lacks. It asks the
// decoder itself, on a blank network, and returns what it says of itself.
func Fits(spec network.Spec, engine, preset string, o engines.Options, budget int) (engines.Info, error) {
	info, err := fits(spec, engine, preset, o, budget)
	if err != nil {
		err = advise(err, spec, engine, preset, o, budget)
	}
	return info, err
}

func fits(spec network.Spec, engine, preset string, o engines.Options, budget int) (engines.Info, error) {
	e, err := on(network.NewBlank(spec, budget), engine, preset, o)
	if err != nil {
		return engines.Info{}, err
	}
	anything := func([]int32) bool { return true } // tasks bring a judge along
	info := e.Info()
	info.Same = engines.Same(e, budget)
	return info, engines.Check(e, []engines.Request{{Prompt: []int32{spec.Ordinary()}, Budget: budget, Oracle: anything}})
}

// Rates is Fits for rating choices, whatever their lengths.
func Rates(spec network.Spec, engine, preset string, o engines.Options) (engines.Info, error) {
	e, err := on(network.NewBlank(spec, 1), engine, preset, o)
	if err != nil {
		return engines.Info{}, err
	}
	return e.Info(), engines.Check(e, []engines.Request{{Choices: [][]int32{}}})
}

// ParseOptions turns the texts of --set flags into option values of a preset.
func ParseOptions(p engines.Preset, texts map[string]string) (engines.Options, error) {
	o := engines.Options{}
	var errs []error
	for name, text := range texts {
		o[name] = text
		for _, param := range p.Params {
			if param.Name != name {
				continue
			}
			var err error
			switch param.Kind {
			case engines.KindInt, engines.KindFloat:
				o[name], err = strconv.ParseFloat(text, 64)
			case engines.KindBool:
				o[name], err = strconv.ParseBool(text)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("option %s of preset %s: %q is not of kind %s", name, p.Name, text, param.Kind))
			}
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return engines.Resolve(p, o)
}
