package scenario

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// axis is one direction of a sweep: the settings of one engine, of which each
// variant takes one. An engine with several axes is run with every combination.
type axis struct {
	engine int
	points []point
}

// point is one place on an axis: options that are set together.
type point struct {
	name    string // of a named scenario, else ""
	options []assignment
}

// assignment is an option of an engine with its value.
type assignment struct {
	option string
	setting
}

// The types of a sweep.
const (
	grid      = "grid"      // every combination
	zip       = "zip"       // the first values together, the second values together, …
	scenarios = "scenarios" // combinations with names
)

// axes reads a sweep. Without the key "type" all keys are options, and the type
// is grid.
func (p *parser) axes(n *yaml.Node) []axis {
	node := target(n)
	if node.Kind != yaml.MappingNode || keyIndex(node, "type") < 0 {
		return p.grid(n)
	}
	var kind string
	var variables, runs *yaml.Node
	p.known(n, aSweep, map[string]func(*yaml.Node){
		"type":      func(n *yaml.Node) { kind = p.choice(n, "type of a sweep", []string{grid, zip, scenarios}) },
		"variables": func(n *yaml.Node) { variables = n },
		"runs":      func(n *yaml.Node) { runs = n },
	})
	wanted, used, other, idle := "variables", variables, "runs", runs
	if kind == scenarios {
		wanted, used, other, idle = other, idle, wanted, used
	}
	switch {
	case kind == "":
		return nil
	case used == nil:
		p.add(place(n), "a sweep of type %s needs the key %q", kind, wanted)
		return nil
	case idle != nil:
		p.add(place(idle), "a sweep of type %s has no use for the key %q", kind, other)
	}
	switch kind {
	case zip:
		return p.zip(used)
	case scenarios:
		return p.named(used)
	}
	return p.grid(used)
}

// grid reads "engine name.option: [values]": an axis for each line.
func (p *parser) grid(n *yaml.Node) []axis {
	var list []axis
	for _, f := range p.fields(n, "sweep") {
		e, option, ok := p.variable(f)
		if !ok {
			continue
		}
		a := axis{engine: e}
		for _, v := range p.values(f, e, option) {
			if a.has(v.value) {
				p.add(v.at, "%s holds %v twice", f.name, v.value)
				continue
			}
			a.points = append(a.points, point{options: []assignment{{option, v}}})
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

// zip reads lists of one length; the values at one place belong together. Each
// engine has an axis of its own.
func (p *parser) zip(n *yaml.Node) []axis {
	var list []axis
	var first field
	length := -1
	for _, f := range p.fields(n, "sweep") {
		e, option, ok := p.variable(f)
		if !ok {
			continue
		}
		before := len(p.list)
		values := p.values(f, e, option)
		if len(p.list) > before {
			continue
		}
		if length < 0 {
			first, length = f, len(values)
		}
		if len(values) != length {
			p.add(f.at, "%s has %d values and %s has %d; the lists of a zip have one length", f.name, len(values), first.name, length)
			continue
		}
		a := axisOf(&list, e, length)
		for i, v := range values {
			a.points[i].options = append(a.points[i].options, assignment{option, v})
		}
	}
	return list
}

// axisOf is the axis of an engine, with a number of points; it is added if it
// is not there.
func axisOf(list *[]axis, engine, points int) *axis {
	for i := range *list {
		if (*list)[i].engine == engine {
			return &(*list)[i]
		}
	}
	*list = append(*list, axis{engine: engine, points: make([]point, points)})
	return &(*list)[len(*list)-1]
}

// named reads combinations with names: "{name: fast, diffusion.steps: 4}". An
// engine is run in those that set one of its options.
func (p *parser) named(n *yaml.Node) []axis {
	var list []axis
	seen := map[string]bool{}
	for _, item := range p.items(n, "runs") {
		var name string
		before := len(p.list)
		fields := p.fields(item, "a run of the sweep")
		for _, f := range fields {
			if f.name == "name" {
				name = p.label(f.value, "the name of a run")
			}
		}
		switch {
		case name == "" && len(p.list) == before:
			p.add(place(item), "a run of the sweep needs the key \"name\"")
		case seen[name] && name != "":
			p.add(place(item), "two runs of the sweep are named %q", name)
		}
		seen[name] = true
		set := map[int]bool{}
		for _, f := range fields {
			if f.name == "name" {
				continue
			}
			e, option, ok := p.variable(f)
			if !ok {
				continue
			}
			v, ok := p.option(field{option, f.at, f.value}, p.s.Engines[e].Preset)
			if !ok {
				continue
			}
			a := axisOf(&list, e, 0)
			if !set[e] {
				set[e] = true
				a.points = append(a.points, point{name: name})
			}
			last := &a.points[len(a.points)-1]
			last.options = append(last.options, assignment{option, v})
		}
		if len(set) == 0 && len(p.list) == before {
			p.add(place(item), "run %q of the sweep sets no option, for example %s", name, p.exampleAxis())
		}
	}
	return list
}

// variable reads a key of a sweep: the name of an engine, a dot and an option.
func (p *parser) variable(f field) (engine int, option string, ok bool) {
	name, option, ok := strings.Cut(f.name, ".")
	if !ok {
		p.add(f.at, "sweep key %q; allowed is the name of an engine, a dot and an option, for example %s", clip(f.name), p.exampleAxis())
		return -1, "", false
	}
	e := p.engineIndex(name, f.at)
	return e, option, e >= 0 && p.s.Engines[e].Preset.Name != ""
}

// values reads the values of one option.
func (p *parser) values(f field, engine int, option string) []setting {
	var list []setting
	for _, item := range p.items(f.value, f.name) {
		before := len(p.list)
		v, ok := p.option(field{option, f.at, item}, p.s.Engines[engine].Preset)
		if ok {
			list = append(list, v)
		} else if len(p.list) > before && p.list[len(p.list)-1].at == f.at {
			break // the option itself is unknown: say so once
		}
	}
	return list
}

// has tells whether a value of a grid's axis is there already.
func (a axis) has(value any) bool {
	for _, point := range a.points {
		if point.options[0].value == value {
			return true
		}
	}
	return false
}

// variantCount is the number of combinations of an engine's axes, maxCells+1 if
// it is larger.
func variantCount(engine int, sweep []axis) int {
	count := 1
	for _, a := range sweep {
		if a.engine == engine {
			count = min(count*max(len(a.points), 1), maxCells+1)
		}
	}
	return count
}

func (p *parser) exampleAxis() string {
	for _, e := range p.s.Engines {
		if len(e.Preset.Params) > 0 {
			return e.Name + "." + e.Preset.Params[0].Name
		}
	}
	return "diffusion.steps"
}
