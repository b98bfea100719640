package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines"

	"gopkg.in/yaml.v3"
)

// option reads one option of a preset.
func (p *parser) option(f field, preset engines.Preset) (setting, bool) {
	names := make([]string, len(preset.Params))
	for i, param := range preset.Params {
		if names[i] = param.Name; param.Name == f.name {
			return p.value(f.value, f.name, param)
		}
	}
	p.add(f.at, "%s/%s has no option %q%s", preset.Engine, preset.Name, clip(f.name), allowed(f.name, names))
	return setting{}, false
}

// value reads an option value as its parameter wants it: int, float64, bool or string.
func (p *parser) value(n *yaml.Node, name string, param engines.Param) (setting, bool) {
	s := setting{at: place(n)}
	low, high := param.Min, param.Max
	if low == 0 && high == 0 {
		low, high = -maxTokens, maxTokens
	}
	ok := false
	switch param.Kind {
	case engines.KindInt:
		s.value, ok = p.whole(n, name, int(low), int(high))
	case engines.KindFloat:
		s.value, ok = p.real(n, name, low, high)
	case engines.KindBool:
		var v bool
		node := target(n)
		if ok = node.Kind == yaml.ScalarNode && node.ShortTag() == "!!bool" && node.Decode(&v) == nil; !ok {
			p.add(s.at, "%s is %s; allowed are true and false", name, kind(n))
		}
		s.value = v
	case engines.KindChoice:
		v := p.choice(n, name, param.Allowed)
		s.value, ok = v, v != ""
	default:
		panic("scenario: parameter of unknown kind")
	}
	return s, ok
}

// engineIndex finds an engine by its name in the scenario; -1 after a problem.
func (p *parser) engineIndex(name string, at pos) int {
	names := make([]string, len(p.s.Engines))
	for i, e := range p.s.Engines {
		if names[i] = e.Name; e.Name == name {
			return i
		}
	}
	p.add(at, "no engine is named %q in this scenario%s", clip(name), allowed(name, names))
	return -1
}

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
