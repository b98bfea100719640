package scenario

import (
	"path/filepath"
	"slices"

	"dllmbench/workloads"

	"gopkg.in/yaml.v3"
)

// fileKeys are the keys of a workload entry that only tasks from a file have.
var fileKeys = []string{"file", "format", "name", "sha256", "budget", "too_long"}

// What to do with prompts that are too long for the weights.
const (
	refuse = "refuse"
	skip   = "skip"
)

// taskFile is what an entry says of its file.
type taskFile struct{ path, format, name, sha256, tooLong string }

// open reads the file of an entry and makes it the entry's workload.
func (p *parser) open(f taskFile, t *Task, have fields) {
	if have["format"].value == nil {
		p.add(t.at, "a workload entry with a file needs the key \"format\"%s", allowed("", p.catalog.Formats))
	}
	t.Skip = f.tooLong == skip
	if f.format == "" || f.path == "" || p.catalog.Open == nil {
		return
	}
	node := have["file"].value
	path := f.path
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.folder(node), path)
		if rel, err := filepath.Rel(filepath.Dir(p.s.File), path); err == nil && place(node).source() > 0 {
			target(node).Value = rel // as seen from the scenario file, see Scenario.Text
		}
	}
	got, err := p.catalog.Open(f.format, path, f.name)
	if err != nil {
		p.add(place(node), "%v", err)
		return
	}
	if f.sha256 != "" && got.SHA256 != f.sha256 {
		p.add(place(have["sha256"].value), "%s has the SHA-256 %s and is not the file that is meant", clip(path), got.SHA256)
	}
	t.Workload, t.SHA256 = got.Workload, got.SHA256
	if n := have["name"].value; n != nil {
		node = n
	}
	p.distinct(place(node), t)
}

// folder is the folder that a path in a file of the scenario starts from; in a
// flag that of the scenario file.
func (p *parser) folder(n *yaml.Node) string {
	if from := p.sources[place(n).source()]; !from.flag {
		return filepath.Dir(from.name)
	}
	return filepath.Dir(p.s.File)
}

// distinct refuses a name that other tasks have: records would mix them up.
func (p *parser) distinct(at pos, t *Task) {
	name := t.Workload.Name()
	if slices.ContainsFunc(p.catalog.Workloads, func(w workloads.Workload) bool { return w.Name() == name }) {
		p.add(at, "%q is the name of a built-in workload; give these tasks their own \"name\"", name)
	}
	for _, other := range p.s.Tasks {
		if other.SHA256 != "" && other.Workload.Name() == name && other.SHA256 != t.SHA256 {
			p.add(at, "another file of this scenario makes a workload %q too; give these tasks their own \"name\"", name)
		}
	}
}

// filled refuses rungs without an item in the split that is wanted.
func (p *parser) filled(t *Task, at pos) {
	w, ok := t.Workload.(workloads.Finite)
	if !ok {
		return
	}
	for _, rung := range t.Rungs {
		if w.Len(t.Split, rung) > 0 {
			continue
		}
		var have []string
		for _, split := range splits {
			if w.Len(split, rung) > 0 {
				have = append(have, string(split))
			}
		}
		p.add(at, "rung %s of %s has no item in the split %s%s", w.Rungs()[rung].Name, w.Name(), t.Split, allowed("", have))
	}
}
