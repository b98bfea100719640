package scenario

import (
	"slices"

	"dllmbench/engines/weights"
	"dllmbench/workloads"

	"gopkg.in/yaml.v3"
)

// tasks reads the list "workloads".
func (p *parser) tasks(n *yaml.Node) {
	for _, item := range p.items(n, "workloads") {
		t := Task{Split: workloads.Test, Samples: 1, entry: p.newEntry(item)}
		var rungs, split *yaml.Node
		var file taskFile
		keys := p.entryKeys(&t.entry)
		file.keys(keys)
		keys["workload"] = func(n *yaml.Node) { t.Workload = p.workload(n) }
		keys["rungs"] = func(n *yaml.Node) { rungs = n }
		keys["instances"] = func(n *yaml.Node) { t.Instances, _ = p.wholeKey(n, aTask, "instances") }
		keys["samples"] = func(n *yaml.Node) { t.Samples, _ = p.wholeKey(n, aTask, "samples") }
		keys["planted"] = func(n *yaml.Node) { t.Planted = p.wholesKey(n, aTask, "planted") }
		keys["budget_ratio"] = func(n *yaml.Node) { t.BudgetRatio = p.ratios(n) }
		keys["split"] = func(n *yaml.Node) { split = n }
		t.Weights = p.s.Weights
		keys["weights"] = func(n *yaml.Node) { t.Weights = p.taskWeights(n) }
		p.known(item, aTask, keys)
		if target(item).Kind != yaml.MappingNode {
			continue
		}
		have := rawFields(item)
		p.source(item, file, &t, have)
		if split != nil {
			t.Split = p.split(split, file.file != nil)
		}
		if t.Workload != nil {
			t.Rungs = p.rungs(rungs, t.Workload)
			p.filled(&t, place(item))
		}
		for _, batch := range p.s.measurement(t.entry).Batch {
			if batch > 0 && t.Instances%batch != 0 {
				p.add(t.at, "%d instances cannot be split into batches of %d; allowed are multiples of %d", t.Instances, batch, batch)
			}
		}
		p.s.Tasks = append(p.s.Tasks, t)
	}
}

// source finds the workload of an entry: by name or in a file.
func (p *parser) source(item *yaml.Node, file taskFile, t *Task, have []field) {
	switch named := slices.ContainsFunc(have, func(f field) bool { return f.name == "workload" }); {
	case file.file == nil:
		for _, f := range have {
			if slices.Contains(fileKeys, f.name) {
				p.add(f.at, "%q is for tasks from a \"file\" and this entry names none", f.name)
			}
		}
		if !named {
			p.add(t.at, "a workload entry needs the key \"workload\" (a built-in one) or \"file\" (tasks on disk)")
		}
		p.missing(t.at, "a workload entry", have, "rungs", "instances")
		return
	case named:
		p.add(t.at, "a workload entry has both \"workload\" and \"file\"; allowed is one of them")
	case t.BudgetRatio != nil && file.budget != nil:
		p.add(place(file.budget), "an entry has both \"budget\" and \"budget_ratio\"; allowed is one of them")
	}
	p.missing(t.at, "a workload entry", have, "instances")
	p.open(file, t)
}

// split reads which instances are meant. Those of a file may be of any split.
func (p *parser) split(n *yaml.Node, file bool) workloads.Split {
	names := []string{string(workloads.Validation), string(workloads.Test)}
	if file {
		names = append([]string{string(workloads.Train)}, names...)
	}
	return workloads.Split(p.choice(n, "split", names))
}

// workload looks up a workload by name; nil after a problem.
func (p *parser) workload(n *yaml.Node) workloads.Workload {
	names := make([]string, len(p.catalog.Workloads))
	for i, w := range p.catalog.Workloads {
		names[i] = w.Name()
	}
	if i := slices.Index(names, p.choice(n, "workload", names)); i >= 0 {
		return p.catalog.Workloads[i]
	}
	return nil
}

// rungs reads a list of rung names, or "all"; a missing list means all too.
func (p *parser) rungs(n *yaml.Node, w workloads.Workload) []int {
	var names []string
	for _, r := range w.Rungs() {
		names = append(names, r.Name)
	}
	var list []int
	if n == nil || target(n).Value == "all" {
		for i := range names {
			list = append(list, i)
		}
		return list
	}
	for _, item := range p.items(n, "rungs") {
		i := slices.Index(names, p.choice(item, "rung of "+w.Name(), names))
		if i >= 0 && slices.Contains(list, i) {
			p.add(place(item), "rungs hold %q twice", names[i])
		} else if i >= 0 {
			list = append(list, i)
		}
	}
	return list
}

// costs reads the list "cost".
func (p *parser) costs(n *yaml.Node) {
	for _, item := range p.items(n, "cost") {
		c := Cost{Batches: 1, entry: p.newEntry(item)}
		keys := p.entryKeys(&c.entry)
		keys["shape"] = func(n *yaml.Node) { c.Weights = weights.Name{Kind: weights.Shape, Name: p.shape(n)} }
		keys["prompt"] = func(n *yaml.Node) { c.Prompt = p.wholesKey(n, aCost, "prompt") }
		keys["budget"] = func(n *yaml.Node) { c.Budget = p.wholesKey(n, aCost, "budget") }
		keys["batches"] = func(n *yaml.Node) { c.Batches, _ = p.wholeKey(n, aCost, "batches") }
		p.known(item, aCost, keys)
		if target(item).Kind != yaml.MappingNode {
			continue
		}
		p.missing(c.at, "a cost entry", rawFields(item), "shape", "prompt", "budget")
		if batch := slices.Max(append(p.s.measurement(c.entry).Batch, 1)); c.Batches*batch > maxInstances {
			p.add(c.at, "%d batches of %d prompts are more than the %d allowed", c.Batches, batch, maxInstances)
		}
		p.s.Costs = append(p.s.Costs, c)
	}
}

// newEntry is an entry with what holds for the whole scenario.
func (p *parser) newEntry(n *yaml.Node) entry {
	e := entry{at: place(n), sweep: p.sweep, trace: -1}
	for i := range p.s.Engines {
		e.engines = append(e.engines, i)
	}
	return e
}

// entryKeys are the keys of every entry.
func (p *parser) entryKeys(e *entry) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"repeats": func(n *yaml.Node) { e.repeats, _ = p.wholeKey(n, aTask, "repeats") },
		"order":   func(n *yaml.Node) { e.order = p.order(n) },
		"batch":   func(n *yaml.Node) { e.batch = p.wholesKey(n, aTask, "batch") },
		"threads": func(n *yaml.Node) { e.threads = p.threadCounts(n, aTask) },
		"trace": func(n *yaml.Node) {
			if v, ok := p.wholeKey(n, aTask, "trace"); ok {
				e.trace = v
			}
		},
		"experiment": func(n *yaml.Node) {
			for _, item := range p.items(n, "experiment") {
				e.experiments = append(e.experiments, p.label(item, "the name of an experiment"))
			}
		},
		"sweep": func(n *yaml.Node) { e.sweep = p.axes(n) },
		"engines": func(n *yaml.Node) {
			e.engines = nil
			for _, item := range p.items(n, "engines") {
				name := p.text(item, "the name of an engine")
				if name == "" {
					continue
				}
				i := p.engineIndex(name, place(item))
				if i >= 0 && slices.Contains(e.engines, i) {
					p.add(place(item), "engines hold %q twice", name)
				} else if i >= 0 {
					e.engines = append(e.engines, i)
				}
			}
		},
	}
}

// rawFields lists the keys of a mapping without looking for problems.
func rawFields(n *yaml.Node) []field {
	node := target(n)
	var list []field
	for i := 0; i+1 < len(node.Content); i += 2 {
		list = append(list, field{name: node.Content[i].Value, at: place(node.Content[i])})
	}
	return list
}
