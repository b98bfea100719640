package decoders

import (
	"fmt"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// Use says how a decoder stands to weights.
type Use int

// The uses, from the best.
const (
	Native     Use = iota // what the weights were trained for
	Untrained             // it runs and asks for what they were not trained for, as every record says
	Impossible            // it needs something that they lack, and is refused
)

// String is the word for it in tables.
func (u Use) String() string { return [...]string{"native", "untrained use", "impossible"}[u] }

// UseOf says how a preset stands to weights, with its own options but for blocks as
// long as those of the training.
func UseOf(spec network.Spec, p engines.Preset) Use {
	o := engines.Options{}
	for _, param := range p.Params {
		if param.Name == "block_length" && spec.ContextBlock > 0 {
			o[param.Name] = spec.ContextBlock
		}
	}
	const budget = 1 << 6
	info, err := fits(spec, p.Engine, p.Name, o, budget)
	switch {
	case err != nil:
		return Impossible
	case len(info.Untrained) > 0:
		return Untrained
	}
	return Native
}

// advise adds to a refusal that is the fault of the weights, and not of the
// options, which decoders are native to them.
func advise(err error, spec network.Spec, engine, preset string, o engines.Options, budget int) error {
	able := spec
	able.Mask, able.Delimiters, able.FIM = 0, []int32{0}, &network.FIM{}
	if _, other := fits(able, engine, preset, o, budget); other != nil {
		return err
	}
	var native []string
	for _, d := range All() {
		for _, p := range d.presets {
			if UseOf(spec, p) == Native {
				native = append(native, p.Engine+"/"+p.Name)
				break // one of each engine
			}
		}
	}
	if native == nil {
		return err
	}
	return fmt.Errorf("%w; native to these weights: %s", err, strings.Join(native, ", "))
}
