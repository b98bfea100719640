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
	"dllmbench/engines/network"
)

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
func Presets[T any](rules []Rule[T]) []engines.Preset {
	var all []engines.Preset
	for _, r := range rules {
		all = append(all, r.Preset)
	}
	return all
}

// LeftToRight marks presets that cannot begin with a draft; see [NoDraft].
func LeftToRight(presets []engines.Preset) []engines.Preset {
	for i := range presets {
		presets[i].LeftToRight = true
	}
	return presets
}

// Choose finds a rule by name ("" is the first one), resolves the options
// against its parameters and builds it for a network. The info lacks nothing
// but may be corrected by the engine where the cache depends on an option.
func Choose[T any](net network.Network, rules []Rule[T], name string, given engines.Options) (T, engines.Info, error) {
	var none T
	var names []string
	for _, r := range rules {
		if r.Name != name && name != "" {
			names = append(names, r.Name)
			continue
		}
		o, err := engines.Resolve(r.Preset, given)
		if err != nil {
			return none, engines.Info{}, fmt.Errorf("%s: %w", r.Engine, err)
		}
		spec := net.Spec()
		built, err := r.Build(&spec, o)
		if err != nil {
			return none, engines.Info{}, fmt.Errorf("%s: preset %s: %w", r.Engine, r.Name, err)
		}
		info := engines.Info{
			Engine: r.Engine, Preset: r.Name, Options: o, Cache: r.Cache,
			WeightsDigest: spec.Digest, Kernel: spec.Kernel, Threads: net.Threads(),
			Capabilities: engines.InProcess(),
		}
		if r.Untrained != nil {
			info.Untrained = r.Untrained(&spec, o)
		}
		return built, info, nil
	}
	return none, engines.Info{}, engines.UnknownName(rules[0].Engine+" preset", name, names)
}

// ChooseMasked is Choose for decoders that write masks. It refuses a network
// that knows no mask token.
func ChooseMasked[T any](net network.Network, rules []Rule[T], name string, given engines.Options) (T, engines.Info, error) {
	if spec := net.Spec(); !spec.HasMask() {
		var none T
		return none, engines.Info{}, fmt.Errorf("%s: these weights have no mask token (mask_token_id in config.json), so they were not trained to fill masks; engine autoregressive runs on them", rules[0].Engine)
	}
	return Choose(net, rules, name, given)
}
