package main

import (
	"context"

	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/harness"
	"dllmbench/harness/transport"
)

// builder makes the engines of a run in this process, which the gauges read.
func builder(models *library.Shelf, gauges transport.Gauges) func(context.Context, harness.Spec) (transport.Transport, error) {
	return func(_ context.Context, s harness.Spec) (transport.Transport, error) {
		w, err := models.Open(s.Weights)
		if err != nil {
			return nil, err
		}
		e, err := decoders.Open(w.Model, s.Threads, s.Engine, s.Preset, s.Options)
		if err != nil {
			return nil, err
		}
		return transport.Tokens(e, gauges), nil
	}
}
