package scenario

import (
	"maps"
	"slices"

	"dllmbench/engines/weights"
	"dllmbench/workloads"

	"gopkg.in/yaml.v3"
)

// tasks reads the list "workloads".
func (p *parser) tasks(n *yaml.Node) {
	for _, item := range p.items(n, "workloads") {
		t := Task{Split: workloads.Test, Samples: 1, Weights: p.s.Weights, BudgetRatio: p.s.Generation.BudgetRatio, ForceLength: p.s.Generation.ForceLength, entry: p.newEntry(item)}
		var name string
		file := taskFile{shots: -1}
		have := p.entry(item, aTask, &t.entry, into{
			"workload": &name, "instances": &t.Instances, "samples": &t.Samples, "until": func(n *yaml.Node) { t.own.Enough = p.enough(n) }, "planted": &t.Planted, "budget_ratio": &t.BudgetRatio, "rungs": nil, "split": nil,
			"file": &file.path, "format": &file.format, "name": &file.name, "sha256": &file.sha256, "too_long": &file.tooLong, "budget": &t.Budget, "stop": &t.Stop, "force_length": &t.ForceLength, "score": &t.Score, "primary": &t.Primary, "draws": &t.Draws,
			"task": &file.task, "style": &file.style, "shots": &file.shots, "fewshot": &file.fewShot,
			"prompt": func(n *yaml.Node) { p.prompt(n, &t, &file) }, "chat": func(n *yaml.Node) { p.chat(n, &t) }, "system": &t.Chat.System, "thinking": &t.Chat.Thinking,
			"weights": func(n *yaml.Node) {
				t.Weights, t.ownWeights = p.weights(n), true
				p.trained(t.Weights, n)
			},
		})
		if have == nil {
			continue
		}
		if i := slices.IndexFunc(p.catalog.Workloads, func(w workloads.Workload) bool { return w.Name() == name }); i >= 0 {
			t.Workload = p.catalog.Workloads[i]
		}
		p.source(item, file, &t, have)
		p.missing(item, aTask, have)
		p.scored(&t, have)
		if most := slices.MaxFunc(append(t.Stop, ""), func(a, b string) int { return len(a) - len(b) }); len(t.Stop) > maxStops || len(most) > maxStop {
			p.add(place(have["stop"].value), "stop has %d texts, the longest of %d bytes; allowed are %d texts of at most %d bytes", len(t.Stop), len(most), maxStops, maxStop)
		}
		if (t.Chat != Chat{}) && t.Prompt == promptRaw {
			p.add(t.at, "\"system\" and \"thinking\" are parts of a chat, and prompt is raw; leave them out, or say prompt: chat")
		}
		if n := have["split"].value; n != nil {
			names := namesOf(splits, func(s workloads.Split) string { return string(s) })
			if have["file"].value == nil {
				names = names[1:]
			}
			t.Split = workloads.Split(p.choice(n, "split", names))
		}
		if t.Workload != nil {
			t.Rungs = p.rungs(have["rungs"].value, t.Workload)
			p.filled(&t, place(item))
		}
		for _, batch := range p.s.measurement(t.entry).Batch {
			if t.Instances%batch != 0 {
				p.add(t.at, "%d instances cannot be split into batches of %d; allowed are multiples of %d", t.Instances, batch, batch)
			}
		}
		p.s.Tasks = append(p.s.Tasks, t)
	}
}

// source finds the workload of an entry: by name or in a file.
func (p *parser) source(item *yaml.Node, file taskFile, t *Task, have fields) {
	named := have["workload"].value != nil
	switch {
	case have["file"].value == nil:
		for _, name := range fileKeys {
			if f, given := have[name]; given {
				p.add(f.at, "%q is for tasks from a \"file\" and this entry names none", name)
			}
		}
		if !named {
			p.add(t.at, "a workload entry needs the key \"workload\" (a built-in one) or \"file\" (tasks on disk)")
		}
		if have["rungs"].value == nil {
			p.add(t.at, "a workload entry needs the key \"rungs\"")
		}
		return
	case named:
		p.add(t.at, "a workload entry has both \"workload\" and \"file\"; allowed is one of them")
	case have["budget_ratio"].value != nil && have["budget"].value != nil:
		p.add(place(have["budget"].value), "an entry has both \"budget\" and \"budget_ratio\"; allowed is one of them")
	}
	p.open(file, t, have)
}

// splits are those of a file; other tasks are never measured on the first.
var splits = []workloads.Split{workloads.Train, workloads.Validation, workloads.Test}

// rungs reads a list of rung names, or "all"; a missing list means all too.
func (p *parser) rungs(n *yaml.Node, w workloads.Workload) (list []int) {
	names := rungNames(w)
	chosen := names
	if n != nil && n.Value != "all" {
		p.put(n, key{name: "rungs", value: value{kind: choice, words: names, list: true, what: "rung of " + w.Name()}}, &chosen)
	}
	for _, name := range chosen {
		list = append(list, slices.Index(names, name))
	}
	return list
}

func rungNames(w workloads.Workload) []string {
	return namesOf(w.Rungs(), func(r workloads.Rung) string { return r.Name })
}

// costs reads the list "cost".
func (p *parser) costs(n *yaml.Node) {
	for _, item := range p.items(n, "cost") {
		c := Cost{Batches: 1, Weights: weights.Name{Kind: weights.Shape}, entry: p.newEntry(item)}
		precisions, kvs := []string{""}, []string{""}
		have := p.entry(item, aCost, &c.entry, into{"shape": &c.Weights.Name, "prompt": &c.Prompt, "budget": &c.Budget, "batches": &c.Batches, "precision": &precisions, "kv": &kvs})
		if have == nil {
			continue
		}
		p.missing(item, aCost, have)
		if batch := slices.Max(append(p.s.measurement(c.entry).Batch, 1)); c.Batches*batch > MaxInstances {
			p.add(c.at, "%d batches of %d prompts are more than the %d allowed", c.Batches, batch, MaxInstances)
		}
		for _, c.Weights.Precision = range precisions {
			for _, kv := range kvs {
				c.Weights.SetKV(kv)
				p.s.Costs = append(p.s.Costs, c)
			}
		}
	}
}

// newEntry is an entry with what holds for the whole scenario.
func (p *parser) newEntry(n *yaml.Node) entry {
	e := entry{at: place(n), sweep: p.sweep, own: Measurement{Trace: -1}}
	for i := range p.s.Engines {
		e.engines = append(e.engines, i)
	}
	return e
}

// entry reads the keys of every entry, and those of a kind of entries.
func (p *parser) entry(n *yaml.Node, what string, e *entry, to into) fields {
	maps.Copy(to, e.own.into())
	to["experiment"] = &e.experiments
	to["sweep"] = func(n *yaml.Node) { e.sweep = p.axes(n) }
	to["engines"] = &e.engines
	have := p.read(n, what, to)
	e.own.Threads = p.workers(e.own.Threads)
	return have
}
