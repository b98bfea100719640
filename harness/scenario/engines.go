package scenario

import (
	"cmp"
	"slices"

	"dllmbench/engines"

	"gopkg.in/yaml.v3"
)

// engines reads the list of engines.
func (p *parser) engines(n *yaml.Node) {
	for _, item := range p.items(n, "engines") {
		e := Engine{at: place(item), given: map[string]setting{}}
		have := p.read(item, anEngine, into{"name": &e.Name, "engine": nil, "preset": nil, "generation": nil, "endpoint": func(n *yaml.Node) { p.endpoint(n, &e) }, "model": func(n *yaml.Node) {
			if m := p.modelNamed(n); m != nil {
				e.Weights = m.Weights
			}
		}})
		if have == nil {
			continue
		}
		engine, preset := have["engine"].value, have["preset"].value
		endpoint := have["endpoint"].value
		switch {
		case endpoint != nil:
			for _, name := range []string{"engine", "preset", "model"} {
				if f, given := have[name]; given {
					p.add(f.at, "an endpoint brings its own engine and model; %q says nothing beside \"endpoint\"", name)
				}
			}
		case engine == nil || preset == nil:
			p.add(e.at, "an engine needs the keys \"engine\" and \"preset\", or \"endpoint\"")
		}
		if n := cmp.Or(endpoint, engine); n != nil && have["name"].value == nil {
			e.Name = n.Value
		}
		if slices.ContainsFunc(p.s.Engines, func(o Engine) bool { return o.Name == e.Name }) && e.Name != "" {
			p.add(e.at, "two engines are named %q; give each one its own \"name\"", clip(e.Name))
		}
		if options := have["generation"].value; (e.Endpoint != nil || p.preset(engine, preset, &e)) && options != nil {
			for _, f := range p.fields(options, "generation") {
				if v, ok := p.option(f, e.Preset); ok {
					e.given[f.name] = v
				}
			}
		}
		p.s.Engines = append(p.s.Engines, e)
	}
}

// preset looks up engine and preset in the catalog.
func (p *parser) preset(engine, preset *yaml.Node, e *Engine) bool {
	if engine == nil {
		return false
	}
	kind := p.choice(engine, "engine", slices.Sorted(slices.Values(engineNames(p.catalog))))
	if kind == "" || preset == nil {
		return false
	}
	name := p.choice(preset, "preset of "+kind, p.catalog.presetsOf(kind))
	i := slices.IndexFunc(p.catalog.Presets, func(known engines.Preset) bool { return known.Engine == kind && known.Name == name })
	if i < 0 {
		return false
	}
	e.Preset = p.catalog.Presets[i]
	return true
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

// option reads one option of a preset.
func (p *parser) option(f field, preset engines.Preset) (setting, bool) {
	names := make([]string, len(preset.Params))
	for i, param := range preset.Params {
		if names[i] = param.Name; param.Name == f.name {
			v, ok := p.take(f.value, f.name, valueOf(param))
			return setting{v, place(f.value)}, ok
		}
	}
	p.add(f.at, "%s/%s has no option %q%s", preset.Engine, preset.Name, clip(f.name), allowed(f.name, names))
	return setting{}, false
}

// valueOf is what an option takes. A range from 0 to 0 is none.
func valueOf(p engines.Param) value {
	kinds := map[engines.Kind]valueKind{engines.KindInt: whole, engines.KindFloat: real, engines.KindBool: boolean, engines.KindChoice: choice}
	v := value{kind: kinds[p.Kind], low: p.Min, high: p.Max, words: p.Allowed}
	if p.Min == 0 && p.Max == 0 {
		v.low, v.high = -MaxTokens, MaxTokens
	}
	return v
}
