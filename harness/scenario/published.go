package scenario

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/lists"
	places "dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/verdict"
	"dllmbench/workloads"

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
		if task := have["task"].value; task != nil && !p.closed() {
			v.Task = p.choice(task, "task of this scenario", p.tasksAndRungs())
		}
		i := slices.IndexFunc(p.catalog.Metrics, func(m result.Metric) bool { return m.Name == v.Metric })
		if i >= 0 && p.catalog.Metrics[i].Unit == "%" {
			if v.Value > 100 {
				p.add(place(have["value"].value), "value is %g; a share is in per cent, from 0 to 100", v.Value)
			}
			if v.Margin > 100 {
				p.add(place(have["margin"].value), "margin is %g; two shares differ by at most 100 points", v.Margin)
			}
			if 0 < v.Value && v.Value < 1 {
				p.s.notes = lists.With(p.s.notes, fmt.Sprintf("published value of %s: shares are in per cent, and %g is %g%%; a share of %g is written %g", v.Task, v.Value, v.Value, v.Value, 100*v.Value))
			}
			if why := p.unfit(v.Metric, v.Task); why != "" {
				fit := lists.Keep(publishedNames(p.catalog), func(name string) bool { return p.unfit(name, v.Task) == "" })
				p.add(place(have["metric"].value), "the metric %s is %s; allowed are %s", v.Metric, fmt.Sprintf(why, v.Task), strings.Join(fit, ", "))
			}
			v.Margin = cmp.Or(v.Margin, 100*verdict.Margin)
		}
		v.Margin = cmp.Or(v.Margin, verdict.Margin*v.Value)
		p.s.Published = append(p.s.Published, v)
		if v.Model != "" {
			p.s.modelled = append(p.s.modelled, modelled{place(have["model"].value), v.Model})
		}
	}
}

// modelled is the name of weights that a published value is of, and its place.
type modelled struct {
	at   pos
	name string
}

// partial are the metrics that only some tasks have: what they are of, and which tasks have it.
var partial = []struct {
	names []string
	of    string // %s stands for another task
	has   func(Task) bool
}{
	{[]string{"acc", "acc_norm", "acc_bytes"}, "of choices that are rated, and %s has none (score: likelihood)", func(t Task) bool { return t.Score != "" }},
	{[]string{"parses", "type_checks", "undeclared", "bracket_error", "pass_at_1", "pass_at_k"}, "of programs, and answers to %s are none", func(t Task) bool {
		_, runs := t.Workload.(workloads.Executor)
		return (runs || t.SHA256 != "") && manifold(t)
	}},
	{[]string{"planted_mended", "planted_spoiled"}, "of answers that begin with planted errors, and %s has none (planted)", func(t Task) bool { return len(t.Planted) > 0 }},
	{[]string{"coherence_backward", "coherence_lookahead"}, "of places that are checked each by itself, and answers to %s are checked as a whole", manifold},
}

// manifold reports whether several things of an answer may be checked: not where a card says which
// rule takes one result out of it.
func manifold(t Task) bool { return t.Score == "" && (t.Card == nil || t.Card.Rule == "") }

// unfit says why a task has no values of a metric, %s standing for the task; "" where it has.
func (p *parser) unfit(metric, task string) string {
	for _, m := range partial {
		if slices.Contains(m.names, metric) && !p.hasTask(task, m.has) {
			return m.of
		}
	}
	return ""
}

// hasTask reports whether an entry of a task, by its name or with a rung, is such a one.
func (p *parser) hasTask(name string, such func(Task) bool) bool {
	return slices.ContainsFunc(p.s.Tasks, func(t Task) bool {
		return t.Workload != nil && (name == t.Workload.Name() || strings.HasPrefix(name, t.Workload.Name()+" ")) && such(t)
	})
}

// publishedModels refuses published values of weights that the plan does not have.
func (x *expander) publishedModels() {
	cells := x.plan.Cells()
	for _, m := range x.s.modelled {
		var names []string
		for _, c := range cells {
			for _, name := range places.ModelNames(c) {
				names = lists.With(names, name)
			}
		}
		if !slices.ContainsFunc(cells, func(c result.Cell) bool { return places.Called(c, m.name) }) {
			x.add(m.at, "no weights of this scenario are called %q%s", clip(m.name), allowed(m.name, names))
		}
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
		known := places.Settings()
		for _, preset := range p.catalog.Presets {
			for _, param := range preset.Params {
				known = append(known, param.Name)
			}
		}
		if !slices.Contains(known, f.name) {
			p.s.notes = lists.With(p.s.notes, fmt.Sprintf("published setting %q is nothing that records tell, so it is shown and not compared%s", clip(f.name), engines.Hint("; did you mean %q?", f.name, known)))
		}
		out[f.name] = v
	}
	return out
}
