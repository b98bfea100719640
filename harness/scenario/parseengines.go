package scenario

import (
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/weights"

	"gopkg.in/yaml.v3"
)

// trained refuses random weights for workloads.
func (p *parser) trained(w weights.Name, n *yaml.Node) {
	if w.Random() {
		p.add(place(n), "weights of a shape are random and cannot solve workloads; use an entry of \"cost\" with this shape")
	}
}

// taskWeights reads the weights of one entry.
func (p *parser) taskWeights(n *yaml.Node) weights.Name {
	w := p.weights(n)
	p.trained(w, n)
	return w
}

// weights reads {builtin: name}, {path: folder} or {shape: name}.
func (p *parser) weights(n *yaml.Node) weights.Name {
	var w weights.Name
	set := func(kind weights.Kind) func(*yaml.Node) {
		return func(v *yaml.Node) {
			if w.Kind != "" {
				p.add(place(v), "weights have both %q and %q; allowed is one of builtin, path, shape", w.Kind, kind)
			}
			w.Kind = kind
			switch kind {
			case weights.Builtin:
				w.Name = p.choice(v, "built-in weights", p.catalog.Builtin)
			case weights.Path:
				w.Name = p.text(v, "path")
			case weights.Shape:
				w.Name = p.shape(v)
			}
		}
	}
	before := len(p.list)
	p.known(n, weightsObject, map[string]func(*yaml.Node){"builtin": set(weights.Builtin), "path": set(weights.Path), "shape": set(weights.Shape)})
	if w.Kind == "" && len(p.list) == before {
		p.add(place(n), "weights are empty; allowed is one of builtin, path, shape")
	}
	return w
}

// shape reads the name of a model shape.
func (p *parser) shape(n *yaml.Node) string {
	name := p.text(n, "shape")
	if name == "" || p.catalog.Shape == nil {
		return name
	}
	if err := p.catalog.Shape(name); err != nil {
		p.add(place(n), "shape %s: %v", kind(n), err)
	}
	return name
}

// engines reads the list of engines.
func (p *parser) engines(n *yaml.Node) {
	for _, item := range p.items(n, "engines") {
		e := Engine{at: place(item), given: map[string]setting{}}
		var engine, preset, name, generation *yaml.Node
		p.known(item, anEngine, map[string]func(*yaml.Node){
			"name":       func(n *yaml.Node) { name = n },
			"engine":     func(n *yaml.Node) { engine = n },
			"preset":     func(n *yaml.Node) { preset = n },
			"generation": func(n *yaml.Node) { generation = n },
		})
		if target(item).Kind != yaml.MappingNode {
			continue
		}
		if engine == nil || preset == nil {
			p.add(e.at, "an engine needs the keys \"engine\" and \"preset\"")
		}
		found := p.preset(engine, preset, &e)
		if name != nil {
			e.Name = p.label(name, "name")
		} else if engine != nil {
			e.Name = target(engine).Value
		}
		if slices.ContainsFunc(p.s.Engines, func(o Engine) bool { return o.Name == e.Name }) && e.Name != "" {
			p.add(e.at, "two engines are named %q; give each one its own \"name\"", clip(e.Name))
		}
		if generation != nil && found {
			for _, f := range p.fields(generation, "generation") {
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
	byEngine := map[string][]string{}
	for _, known := range p.catalog.Presets {
		byEngine[known.Engine] = append(byEngine[known.Engine], known.Name)
	}
	kind := p.choice(engine, "engine", sortedKeys(byEngine))
	if kind == "" || preset == nil {
		return false
	}
	name := p.choice(preset, "preset of "+kind, byEngine[kind])
	i := slices.IndexFunc(p.catalog.Presets, func(known engines.Preset) bool { return known.Engine == kind && known.Name == name })
	if i < 0 {
		return false
	}
	e.Preset = p.catalog.Presets[i]
	return true
}
