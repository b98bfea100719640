package decoders

import (
	"fmt"
	"maps"
	"slices"
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

// Uses says in words how an engine stands to weights: the use that most of its presets
// make, and which make another one.
func Uses(spec network.Spec, engine string) string {
	presets := usesOf(spec, engine)
	most := slices.MaxFunc(slices.Sorted(maps.Keys(presets)), func(a, b Use) int { return len(presets[a]) - len(presets[b]) })
	text := most.String()
	for _, use := range slices.Sorted(maps.Keys(presets)) {
		if use != most {
			text += "; " + use.String() + ": " + strings.Join(presets[use], ", ")
		}
	}
	return text
}

// usesOf lists the presets of an engine by how they stand to weights.
func usesOf(spec network.Spec, engine string) map[Use][]string {
	uses := map[Use][]string{}
	for _, p := range Presets() {
		if p.Engine == engine {
			use := UseOf(spec, p)
			uses[use] = append(uses[use], p.Name)
		}
	}
	return uses
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
		if list := usesOf(spec, d.Name)[Native]; list != nil {
			native = append(native, d.Name+"/"+list[0])
		}
	}
	if native == nil {
		return err
	}
	return fmt.Errorf("%w; native to these weights: %s", err, strings.Join(native, ", "))
}
