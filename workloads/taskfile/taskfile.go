// Package taskfile opens files of tasks that a user has: in a format that says everything,
// or with a task card (package card) that says what a published file leaves out.
package taskfile

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/userfile"
	"dllmbench/workloads/card"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/public"
)

// Source is what somebody says of a file of tasks.
type Source struct {
	Format string // a name of [Formats], or "" with a Task
	Path   string
	Name   string // of the workload; "" for the format's or the card's own
	Task   string // an embedded card by its name, or the path of one
	// Style is one of the card's, "" for the first; Shots is the number of worked examples,
	// nil for the style's; FewShot is the path of a file with them; Prompt is the form of a
	// question, with fields, instead of the style's.
	Style   string
	Shots   *int
	FewShot string
	Prompt  string
	Chat    bool // worked examples are turns of a chat; of the format jsonl
}

// Task is a file that was read.
type Task struct {
	*jsonl.Workload
	SHA256 string     // of what was read, in hex; of a card also of how it is asked and judged
	Asks   bool       // its prompts are questions, not texts to continue
	Card   *card.Task // nil for a format
	// Data and FewShot are the digests of the two files, and what they are known as; "" for none.
	Data, FewShot               string
	DataRelease, FewShotRelease string
}

// Formats lists the formats of task files.
func Formats() []string {
	var names []string
	for _, f := range taskFormats() {
		names = append(names, f.name)
	}
	return names
}

// Open reads a task file, or the folder of one where the format has folders, and hashes it.
func Open(s Source) (*Task, error) {
	if s.Task != "" {
		return openCard(s)
	}
	formats := taskFormats()
	i := slices.IndexFunc(formats, func(f taskFormat) bool { return f.name == s.Format })
	if i < 0 {
		return nil, engines.UnknownName("format of task files", s.Format, Formats())
	}
	f := formats[i]
	if (s.Prompt != "" || s.FewShot != "" || s.Shots != nil) && f.name != "jsonl" {
		return nil, fmt.Errorf("prompts with fields and worked examples are for tasks with a card and for the format jsonl, not for %s", s.Format)
	}
	files, base, err := in(s.Path, f.folder, s.Format)
	if err != nil {
		return nil, err
	}
	task := &Task{Asks: f.asks}
	task.Workload, err = f.read(files, base)
	if err == nil && (s.Prompt != "" || s.FewShot != "") {
		err = task.wrap(s, base)
	}
	if err == nil && s.Name != "" {
		task.Workload, err = task.Named(s.Name)
	}
	if err != nil {
		return nil, named(s.Format, err)
	}
	task.SHA256 = cmp.Or(task.SHA256, files.digest())
	return task, nil
}

// named puts a name before each mistake of a file.
func named(name string, err error) error {
	if many := (jsonl.Mistakes)(nil); errors.As(err, &many) {
		for i, err := range many {
			many[i] = fmt.Errorf("%s: %w", name, err)
		}
		return many
	}
	return fmt.Errorf("%s: %w", name, err)
}

// in is the folder of a file, and its name there.
func in(path string, folder bool, format string) (*hashedFS, string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, "", err
	case folder && !info.IsDir():
		return nil, "", fmt.Errorf("%s is a file; the format %s is a folder of group/task.jsonl and group/task_config.yaml", path, format)
	case !folder:
		err = userfile.Regular(path, info)
	}
	if err != nil {
		return nil, "", err
	}
	dir, base := filepath.Split(path)
	if folder {
		dir, base = path, "."
	}
	return newHashedFS(userfile.Dir(filepath.Clean(dir))), base, nil
}

// openCard reads a file as a card says.
func openCard(s Source) (*Task, error) {
	c, err := card.Load(s.Task)
	if err != nil {
		return nil, err
	}
	o := card.Order{Style: s.Style, Shots: s.Shots, Name: s.Name}
	if o.Prompt, err = s.form(); err != nil {
		return nil, err
	}
	data, base, err := in(s.Path, false, "")
	if err != nil {
		return nil, err
	}
	o.Data = card.Input{Files: data, Path: base}
	shots := &hashedFS{}
	if s.FewShot != "" {
		if shots, base, err = in(s.FewShot, false, ""); err != nil {
			return nil, err
		}
		o.FewShot = card.Input{Files: shots, Path: base}
	}
	t, err := c.Open(o)
	if err != nil {
		return nil, named(c.Name, err)
	}
	task := &Task{Workload: t.Workload, Card: t, Asks: t.Style.Chat, Data: data.digest()}
	task.DataRelease = card.Known(c.Data.Known, task.Data)
	if len(shots.sums) > 0 {
		task.FewShot = shots.digest()
		task.FewShotRelease = card.Known(t.Style.FewShot.Known, task.FewShot)
	}
	task.SHA256 = digestOf(task.Data, task.FewShot, t.Identity())
	return task, nil
}

// wrap asks the items of the format jsonl in another form, after worked examples.
func (t *Task) wrap(s Source, file string) error {
	form, err := s.form()
	if err != nil {
		return err
	}
	var examples *jsonl.Workload
	if s.FewShot != "" {
		files, base, err := in(s.FewShot, false, "")
		if err != nil {
			return err
		}
		if examples, err = jsonl.Open(files, base, "examples"); err != nil {
			return err
		}
		t.FewShot, t.Asks = files.digest(), s.Chat
	}
	t.Workload, err = card.Wrap(t.Workload, examples, form, s.Shots, s.Chat)
	return err
}

// form is the form of a question that the source names; nil for none.
func (s Source) form() (*card.Template, error) {
	if s.Prompt == "" {
		return nil, nil
	}
	t, err := card.ParseTemplate(s.Prompt)
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	return &t, nil
}

// digestOf is the SHA-256 in hex of several texts.
func digestOf(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%d %s\n", len(t), t)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// taskName makes the name of a workload of the name of a file.
func taskName(path string) string {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	name = strings.TrimSuffix(name, filepath.Ext(name))
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
	return name[:min(len(name), 64)]
}

// taskFormat is a format of task files.
type taskFormat struct {
	name   string
	folder bool // the tasks are in a folder, not in one file
	asks   bool // prompts are questions, not texts to continue
	read   func(files fs.FS, path string) (*jsonl.Workload, error)
}

// taskFormats lists the formats that a scenario may name. Those of published tasks are a
// style of their cards, under the name of the card.
func taskFormats() []taskFormat {
	style := func(name, style string) func(fs.FS, string) (*jsonl.Workload, error) {
		return func(files fs.FS, path string) (*jsonl.Workload, error) {
			c, err := card.Load(name)
			if err != nil {
				return nil, err
			}
			t, err := c.Open(card.Order{Data: card.Input{Files: files, Path: path}, Style: style, Name: name})
			if err != nil {
				return nil, err
			}
			return t.Workload, nil
		}
	}
	return []taskFormat{
		{"jsonl", false, true, func(files fs.FS, path string) (*jsonl.Workload, error) {
			return jsonl.Open(files, path, taskName(path))
		}},
		{"gsm8k", false, true, style("gsm8k", "plain")},
		{"humaneval", false, false, style("humaneval", "base")},
		{"parallelbench", true, true, func(files fs.FS, _ string) (*jsonl.Workload, error) { return public.ParallelBench(files) }},
	}
}

// Turns is how many turns of a chat stand before each question.
func (t *Task) Turns() int { return len(t.Items()[0].Turns) }
