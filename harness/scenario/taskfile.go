package scenario

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/workloads"

	"gopkg.in/yaml.v3"
)

// TaskSource is what an entry says of its file of tasks.
type TaskSource struct {
	Format, Path, Name string // Name is that of the workload, "" for one of its own choosing
	// Task is a task card, by name or path, instead of a format; Style is one of its styles.
	Task, Style string
	Shots       *int   // worked examples; nil for those of the style
	FewShot     string // the path of a file with them
	Prompt      string // form of a question, with fields
	Chat        bool   // the entry says that prompts are a chat
}

// TaskFile is a workload of tasks that a user has on disk.
type TaskFile struct {
	Workload workloads.Finite
	SHA256   string // of what was read, in hex, and of how it is asked and judged
	Asks     bool   // its prompts are questions, not texts to continue
	// Task says what a card made of the file; nil without a card. The following are of a
	// card, too: what the system says first, how many turns stand before a question, whether
	// an answer begins with something given, and how long it may be (0 for no limit of the card's).
	Task   *result.Task
	System *string
	Turns  int
	Begins bool
	Stop   []string // texts that end an answer
	Length int
	// Primary is the reading of ratings that decides, of tasks whose choices are rated; "" elsewhere.
	Primary string
	Notes   []string // what its user should know
	// Published are values that others report of the task, without its name.
	Published []result.Published
}

// fileKeys are the keys of a workload entry that only tasks from a file have.
var fileKeys = []string{"file", "format", "name", "sha256", "budget", "too_long", "task", "style", "shots", "fewshot"}

// cardKeys are those that only a task with a card has.
var cardKeys = []string{"style"}

// What to do with prompts that are too long for the weights.
const (
	refuse = "refuse"
	skip   = "skip"
)

// taskFile is what an entry says of its file.
type taskFile struct {
	path, format, name, sha256, tooLong string
	task, style, fewShot, prompt        string
	shots                               int // -1 for those of the style
	chat                                bool
}

// fields is what a prompt with fields has.
const fieldMark = "{{"

// prompt reads the key "prompt": a form of chats, or a text with fields.
func (p *parser) prompt(n *yaml.Node, t *Task, file *taskFile) {
	if strings.Contains(n.Value, fieldMark) {
		file.prompt = p.text(n, "prompt")
		return
	}
	t.Prompt = p.choice(n, "prompt", []string{promptChat, promptRaw})
}

// chat reads the key "chat", which says the same as prompt: chat and prompt: raw.
func (p *parser) chat(n *yaml.Node, t *Task) {
	v, ok := p.take(n, "chat", value{kind: boolean})
	if ok && t.Prompt != "" {
		p.add(place(n), "an entry has both \"chat\" and \"prompt: %s\"; allowed is one of them", t.Prompt)
	}
	if t.Prompt = promptRaw; v == true {
		t.Prompt = promptChat
	}
}

// open reads the file of an entry and makes it the entry's workload.
func (p *parser) open(f taskFile, t *Task, have fields) {
	switch {
	case have["format"].value == nil && have["task"].value == nil:
		p.add(t.at, "a workload entry with a file needs the key \"format\"%s, or the key \"task\"%s", allowed("", p.catalog.Formats), allowed("", p.catalog.Cards))
	case have["format"].value != nil && have["task"].value != nil:
		p.add(have["format"].at, "an entry has both \"format\" and \"task\"; allowed is one of them")
		return
	}
	if f.task == "" {
		for _, name := range cardKeys {
			if k, given := have[name]; given {
				p.add(k.at, "%q is for a \"task\" with a card", name)
			}
		}
	}
	t.Skip = f.tooLong == skip
	if f.format == "" && f.task == "" || f.path == "" || p.catalog.Open == nil {
		return
	}
	node := have["file"].value
	f.path = p.path(node, f.path)
	if f.fewShot != "" {
		f.fewShot = p.path(have["fewshot"].value, f.fewShot)
	}
	if strings.ContainsAny(f.task, "/.") {
		f.task = p.path(have["task"].value, f.task)
	}
	f.chat = t.Prompt == promptChat
	got, err := p.openOnce(f)
	if err != nil {
		list := []error{err}
		if many, ok := err.(interface{ Unwrap() []error }); ok { // the mistakes of a file
			list = many.Unwrap()
		}
		for _, err := range list {
			p.add(place(node), "%v", err)
		}
		return
	}
	if digest := got.data(); f.sha256 != "" && digest != f.sha256 {
		p.add(place(have["sha256"].value), "%s has the SHA-256 %s and is not the file that is meant", clip(f.path), digest)
	}
	t.Workload, t.SHA256, t.Asks, t.Turns, t.Begins, t.Card = got.Workload, got.SHA256, got.Asks, got.Turns, got.Begins, got.Task
	if t.Card != nil && t.Asks && t.Prompt == "" {
		t.Prompt = promptChat
	}
	if t.Prompt == promptChat && t.Chat.System == nil {
		t.Chat.System = got.System
	}
	if have["stop"].value == nil {
		t.Stop = got.Stop
	}
	if got.Primary != "" {
		t.Score, t.Primary = Likelihood, cmp.Or(t.Primary, got.Primary)
	}
	if got.Length > 0 && t.Budget == nil && have["budget_ratio"].value == nil {
		t.Budget = []int{got.Length}
	}
	for _, v := range got.Published {
		v.Task = t.Workload.Name()
		p.known = append(p.known, v)
	}
	for _, note := range got.Notes {
		p.s.notes = lists.With(p.s.notes, note)
	}
	if n := have["name"].value; n != nil {
		node = n
	}
	p.distinct(place(node), t)
}

// data is the digest of the file alone.
func (f TaskFile) data() string {
	if f.Task != nil {
		return strings.TrimPrefix(f.Task.Data, "sha256:")
	}
	return f.SHA256
}

// path is a path of the file, as it is seen from the folder of the program.
func (p *parser) path(n *yaml.Node, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	path = filepath.Join(p.folder(n), path)
	if rel, err := filepath.Rel(filepath.Dir(p.s.File), path); err == nil && place(n).source() > 0 {
		n.Value = rel // as seen from the scenario file, see Scenario.Text
	}
	return path
}

// openOnce reads a file that several entries may name.
func (p *parser) openOnce(f taskFile) (TaskFile, error) {
	key := f
	key.sha256, key.tooLong = "", ""
	got, known := p.opened[key]
	if known {
		return got, nil
	}
	s := TaskSource{Format: f.format, Path: f.path, Name: f.name, Task: f.task, Style: f.style, FewShot: f.fewShot, Prompt: f.prompt, Chat: f.chat}
	if f.shots >= 0 {
		s.Shots = &f.shots
	}
	got, err := p.catalog.Open(s)
	if err == nil {
		p.opened[key] = got
	}
	return got, err
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
