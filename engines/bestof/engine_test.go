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

// wrapped is a decoder with best_of.
func wrapped(d decoder) enginetest.Opener {
	return func(net network.Network, preset string, o engines.Options) (engines.Engine, error) {
		return New(net, func(net network.Network, o engines.Options) (engines.Engine, error) { return d(net, preset, o) }, o)
	}
}

var subjects = map[string]enginetest.Opener{
	"autoregressive": wrapped(autoregressive.New), "diffusion": wrapped(diffusion.New), "block": wrapped(block.New), "hybrid": wrapped(hybrid.New),
}

func one(t testing.TB, e engines.Engine, req engines.Request, sink engines.Sink) engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), []engines.Request{req}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}
