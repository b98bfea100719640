package scenario

import (
	"slices"
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

// A run is a set of options that are given together.
type run struct {
	name   string // of a named scenario, else ""
	fields []field
}

// axes reads a sweep. Without the key "type" all keys are options, and the type
// is grid.
func (p *parser) axes(n *yaml.Node) []axis {
	if n.Kind != yaml.MappingNode || keyIndex(n, "type") < 0 {
		return p.grid(n)
	}
	kind := ""
	have := p.read(n, aSweep, into{"type": &kind, "variables": nil, "runs": nil})
	wanted, other := "variables", "runs"
	if kind == scenarios {
		wanted, other = other, wanted
	}
	used, idle := have[wanted].value, have[other].value
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
		return p.together(p.zip(p.fields(used, "sweep")))
	case scenarios:
		return p.together(p.named(used))
	}
	return p.grid(used)
}

// grid reads "engine name.option: [values]": an axis for each line.
func (p *parser) grid(n *yaml.Node) []axis {
	var list []axis
	for _, f := range p.fields(n, "sweep") {
		for _, a := range p.together(p.zip([]field{f})) {
			seen := map[any]bool{}
			for _, point := range a.points {
				v := point.options[0]
				if seen[v.value] {
					p.add(v.at, "%s holds %v twice", f.name, v.value)
				}
				seen[v.value] = true
			}
			list = append(list, a)
		}
	}
	for i, e := range p.s.Engines {
		if variantCount(i, list) > maxCells {
			p.add(place(n), "the sweep makes more than %d variants of %s", maxCells, e.Name)
		}
	}
	return list
}

// zip reads lists of one length: the values at one place are a run.
func (p *parser) zip(lists []field) []run {
	var runs []run
	for k, f := range lists {
		values := p.items(f.value, f.name)
		if k == 0 {
			runs = make([]run, len(values))
		}
		if len(values) != len(runs) {
			p.add(f.at, "%s has %d values and %s has %d; the lists of a zip have one length", f.name, len(values), lists[0].name, len(runs))
			continue
		}
		for i, v := range values {
			runs[i].fields = append(runs[i].fields, field{f.name, f.at, v})
		}
	}
	return runs
}

// named reads runs with names: "{name: fast, diffusion.steps: 4}".
func (p *parser) named(n *yaml.Node) []run {
	var runs []run
	for _, item := range p.items(n, "runs") {
		var r run
		before := len(p.list)
		for _, f := range p.fields(item, "a run of the sweep") {
			if f.name != "name" {
				r.fields = append(r.fields, f)
			} else if name, ok := p.take(f.value, "the name of a run", value{kind: label}); ok {
				r.name = name.(string)
			}
		}
		switch {
		case len(p.list) > before:
		case r.name == "":
			p.add(place(item), "a run of the sweep needs the key \"name\"")
		case slices.ContainsFunc(runs, func(o run) bool { return o.name == r.name }):
			p.add(place(item), "two runs of the sweep are named %q", r.name)
		case len(r.fields) == 0:
			p.add(place(item), "run %q of the sweep sets no option, for example %s", r.name, p.exampleAxis())
		}
		runs = append(runs, r)
	}
	return runs
}

// together makes an axis for each engine of the runs, with a point for each run
// that sets one of its options.
func (p *parser) together(runs []run) []axis {
	var list []axis
	for _, r := range runs {
		points := map[int]*point{} // of this run by engine
		for _, f := range r.fields {
			e, option, ok := p.variable(f)
			if !ok {
				continue
			}
			v, ok := p.option(field{option, f.at, f.value}, p.s.Engines[e].Preset)
			if !ok {
				continue
			}
			if points[e] == nil {
				i := slices.IndexFunc(list, func(a axis) bool { return a.engine == e })
				if i < 0 {
					i, list = len(list), append(list, axis{engine: e})
				}
				list[i].points = append(list[i].points, point{name: r.name})
				points[e] = &list[i].points[len(list[i].points)-1]
			}
			points[e].options = append(points[e].options, assignment{option, v})
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
