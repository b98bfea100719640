// Package decode holds what every decoder does alike around its rule: check
// requests, keep the state of a request at work ([Job]), and bracket forward
// passes so that time, counters and events follow one contract ([Run]).
//
// The order within one pass is fixed: [Run.Forward], then the decoder draws
// tokens and calls [Job.Commit], then [Run.Record] stamps the commits, adds up
// the cost and tells the sink. What a request draws depends on its own seed
// and logits alone, so a request gives the same answer in any batch.
package decode

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// Network is the part of *model.Session that decoders use. Tests put a table of
// conditional distributions in its place.
type Network interface {
	Model() *model.Model
	Threads() int
	NewCache(capacity int) *model.Cache
	Forward(batch []model.Window) (model.Pass, error)
}

// Info fills in the parts of engines.Info that come from the network.
func Info(net Network, p engines.Preset, o engines.Options) engines.Info {
	return engines.Info{
		Engine: p.Engine, Preset: p.Name, Options: o, Cache: p.Cache,
		WeightsDigest: net.Model().Digest(), Kernel: kernel.Variant(), Threads: net.Threads(),
	}
}

// A Rule is a preset together with what builds it: T is the decoder's own
// composition of mask, proposal, confidence and selector.
type Rule[T any] struct {
	engines.Preset
	Build func(engines.Options) T
}

// Presets returns the descriptions of the rules.
func Presets[T any](rules []Rule[T]) []engines.Preset {
	var all []engines.Preset
	for _, r := range rules {
		all = append(all, r.Preset)
	}
	return all
}

// Choose finds a rule by name ("" is the first one), resolves the options
// against its parameters and builds it.
func Choose[T any](rules []Rule[T], name string, given engines.Options) (T, engines.Preset, engines.Options, error) {
	var names []string
	for _, r := range rules {
		if r.Name == name || name == "" {
			o, err := engines.Resolve(r.Preset, given)
			if err != nil {
				var none T
				return none, r.Preset, nil, fmt.Errorf("%s: %w", r.Engine, err)
			}
			return r.Build(o), r.Preset, o, nil
		}
		names = append(names, r.Name)
	}
	var none T
	return none, engines.Preset{}, nil, engines.UnknownName(rules[0].Engine+" preset", name, names)
}
