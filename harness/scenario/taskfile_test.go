package scenario

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/weights"
	"dllmbench/workloads"
)

// shelf is a file with one rung: item i has a prompt of 4·(i+1) letters. Its
// answers have three letters; of the format "mute" they are missing and not judged.
type shelf struct {
	name string
	mute bool
	lens map[workloads.Split]int
}

func (s shelf) Name() string                         { return s.name }
func (shelf) Doc() string                            { return "" }
func (shelf) Rungs() []workloads.Rung                { return []workloads.Rung{{Name: "all", Chance: 0.5}} }
func (s shelf) Len(split workloads.Split, _ int) int { return s.lens[split] }
func (s shelf) Abstains(workloads.Instance) string {
	if s.mute {
		return "no checker"
	}
	return ""
}
func (s shelf) Generate(split workloads.Split, rung, index int) workloads.Instance {
	if s.lens[split] == 0 {
		panic("no item")
	}
	index %= s.lens[split]
	inst := workloads.Instance{ID: fmt.Sprintf("%s/all/%s/%d", s.name, split, index), Workload: s.name, Rung: rung,
		Prompt: strings.Repeat("x", 4*(index+1)), Answer: "yes", Canon: fmt.Sprint(split, index), Constraints: []workloads.Constraint{{Kind: "answer"}}}
	if s.mute {
		inst.Answer = ""
	}
	return inst
}
func (s shelf) Check(inst workloads.Instance, output string) workloads.Score {
	return workloads.Score{Exact: output == inst.Answer}
}

const fakeDigest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// openShelf knows the files a.jsonl to z.jsonl in the folder of the scenario.
func openShelf(s TaskSource) (TaskFile, error) {
	format, path, name := s.Format, s.Path, s.Name
	base := filepath.Base(path)
	if filepath.Dir(path) != "some/folder" || len(base) != len("a.jsonl") {
		return TaskFile{}, errors.New(path + ":3: not JSON")
	}
	if name == "" {
		name = "tasks"
	}
	digest := base[:1] + fakeDigest[1:]
	return TaskFile{Workload: shelf{name, format == "mute", map[workloads.Split]int{workloads.Test: 6, workloads.Train: 2}}, SHA256: digest, Asks: format == "ask"}, nil
}

func filePlan(t *testing.T, entries string) (*Plan, error) {
	t.Helper()
	catalog := fakeCatalog()
	catalog.Formats, catalog.Open = []string{"jsonl", "mute"}, openShelf
	s, err := Parse("some/folder/f.yaml", []byte(`version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}]
workloads:
`+entries), catalog)
	if err != nil {
		return nil, err
	}
	return s.Expand(context.Background(), fakeWeights)
}

func TestTaskFile(t *testing.T) {
	plan, err := filePlan(t, "  - {file: a.jsonl, format: jsonl, instances: 4, sha256: "+fakeDigest+"}\n")
	if err != nil {
		t.Fatal(err)
	}
	g := plan.Groups[0]
	c := g.Cells[0]
	if g.Items.Len() != 4 || g.Budget != 4 || c.Workload != "tasks" || c.Dataset != "sha256:"+fakeDigest || c.Chance == nil || len(plan.Notes()) != 0 {
		t.Errorf("%d items, budget %d, cell %+v", g.Items.Len(), g.Budget, c)
	}
	other, err := filePlan(t, "  - {file: b.jsonl, format: jsonl, instances: 4}\n")
	if err != nil {
		t.Fatal(err)
	}
	if other.Groups[0].Cells[0].ID == c.ID {
		t.Error("another file has cells with the same id")
	}
	all, err := filePlan(t, "  - {file: a.jsonl, format: jsonl, instances: 100, split: train, name: mine, budget: [2, 8]}\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Groups) != 2 || all.Groups[0].Items.Len() != 2 || all.Groups[1].Budget != 8 || all.Groups[0].Items.At(0).ID != "mine/all/train/0" {
		t.Errorf("%+v", all.Groups)
	}
}

// TestTaskFileSkips: the context of 64 has room for prompts of 12 tokens beside
// a budget of 52, hence for three of six.
func TestTaskFileSkips(t *testing.T) {
	plan, err := filePlan(t, "  - {file: a.jsonl, format: jsonl, instances: 6, too_long: skip, budget: [4, 52]}\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range plan.Groups {
		if g.Items.Len() != 3 || g.Cells[0].Skipped != 3 {
			t.Errorf("%d items, %d skipped", g.Items.Len(), g.Cells[0].Skipped)
		}
	}
	if notes := plan.Notes(); !slices.Equal(notes, []string{"tasks all: prompts too long for weights builtin:v0, left out: 3"}) {
		t.Errorf("%q", notes)
	}
	whole, err := filePlan(t, "  - {file: a.jsonl, format: jsonl, instances: 3, budget: [4, 52]}\n")
	if err != nil || whole.Groups[1].Cells[0].ID != plan.Groups[1].Cells[0].ID {
		t.Errorf("the number of prompts left out changes ids (%v)", err)
	}
}

// TestTaskFileSkipsRungs: a rung of which nothing fits is left out as a whole, and said;
// a plan without anything else is a mistake.
func TestTaskFileSkipsRungs(t *testing.T) {
	plan, err := filePlan(t, "  - {file: a.jsonl, format: jsonl, instances: 6, budget: 4}\n  - {file: a.jsonl, format: jsonl, instances: 6, budget: 62, too_long: skip}\n  - {file: a.jsonl, format: jsonl, instances: 6, budget: 64, too_long: skip}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"tasks all: left out, none of its prompts (6) has at most the 2 tokens for which the context of weights builtin:v0 (64) has room beside a budget of 62",
		"tasks all: left out, a token budget of 64 leaves no room for a prompt in the context of weights builtin:v0 (64)"}
	if notes := plan.Notes(); len(plan.Groups) != 1 || !slices.Equal(notes, want) {
		t.Errorf("%d groups, %q", len(plan.Groups), notes)
	}
}

func TestUnjudgedFile(t *testing.T) {
	plan, err := filePlan(t, "  - {file: a.jsonl, format: mute, instances: 2, budget: 4}\n")
	if err != nil {
		t.Fatal(err)
	}
	if c := plan.Groups[0].Cells[0]; c.Chance != nil || plan.Groups[0].Budget != 4 {
		t.Errorf("%+v", c)
	}
}

func TestTaskFileMistakes(t *testing.T) {
	for _, c := range []struct{ entries, want string }{
		{"  - {file: none.jsonl, format: jsonl, instances: 1}\n", "f.yaml:5:12: some/folder/none.jsonl:3: not JSON"},
		{"  - {file: a.jsonl, format: jsnl, instances: 1}\n", `f.yaml:5:29: unknown format "jsnl"; allowed are jsonl, mute; did you mean "jsonl"?`},
		{"  - {file: a.jsonl, instances: 1}\n", `f.yaml:5:5: a workload entry with a file needs the key "format"; allowed are jsonl, mute`},
		{"  - {file: a.jsonl, format: jsonl}\n", `f.yaml:5:5: a workload entry needs the key "instances"`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, workload: echo}\n", `f.yaml:5:5: a workload entry has both "workload" and "file"`},
		{"  - {instances: 1}\n", `f.yaml:5:5: a workload entry needs the key "workload" (a built-in one) or "file" (tasks on disk)`},
		{"  - {workload: echo, rungs: all, instances: 1, budget: 4}\n", `f.yaml:5:48: "budget" is for tasks from a "file" and this entry names none`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, sha256: 12}\n", "f.yaml:5:58: sha256 is 12; allowed are 64 digits and letters from a to f"},
		{"  - {file: b.jsonl, format: jsonl, instances: 1, sha256: " + fakeDigest + "}\n", "f.yaml:5:58: some/folder/b.jsonl has the SHA-256 baaa"},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, name: echo}\n", `f.yaml:5:56: "echo" is the name of a built-in workload`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1}\n  - {file: b.jsonl, format: jsonl, instances: 1}\n", `f.yaml:6:12: another file of this scenario makes a workload "tasks" too`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, budget: 4, budget_ratio: 2}\n", `f.yaml:5:58: an entry has both "budget" and "budget_ratio"`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, split: validation}\n", "f.yaml:5:5: rung all of tasks has no item in the split validation; allowed are train, test"},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, rungs: [al]}\n", `unknown rung of tasks "al"; allowed is all`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, too_long: drop}\n", `unknown too_long "drop"; allowed are refuse, skip`},
		{"  - {file: a.jsonl, format: jsonl, instances: 1, score: likelihood}\n", "f.yaml:5:5: no item of tasks all has choices that could be rated; score: likelihood is for items with choices"},
		{"  - {file: a.jsonl, format: mute, instances: 1}\n", `f.yaml:5:5: no item of tasks all has an answer from which a token budget could follow; give the entry a "budget" in tokens`},
		{"  - {file: a.jsonl, format: jsonl, instances: 6, budget: 52}\n", "tasks/all/test/5: a prompt of 24 tokens and a budget of 52 make 76 positions; the weights builtin:v0 have a context of 64; too_long: skip leaves such prompts out"},
		{"  - {file: a.jsonl, format: jsonl, instances: 6, budget: 62, too_long: skip}\n", "f.yaml:5:5: nothing is left to measure: tasks all: left out, none of its prompts (6) has at most the 2 tokens for which the context of weights builtin:v0 (64) has room"},
		{"  - {file: a.jsonl, format: jsonl, instances: 6, budget: 64, too_long: skip}\n", "a token budget of 64 leaves no room for a prompt"},
	} {
		_, err := filePlan(t, c.entries)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s got  %v\nwant %s", c.entries, err, c.want)
		}
	}
}

// TestLongerThanTrained: a plan says that its texts are longer than those of the training.
func TestLongerThanTrained(t *testing.T) {
	s, err := Parse("long.yaml", []byte("version: 1\nweights: {builtin: v0}\nengines: [{engine: autoregressive, preset: greedy}]\nworkloads: [{workload: echo, rungs: [echo-2], instances: 2}]\n"), fakeCatalog())
	if err != nil {
		t.Fatal(err)
	}
	for longest, want := range map[int]int{0: 0, 4: 1, 64: 0} {
		plan, err := s.Expand(t.Context(), func(w weights.Name) (WeightsInfo, error) {
			info, err := fakeWeights(w)
			info.Longest = longest
			return info, err
		})
		if err != nil || len(plan.Untrained) != want {
			t.Errorf("trained on %d: %q, %v", longest, plan.Untrained, err)
		}
	}
}
