package scenario

import (
	"fmt"
	"maps"
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

// axes reads a sweep: "engine name.option: [values]".
func (p *parser) axes(n *yaml.Node) []axis {
	var list []axis
	for _, f := range p.fields(n, "sweep") {
		name, option, ok := strings.Cut(f.name, ".")
		if !ok {
			p.add(f.at, "sweep key %q; allowed is the name of an engine, a dot and an option, for example %s", clip(f.name), p.exampleAxis())
			continue
		}
		e := p.engineIndex(name, f.at)
		if e < 0 || p.s.Engines[e].Preset.Name == "" {
			continue
		}
		a := axis{engine: e, option: option, at: f.at}
		for _, item := range p.items(f.value, f.name) {
			before := len(p.list)
			v, ok := p.option(field{option, f.at, item}, p.s.Engines[e].Preset)
			if ok && a.has(v.value) {
				p.add(v.at, "%s holds %v twice", f.name, v.value)
			} else if ok {
				a.values = append(a.values, v)
			} else if len(p.list) > before && p.list[len(p.list)-1].at() == f.at {
				break // the option itself is unknown: say so once
			}
		}
		list = append(list, a)
	}
	for i, e := range p.s.Engines {
		if variantCount(i, list) > maxCells {
			p.add(place(n), "the sweep makes more than %d variants of %s", maxCells, e.Name)
		}
	}
	return list
}

// variantCount is the size of the Cartesian product, maxCells+1 if it is larger.
func variantCount(engine int, sweep []axis) int {
	count := 1
	for _, a := range sweep {
		if a.engine == engine {
			count = min(count*max(len(a.values), 1), maxCells+1)
		}
	}
	return count
}

func (p Problem) at() pos { return pos{p.Line, p.Col} }

func (a axis) has(value any) bool {
	for _, v := range a.values {
		if v.value == value {
			return true
		}
	}
	return false
}

func (p *parser) exampleAxis() string {
	for _, e := range p.s.Engines {
		if len(e.Preset.Params) > 0 {
			return e.Name + "." + e.Preset.Params[0].Name
		}
	}
	return "diffusion.steps"
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
	name    string         // "steps=4 block_length=8", "" without a sweep
	cache   string         // kind of cache that the options lead to, set by expander.check
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
			for _, value := range a.values {
				next = append(next, v.with(a.option, value))
			}
		}
		list = next
	}
	return list, nil
}

// with is v with one option set.
func (v variant) with(option string, value setting) variant {
	w := v
	w.options, w.at = maps.Clone(v.options), maps.Clone(v.at)
	w.options[option], w.at[option] = value.value, value.at
	w.name = strings.TrimSpace(fmt.Sprintf("%s %s=%v", v.name, option, value.value))
	return w
}
