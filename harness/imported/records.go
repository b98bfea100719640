package imported

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/workloads"
)

// Engine is the engine of the cells of imported answers.
const Engine = "imported"

// untimed is why they have no times.
const untimed = "the answers were imported: nobody here timed them"

// Verdict is what whoever made a file says of its answers, beside what we say.
type Verdict struct {
	Label  string  `json:"decoder"`
	Task   string  `json:"task"`
	Name   string  `json:"verdict"` // as the file calls it
	N      int     `json:"n"`       // answers that have both
	Theirs float64 `json:"theirs"`  // mean, in [0, 1]
	Ours   float64 `json:"ours"`    // mean, in [0, 1]
	Differ int     `json:"differ"`  // answers of which we say something else
	// ours minus theirs on the same answers, in [−1, 1], with the interval of the
	// exact test of pairs; nil where a verdict is neither right nor wrong.
	Difference *stats.Estimate `json:"difference,omitempty"`

	theirs, ours []bool
}

// Judged are answers with their verdicts, in the form of a run.
type Judged struct {
	*result.File
	Verdicts []Verdict
	Unknown  int // answers that name no item of the tasks
	Unscored int // answers that cannot be judged, in records that say why
	Lines    int // references that are compared though they hold several lines
}

// Judge judges the answers of a file. label names the decoder where the file does not.
func Judge(f *File, how How, label string, now time.Time) (*Judged, error) {
	out := &Judged{File: &result.File{Metrics: result.Metrics(), Instances: map[string]result.Instance{}, Header: result.Header{
		Type: "header", Schema: result.Schema, Scenario: "imported answers", RunID: "imported-" + f.SHA256[:16], Started: now.UTC().Format(time.RFC3339), Seed: 1,
		Metadata: map[string]string{"imported": filepath.Base(f.Path), "imported_sha256": f.SHA256, "imported_format": f.Format},
	}}}
	sets, err := how.answering(f)
	if err != nil {
		return nil, err
	}
	for _, s := range f.Sets {
		out.Unknown += len(s.Answers)
	}
	for _, s := range sets {
		out.Unknown -= len(s.Answers)
		h, err := how.forTask(s.Task)
		if err != nil {
			return nil, err
		}
		if label != "" && (s.Label == "" || len(f.Sets) == 1) {
			s.Label = label
		}
		if err := out.add(f, s, h); err != nil {
			return nil, err
		}
	}
	if out.Unscored > 0 && out.Unscored == len(out.Requests) {
		why := out.Requests[0].Unscored
		if why == noReference {
			why += ". Name the field of references with --reference, or the file of the tasks with --file"
		}
		return nil, fmt.Errorf("%s: none of its answers can be judged: %s", f.Path, why)
	}
	if len(out.Requests) == 0 {
		return nil, fmt.Errorf("%s: none of its %d answers names an item of the tasks, as %q does not", f.Path, out.Unknown, f.Sets[0].Answers[0].Item)
	}
	valid := result.Validity{Type: "validity", Valid: true}
	out.Validity = append(out.Validity, valid)
	for _, c := range out.Header.Cells {
		valid.Cell, valid.Timing = c.ID, []string{untimed}
		out.Validity = append(out.Validity, valid)
	}
	return out, nil
}

// add judges a set of answers.
func (out *Judged) add(f *File, s Set, h How) error {
	name := plain(cmp.Or(s.Task, stem(f.Path)))
	var items map[string]task
	if h.Items != nil {
		name = h.Items.Name()
		var err error
		if items, err = byItem(h, s.placed); err != nil {
			return err
		}
		byNumber, byRow := 0, 0
		for _, a := range s.Answers {
			if _, is := items[a.Item]; is {
				byNumber++
			}
			if _, is := items[a.Row]; is {
				byRow++
			}
		}
		for i, a := range s.Answers {
			if byRow > 0 && byRow >= byNumber {
				s.Answers[i].Item = a.Row
			}
		}
	}
	cell := result.Cell{}
	if s.cell != nil {
		cell, name = *s.cell, s.Task
	}
	label := cmp.Or(s.Label, stem(f.Path))
	cells := map[string]string{} // ids by rung
	verdicts := map[string]*Verdict{}
	var order []string
	for _, a := range s.Answers {
		t, ok := items[a.Item]
		if h.Items == nil {
			var err error
			if t, err = h.judge(name, a); err != nil {
				return fmt.Errorf("%s: item %q: %w", f.Path, workloads.Clip(a.Item), err)
			}
		} else if !ok {
			out.Unknown++
			continue
		}
		rung := "all"
		if h.Items != nil {
			t.inst.ID = name + strings.TrimPrefix(t.inst.ID, h.Items.Name())
			rung = h.Items.Rungs()[t.inst.Rung].Name
		}
		id, known := cells[rung]
		if !known {
			id = hash(strings.Join([]string{f.SHA256 + cell.ID, label, name, rung, fmt.Sprint(h.Rules, h.Primary, h.Compare, h.Check)}, "\x00"))[:16]
			cells[rung] = id
			out.Header.Cells = append(out.Header.Cells, result.Cell{
				ID: id, Engine: Engine, Label: label, Weights: "imported:" + filepath.Base(f.Path), Workload: name, Rung: rung, Split: string(workloads.Test),
				Dataset: cmp.Or(cell.Dataset, "sha256:"+f.SHA256), Budget: cell.Budget, Batch: 1, Group: id, Task: cell.Task,
			})
		}
		rec := record(id, rung, t, a)
		if rec.Unscored != "" {
			out.Unscored++
		}
		if h.Items == nil && strings.Contains(strings.TrimSpace(t.inst.Answer), "\n") {
			out.Lines++
		}
		out.Requests = append(out.Requests, rec)
		out.Instances[rec.Instance] = described(t.inst, name, rung)
		for _, name := range slices.Sorted(maps.Keys(a.Verdicts)) {
			theirs := a.Verdicts[name]
			if rec.Exact == nil {
				continue
			}
			v := verdicts[name]
			if v == nil {
				v = &Verdict{Label: label, Task: out.Header.Cells[len(out.Header.Cells)-1].Workload, Name: name}
				verdicts[name] = v
				order = append(order, name)
			}
			ours := 0.0
			if *rec.Exact {
				ours = 1
			}
			v.N, v.Theirs, v.Ours = v.N+1, v.Theirs+theirs, v.Ours+ours
			if theirs == 0 || theirs == 1 {
				v.theirs, v.ours = append(v.theirs, theirs == 1), append(v.ours, ours == 1)
			}
			if ours != theirs {
				v.Differ++
			}
		}
	}
	for _, name := range order {
		v := verdicts[name]
		v.Theirs, v.Ours = v.Theirs/float64(v.N), v.Ours/float64(v.N)
		if e, err := stats.PairedProportions(v.theirs, v.ours); err == nil && len(v.ours) == v.N {
			v.Difference = &e
		}
		out.Verdicts = append(out.Verdicts, *v)
	}
	return nil
}

// record judges one answer.
func record(cell, rung string, t task, a Answer) result.Request {
	chars := utf8.RuneCountInString(a.Text)
	rec := result.Request{
		Type: "request", Cell: cell, Instance: t.inst.ID, Item: t.inst.Item, Rung: rung, Repetition: a.Sample, Sample: 0, Status: "success", Finish: "stop",
		Chars: &chars, Unscored: t.unscored, Output: a.Text, OutputSHA256: hash(a.Text),
	}
	if t.unscored != "" {
		return rec
	}
	s := t.check(a.Text)
	violations, constraints := len(s.Violations), len(t.inst.Constraints)
	rec.Exact, rec.Partial, rec.Violations, rec.Constraints, rec.Aspects = &s.Exact, &s.Partial, &violations, &constraints, s.Aspects
	for _, v := range s.Violations {
		rec.Broken = append(rec.Broken, v.Constraint)
	}
	return rec
}

// described is the record of an instance.
func described(inst workloads.Instance, workload, rung string) result.Instance {
	d := result.Instance{Type: "instance", ID: inst.ID, Item: inst.Item, Prompt: inst.Prompt, Workload: workload, Rung: rung}
	for _, c := range inst.Constraints {
		d.Constraints = append(d.Constraints, result.Opportunity{Kind: c.Kind, Distance: c.Distance, Direction: string(c.Direction)})
	}
	return d
}

// Records are all records behind the header and the metrics, in the order of a results file.
func (out *Judged) Records() []any {
	list := []any{result.Session{Started: out.Header.Started}}
	seen := map[string]bool{}
	for _, q := range out.Requests {
		if !seen[q.Instance] {
			seen[q.Instance] = true
			list = append(list, out.Instances[q.Instance])
		}
		list = append(list, q)
	}
	for _, v := range out.Validity {
		list = append(list, v)
	}
	return list
}

// hash is a SHA-256 in hex.
func hash[T string | []byte](text T) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// stem is the name of a file without its endings.
func stem(path string) string {
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	return cmp.Or(base, "answers")
}

// plain makes the name of a workload of a text.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(text))
	return text[:min(len(text), 64)]
}
