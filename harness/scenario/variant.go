package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines"
)

// variant is an engine with one choice of every swept option.
type variant struct {
	engine  *Engine
	options engines.Options
	at      map[string]pos // where each option that was given stands
	name    string         // "steps=4 block_length=8", with a name before it where the sweep gives one, "" without a sweep
	info    engines.Info   // what the engine says of itself with the options, set by expander.check
}

// variants is the Cartesian product of an engine's axes in the order of the
// file, the last axis changing fastest. Options come from the sweep, else from
// the engine, else from what is common to all, else from the preset.
func (s *Scenario) variants(index int, sweep []axis) ([]variant, error) {
	e := &s.Engines[index]
	base := variant{engine: e, at: map[string]pos{}}
	given := engines.Options{}
	for _, param := range e.Preset.Params {
		for _, from := range []map[string]setting{s.Generation.common, e.given} {
			if v, ok := from[param.Name]; ok {
				given[param.Name], base.at[param.Name] = v.value, v.at
			}
		}
	}
	var err error
	if base.options, err = engines.Resolve(e.Preset, given); err != nil {
		return nil, err
	}
	list := []variant{base}
	for _, a := range sweep {
		if a.engine != index {
			continue
		}
		var next []variant
		for _, v := range list {
			for _, point := range a.points {
				next = append(next, v.with(point))
			}
		}
		list = next
	}
	return list, nil
}

// with is v with the options of a point of a sweep.
func (v variant) with(p point) variant {
	w := v
	w.options, w.at = maps.Clone(v.options), maps.Clone(v.at)
	words := []string{v.name, p.name}
	for _, a := range p.options {
		w.options[a.option], w.at[a.option] = a.value, a.at
		words = append(words, fmt.Sprintf("%s=%v", a.option, a.value))
	}
	w.name = strings.TrimSpace(strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " "))
	return w
}
