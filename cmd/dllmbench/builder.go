package main

import (
	"context"

	"dllmbench/engines/library"
	"dllmbench/harness/transport"
)

// builder makes the engines of a run in this process, which the gauges read.
func builder(models *library.Shelf, gauges transport.Gauges) func(context.Context, transport.Spec) (transport.Transport, error) {
	return func(_ context.Context, s transport.Spec) (transport.Transport, error) {
		e, err := openSpec(models, s)
		if err != nil {
			return nil, err
		}
		return transport.Tokens(e, gauges), nil
	}
}
