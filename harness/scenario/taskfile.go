package scenario

import (
	"path/filepath"
	"regexp"
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

// taskFile holds the nodes of an entry that names a file.
type taskFile struct{ file, format, name, sha256, tooLong, budget *yaml.Node }

// keys adds the keys of files to those of an entry.
func (f *taskFile) keys(keys map[string]func(*yaml.Node)) {
	for i, n := range []**yaml.Node{&f.file, &f.format, &f.name, &f.sha256, &f.budget, &f.tooLong} {
		keys[fileKeys[i]] = func(v *yaml.Node) { *n = v }
	}
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// open reads the file of an entry and makes it the entry's workload.
func (p *parser) open(f taskFile, t *Task) {
	if f.format == nil {
		p.add(t.at, "a workload entry with a file needs the key \"format\"%s", allowed("", p.catalog.Formats))
	}
	format, name := "", ""
	if f.format != nil {
		format = p.choice(f.format, "format", p.catalog.Formats)
	}
	if f.name != nil {
		name = p.text(f.name, "name")
	}
	path := p.text(f.file, "file")
	if f.budget != nil {
		t.Budget = p.wholesKey(f.budget, aTask, "budget")
	}
	if f.tooLong != nil {
		t.Skip = p.choice(f.tooLong, "too_long", []string{refuse, skip}) == skip
	}
	want := ""
	if f.sha256 != nil {
		if want = p.text(f.sha256, "sha256"); want != "" && !digestForm.MatchString(want) {
			p.add(place(f.sha256), "sha256 is %s; allowed are 64 digits and letters from a to f", kind(f.sha256))
			want = ""
		}
	}
	if format == "" || path == "" || p.catalog.Open == nil {
		return
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.folder(f.file), path)
		if rel, err := filepath.Rel(filepath.Dir(p.s.File), path); err == nil && place(f.file).source() > 0 {
			target(f.file).Value = rel // as seen from the scenario file, see Scenario.Text
		}
	}
	got, err := p.catalog.Open(format, path, name)
	if err != nil {
		p.add(place(f.file), "%v", err)
		return
	}
	if want != "" && got.SHA256 != want {
		p.add(place(f.sha256), "%s has the SHA-256 %s and is not the file that is meant", clip(path), got.SHA256)
	}
	t.Workload, t.SHA256 = got.Workload, got.SHA256
	p.distinct(f, t)
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
func (p *parser) distinct(f taskFile, t *Task) {
	at, name := place(f.file), t.Workload.Name()
	if f.name != nil {
		at = place(f.name)
	}
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
		for _, split := range []workloads.Split{workloads.Train, workloads.Validation, workloads.Test} {
			if w.Len(split, rung) > 0 {
				have = append(have, string(split))
			}
		}
		p.add(at, "rung %s of %s has no item in the split %s%s", w.Rungs()[rung].Name, w.Name(), t.Split, allowed("", have))
	}
}
