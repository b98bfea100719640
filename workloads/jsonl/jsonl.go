// Package jsonl makes a workload of a file that a user has: one JSON object per
// line, each a prompt, an answer and the name of a checker.
//
//	{"id": "q1", "prompt": "2+2=", "answer": "4", "checker": "exact"}
//	{"id": "q2", "prompt": "Half of 7 is ", "answer": "3.5", "checker": "numeric", "tolerance": 0.01}
//	{"id": "q3", "prompt": "A year: ", "answer": "1969", "checker": "regex", "pattern": "19[0-9]{2}"}
//	{"id": "q4", "prompt": "Is ice cold? (yes, no) ", "answer": "yes", "checker": "choice", "choices": ["yes", "no"]}
//	{"id": "q5", "prompt": "func inc(x int) int {\n", "answer": "\treturn x + 1\n}", "checker": "go-tests",
//	 "tests": [{"call": "inc(1)", "want": "2"}]}
//
// (q5 is broken in two here; in a file it is one line.) Reading is strict: an
// unknown field, an unknown checker or an answer that does not pass its own
// checker is an error that names file and line. A file may be packed with gzip.
//
// A [Workload] differs from the procedural workloads in five ways, because the
// instances are somebody's and finite. Its splits are what the file says, not
// what a hash says; without a split field everything is test. A split may be
// empty, see [Workload.Len]. Indices beyond the last item repeat from the first.
// The canonical form is the name of the workload and the item's id, so two
// items are different even if they read the same. Chance is an estimate, see
// [New].
package jsonl

import (
	"cmp"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"

	"dllmbench/workloads"
)

// Bounds of a file.
const (
	MaxFile  = 256 << 20 // bytes
	MaxLine  = 1 << 20   // bytes
	MaxItems = 200_000
)

// Checker judges outputs for one item. The constraints are at least one.
type Checker interface {
	Constraints() []workloads.Constraint
	Check(output string) workloads.Score
}

// Item is one task. Answer may be empty where the checker is [Unscored].
type Item struct {
	ID      string // unique within a workload
	Prompt  string
	Answer  string   // one right answer
	Choices []string // answers that are offered, Answer among them; nil for none
	// Suffix is the text behind the gap that the answer fills; nil where the answer ends the
	// text. The checker gets what was written into the gap, without it.
	Suffix *string
	Unique bool   // no other answer is right
	Many   bool   // many answers are right, and none of them is known
	Rung   string // "" means "all"
	Split  workloads.Split
	Spans  []workloads.Span
	Checker
	// Result is what right answers to the item have in common, for example their
	// final number; "" means Answer. Chance rests on the most frequent one.
	Result string
	// Chance is the probability of guessing without reading the prompt, for
	// example one in the number of choices; 0 if there is nothing to guess from.
	Chance float64
	// Turns are earlier turns of a chat, question and answer, and Begin is what the answer
	// begins with: see [workloads.Instance].
	Turns [][2]string
	Begin string
}

// Workload is one of items. It is safe for concurrent use.
type Workload struct {
	workloads.Base
	rungs    []workloads.Rung
	items    []map[workloads.Split][]Item // by rung
	unscored string
}

// Unscored is the checker of an item that nothing here can judge, with the
// reason. No output passes. Whoever runs such a workload must show no quality
// at all rather than zero: see [Workload.Abstains].
type Unscored string

// Abstains says why nothing is judged.
func (u Unscored) Abstains() string { return string(u) }

// abstains says why a checker judges nothing, "" if it does.
func abstains(c Checker) string {
	if a, ok := c.(interface{ Abstains() string }); ok {
		return a.Abstains()
	}
	return ""
}

// Constraints implements [Checker].
func (u Unscored) Constraints() []workloads.Constraint {
	return []workloads.Constraint{{Kind: "unscored", Direction: workloads.Backward, Doc: string(u)}}
}

// Check implements [Checker].
func (u Unscored) Check(string) workloads.Score {
	v := workloads.Verdict{Total: 1}
	v.Fail(0, -1, "not scored: %s", string(u))
	return v.Score()
}

// Open reads a file of JSON lines and makes a workload of it.
func Open(fsys fs.FS, path, name string) (*Workload, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	items, err := Read(f, path)
	if err != nil {
		return nil, err
	}
	return New(name, "Items of the file "+path+", judged as its lines say.", items)
}

// New makes a workload of items. Rungs are in the order of their first item.
// The chance of a rung is the larger of the share of its most frequent result
// and the mean chance of its items, over the test items if there are any; it is
// at most 0.99, since a chance of 1 would leave nothing to measure.
func New(name, doc string, items []Item) (*Workload, error) {
	if !goodName(name) {
		return nil, badName(name)
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("workload %s: no items", name)
	}
	t := &Workload{}
	ids, at := map[string]bool{}, map[string]int{}
	for _, it := range items {
		if ids[it.ID] || it.ID == "" {
			return nil, fmt.Errorf("workload %s: the id %q is empty or used twice", name, it.ID)
		}
		ids[it.ID] = true
		it.Rung = cmp.Or(it.Rung, "all")
		if !goodName(it.Rung) {
			return nil, fmt.Errorf("workload %s: %q cannot name a rung: allowed are a-z, 0-9, - and _", name, it.Rung)
		}
		it.Split = cmp.Or(it.Split, workloads.Test)
		if !slices.Contains(workloads.Splits[:], it.Split) {
			return nil, fmt.Errorf("workload %s: item %q: the split is %q instead of train, validation or test", name, it.ID, it.Split)
		}
		why := abstains(it.Checker)
		if it.Prompt == "" || it.Answer == "" && why == "" && !it.Many || it.Checker == nil {
			return nil, fmt.Errorf("workload %s: item %q needs a prompt, a checker and, where it judges, an answer", name, it.ID)
		}
		t.unscored = cmp.Or(why, t.unscored)
		r, ok := at[it.Rung]
		if !ok {
			r = len(t.rungs)
			at[it.Rung] = r
			t.rungs = append(t.rungs, workloads.Rung{Name: it.Rung})
			t.items = append(t.items, map[workloads.Split][]Item{})
		}
		t.items[r][it.Split] = append(t.items[r][it.Split], it)
	}
	for r := range t.rungs {
		t.describe(r)
	}
	t.base(name, doc)
	return t, nil
}

func badName(name string) error {
	return fmt.Errorf("%q cannot name a workload: allowed are 1 to 64 of a-z, 0-9, - and _", workloads.Clip(name))
}

// goodName reports whether a text can be part of an instance's ID.
func goodName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// describe fills in a rung.
func (t *Workload) describe(r int) {
	n := 0
	for _, list := range t.items[r] {
		n += len(list)
	}
	list := t.items[r][workloads.Test]
	if len(list) == 0 {
		list = slices.Concat(t.items[r][workloads.Validation], t.items[r][workloads.Train])
	}
	count, most, guess := map[string]int{}, 0, 0.0
	for _, it := range list {
		result := cmp.Or(it.Result, it.Answer)
		count[result]++
		most = max(most, count[result])
		guess += it.Chance
	}
	rung := &t.rungs[r]
	rung.Doc = fmt.Sprintf("%d items, %d of them for test", n, t.Len(workloads.Test, r))
	rung.Knobs = map[string]float64{"items": float64(n)}
	rung.Chance = min(0.99, max(float64(most), guess)/float64(len(list)))
}

// Len is the number of items of a split of a rung. Generate panics where it is
// 0, so ask first.
func (t *Workload) Len(split workloads.Split, rung int) int { return len(t.items[rung][split]) }

// Unscored says why answers to some items cannot be judged, or "" if all can.
func (t *Workload) Unscored() string { return t.unscored }

// Abstains implements [workloads.Abstainer].
func (t *Workload) Abstains(inst workloads.Instance) string {
	return abstains(t.find(inst).Checker)
}

// Named is the same workload under another name.
func (t *Workload) Named(name string) (*Workload, error) {
	if !goodName(name) {
		return nil, badName(name)
	}
	other := *t
	other.base(name, t.Doc())
	return &other, nil
}

// With is the same workload with other checkers of its items, whose constraints are the same.
func (t *Workload) With(change func(Checker) Checker) *Workload {
	other := *t
	other.items, other.unscored = nil, ""
	for _, splits := range t.items {
		changed := map[workloads.Split][]Item{}
		for split, list := range splits {
			list = slices.Clone(list)
			for i := range list {
				list[i].Checker = change(list[i].Checker)
				other.unscored = cmp.Or(abstains(list[i].Checker), other.unscored)
			}
			changed[split] = list
		}
		other.items = append(other.items, changed)
	}
	other.base(t.Name(), t.Doc())
	return &other
}

// base gives the workload a name.
func (t *Workload) base(name, doc string) {
	t.Base = workloads.NewBase(name, doc, t.rungs, func(r workloads.Rung) workloads.Rung { return r }, t.generate)
}

// generate returns an item. It panics if there is none in the split; see Len.
func (t *Workload) generate(_ *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	list := t.items[rung][split]
	if len(list) == 0 {
		panic("workloads: the rung has no item in this split")
	}
	it := list[index%len(list)]
	inst := workloads.Instance{
		Item: it.ID, Prompt: it.Prompt, Turns: it.Turns, Begin: it.Begin, Answer: it.Answer, Choices: it.Choices, Unique: it.Unique, Spans: it.Spans,
		Canon: t.Name() + ": " + it.ID, Constraints: it.Constraints(),
	}
	if it.Suffix != nil {
		inst.Template = []workloads.Piece{{Fill: it.Answer}}
		if *it.Suffix != "" {
			inst.Template = append(inst.Template, workloads.Piece{Text: *it.Suffix})
		}
		inst.Answer += *it.Suffix
	}
	return inst
}

// Check implements [workloads.Workload].
func (t *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	it := t.find(inst)
	if it.Suffix != nil {
		output = strings.TrimSuffix(output, *it.Suffix)
	}
	return it.Check(output)
}

// find returns the item of an instance.
func (t *Workload) find(inst workloads.Instance) Item {
	_, split, index := t.Again(inst)
	list := t.items[inst.Rung][split]
	return list[index%len(list)]
}

// Items lists the items, by rung and split.
func (t *Workload) Items() []Item {
	var list []Item
	for _, rung := range t.items {
		for _, split := range workloads.Splits {
			list = append(list, rung[split]...)
		}
	}
	return list
}
