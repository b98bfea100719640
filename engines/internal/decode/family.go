package decode

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// A Family is the presets of one engine, the default first.
type Family[T any] struct {
	engines.Preset // what all of them have: Engine, LeftToRight (see [NoDraft]) and Baseline
	// Masked says that they write masks, so that weights without a mask token are refused.
	Masked bool
	Rules  []Rule[T]
}

// A Rule is a preset together with what builds it: T is the decoder's own
// composition of mask, proposal, confidence, selector, cache and stop rule.
type Rule[T any] struct {
	engines.Preset
	// Build composes the decoder for a network of this shape. The error says
	// what the weights lack, or which options do not go together.
	Build func(spec *network.Spec, o engines.Options) (T, error)
	// Untrained says in which ways the decoder would use weights that they were
	// not trained for; nil is never.
	Untrained func(spec *network.Spec, o engines.Options) []string
}

// Presets returns the descriptions of the rules.
func (f *Family[T]) Presets() []engines.Preset {
	var all []engines.Preset
	for _, r := range f.Rules {
		r.Engine, r.LeftToRight, r.Baseline = f.Engine, f.LeftToRight, f.Baseline
		all = append(all, r.Preset)
	}
	return all
}

// Choose finds a rule by name ("" is the first one), resolves the options
// against its parameters and returns what builds it for a network. The info lacks
// nothing but may be corrected by the engine where the cache depends on an option.
func (f *Family[T]) Choose(net network.Network, name string, given engines.Options) (build func() T, info engines.Info, err error) {
	spec := net.Spec()
	if f.Masked && !spec.HasMask() {
		what := "these weights have"
		if spec.Architecture != "" {
			what = spec.Architecture + " has"
		}
		if spec.FullContext || spec.ContextBlock > 0 {
			return nil, info, fmt.Errorf("%s needs the mask token that the weights were trained with, and no file names it (mask_token_id in config.json): "+
				"state its id beside the path, as weights: {path: DIR, mask: ID} or --weights DIR#mask=ID", f.Engine)
		}
		return nil, info, fmt.Errorf("%s needs a mask token (mask_token_id in config.json), and %s none: the weights were not trained to fill masks", f.Engine, what)
	}
	var names []string
	for _, r := range f.Rules {
		if r.Name != name && name != "" {
			names = append(names, r.Name)
			continue
		}
		o, err := engines.Resolve(r.Preset, given)
		if err != nil {
			return nil, info, fmt.Errorf("%s: %w", f.Engine, err)
		}
		if _, err = r.Build(&spec, o); err != nil {
			return nil, info, fmt.Errorf("%s: preset %s: %w", f.Engine, r.Name, err)
		}
		info = engines.Info{
			Engine: f.Engine, Preset: r.Name, Options: o, Cache: r.Cache,
			WeightsDigest: spec.Digest, WeightsAlone: spec.Weights, Kernel: spec.Kernel, Threads: net.Threads(),
			Capabilities: engines.InProcess(), Trained: spec.Length,
		}
		if r.Untrained != nil {
			info.Untrained = r.Untrained(&spec, o)
		}
		if f.Masked {
			info.Untrained = append(info.Untrained, spec.UntrainedMasks()...)
		}
		return func() T {
			built, _ := r.Build(&spec, o)
			return built
		}, info, nil
	}
	return nil, info, engines.UnknownName(f.Engine+" preset", name, names)
}
