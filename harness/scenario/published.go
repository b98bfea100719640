package scenario

import (
	"cmp"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/harness/verdict"

	"gopkg.in/yaml.v3"
)

// published reads what others report of the scenario's tasks.
func (p *parser) published(n *yaml.Node) {
	p.measured = p.tasksByName()
	for _, item := range p.items(n, "published") {
		v := result.Published{Metric: "exact_match"}
		have := p.read(item, aPublished, into{"task": nil, "engine": &v.Engine, "model": &v.Model, "metric": &v.Metric, "value": &v.Value, "n": &v.N, "margin": &v.Margin, "source": &v.Source,
			"setting": func(n *yaml.Node) { v.Setting = p.setting(n) }})
		if have == nil {
			continue
		}
		p.missing(item, aPublished, have)
		if v.Engine != "" {
			p.engineIndex(v.Engine, place(have["engine"].value))
		}
		if task := have["task"].value; task != nil {
			v.Task = p.choice(task, "task of this scenario", p.tasksAndRungs())
		}
		i := slices.IndexFunc(p.catalog.Metrics, func(m result.Metric) bool { return m.Name == v.Metric })
		if i >= 0 && p.catalog.Metrics[i].Unit == "%" {
			if v.Value > 100 {
				p.add(place(have["value"].value), "value is %g; a share is in per cent, from 0 to 100", v.Value)
			}
			v.Margin = cmp.Or(v.Margin, 100*verdict.Margin)
		}
		v.Margin = cmp.Or(v.Margin, verdict.Margin*v.Value)
		p.s.Published = append(p.s.Published, v)
	}
}

// publishedOf adds what task cards know of the weights of the scenario.
func (p *parser) publishedOf() {
	named := func(w weights.Name, model string) bool {
		return strings.EqualFold(strings.TrimSuffix(filepath.Base(w.Name), ".gguf"), path.Base(model))
	}
	for i, v := range p.known {
		used := named(p.s.Weights, v.Model) ||
			slices.ContainsFunc(p.s.Engines, func(e Engine) bool { return named(e.Weights, v.Model) }) ||
			slices.ContainsFunc(p.s.Tasks, func(t Task) bool { return named(t.Weights, v.Model) })
		twice := slices.ContainsFunc(p.known[:i], func(o result.Published) bool { return reflect.DeepEqual(o, v) }) // of several entries of one task
		if used && !twice {
			p.s.Published = append(p.s.Published, v)
		}
	}
}

// tasksAndRungs are the names by which a task of the scenario can be meant.
func (p *parser) tasksAndRungs() []string {
	var list []string
	for _, w := range p.measured[""] {
		list = append(list, w)
		for _, rung := range p.measured[w] {
			list = append(list, w+" "+rung)
		}
	}
	return list
}

// setting reads how a published value was measured: words, numbers, and lists of them.
func (p *parser) setting(n *yaml.Node) map[string]any {
	out := map[string]any{}
	for _, f := range p.fields(n, "setting") {
		flat := f.value.Kind == yaml.ScalarNode || f.value.Kind == yaml.SequenceNode && !slices.ContainsFunc(f.value.Content, func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode })
		var v any
		if !flat || f.value.Decode(&v) != nil || v == nil {
			p.add(place(f.value), "setting %q is %s; allowed are a word, a number, true, false, and lists of them", clip(f.name), kind(f.value))
			continue
		}
		out[f.name] = v
	}
	return out
}
