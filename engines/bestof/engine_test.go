package bestof

import (
	"context"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/block"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/hybrid"
	"dllmbench/engines/network"
)

// decoder is one that is wrapped.
type decoder func(net network.Network, preset string, o engines.Options) (engines.Engine, error)

// wrapped is a test subject: some presets of a decoder, with best_of.
func wrapped(d decoder, presets []engines.Preset, variants map[string][]engines.Options) enginetest.Subject {
	s := enginetest.Subject{
		New: func(net network.Network, preset string, o engines.Options) (engines.Engine, error) {
			return New(net, func(net network.Network, o engines.Options) (engines.Engine, error) { return d(net, preset, o) }, o)
		},
		Variants: variants,
	}
	for _, p := range engines.Extend(presets, Params()...) {
		if variants[p.Name] != nil {
			p.Revises = true // a new try takes the old text back
			s.Presets = append(s.Presets, p)
		}
	}
	return s
}

var subjects = map[string]enginetest.Subject{
	"autoregressive": wrapped(autoregressive.New, autoregressive.Presets(), map[string][]engines.Options{
		"sample":        {{"best_of": 3}, {"best_of": 2, "temperature": 0.1}},
		"prompt-lookup": {{"best_of": 2, "temperature": 1.0}},
	}),
	"diffusion": wrapped(diffusion.New, diffusion.Presets(), map[string][]engines.Options{
		"llada": {{"best_of": 3, "remasking": "random"}, {"best_of": 2, "temperature": 1.0, "steps": 3, "stop_at_end": true}},
		"remdm": {{"best_of": 2, "temperature": 1.0}},
	}),
	"block": wrapped(block.New, block.Presets(), map[string][]engines.Options{
		"bd3lm": {{"best_of": 3, "block_length": 3}},
	}),
	"hybrid": wrapped(hybrid.New, hybrid.Presets(), map[string][]engines.Options{
		"one-step": {{"best_of": 3, "block_length": 4}},
	}),
}

func TestConformance(t *testing.T) {
	for name, s := range subjects {
		t.Run(name, func(t *testing.T) { enginetest.RunAll(t, s) })
	}
}

func one(t testing.TB, e engines.Engine, req engines.Request, sink engines.Sink) engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), []engines.Request{req}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}
