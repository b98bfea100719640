package card

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// extract is a file in a published layout, written for these tests.
func extractOf(name string) Input {
	if name == "" {
		return Input{}
	}
	return Input{Files: os.DirFS("testdata/extracts"), Path: name}
}

func open(t testing.TB, name string, o Order) *Task {
	t.Helper()
	c, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	task, err := c.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// instances are those of a task, in order.
func instances(t *Task) (list []workloads.Instance) {
	for i := range t.Len(workloads.Test, 0) {
		list = append(list, t.Generate(workloads.Test, 0, i))
	}
	return list
}

// TestGolden: prompts are those of other programs, character by character
// (testdata/golden.py and testdata/opencompass.py made them).
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var golden struct {
			Cases []struct {
				Card, Style, File, FewShot string
				Shots                      int
				Stop                       []string
				Items                      []struct {
					Prompt, Begin, System string
					Turns                 [][2]string
					Choices               []string // of styles that are rated
					Right                 int
				}
			}
		}
		if err := json.Unmarshal(data, &golden); err != nil {
			t.Fatal(err)
		}
		for _, g := range golden.Cases {
			o := Order{Data: extractOf(g.File), Style: g.Style, Shots: &g.Shots}
			if g.Shots > 0 && g.FewShot != g.File {
				o.FewShot = extractOf(g.FewShot)
			}
			task := open(t, g.Card, o)
			list := instances(task)
			if len(list) != len(g.Items) {
				t.Fatalf("%s: %s %s: %d items, want %d", file, g.Card, g.Style, len(list), len(g.Items))
			}
			for i, inst := range list {
				want := g.Items[i]
				if inst.Prompt != want.Prompt || inst.Begin != want.Begin || !slices.Equal(inst.Turns, want.Turns) {
					t.Errorf("%s: %s %s %d:\n%q\n%q\n%q, want\n%q\n%q\n%q", file, g.Card, g.Style, i, inst.Turns, inst.Prompt, inst.Begin, want.Turns, want.Prompt, want.Begin)
				}
				if want.Choices != nil && (!slices.Equal(inst.Choices, want.Choices) || inst.Answer != want.Choices[want.Right]) {
					t.Errorf("%s: %s %d: choices %q, right is %q, want %q and %d", file, g.Card, i, inst.Choices, inst.Answer, want.Choices, want.Right)
				}
			}
			if g.Stop != nil && !slices.Equal(g.Stop, task.Style.Stop) {
				t.Errorf("%s: %s %s: stop %q, want %q", file, g.Card, g.Style, task.Style.Stop, g.Stop)
			}
			seen[g.Card+" "+g.Style] = true
		}
	}
	for _, name := range Names() {
		c, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Styles {
			if own := name == "gsm8k" && s.Name == "plain" || s.Suffix != nil; !own && !seen[name+" "+s.Name] {
				t.Errorf("nobody else's prompts are compared with those of %s, style %s", name, s.Name)
			}
		}
	}
}

// TestMersenne: the numbers are those of Python's random.Random(1234).
func TestMersenne(t *testing.T) {
	m := newMersenne(1234)
	if got := m.sample(7473, 5); !slices.Equal(got, []int{6374, 3610, 957, 61, 742}) {
		t.Error(got)
	}
	if got := m.sample(10, 4); !slices.Equal(got, []int{9, 0, 1, 8}) {
		t.Error(got)
	}
}

// TestMistakes: what is wrong with a card is said with its place and what is allowed.
func TestMistakes(t *testing.T) {
	const good = "name: own\nversion: 1\ntitle: T\nsource: {data: mine}\nanswer: '{{a}}'\njudge: {rules: [number], answer: '{{a}}'}\nstyles:\n  - {name: base, doc: D, question: '{{q}}'}\n"
	if _, err := Parse("c", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		"name: own|nam: own":                     `c:1:1: unknown key "nam" in the card; allowed are answer, data, judge, mark, name, published, source, styles, title, version; did you mean "name"?`,
		"name: own|name: Own!":                   `c:1:7: the name "Own!"`,
		"version: 1|version: x":                  "c:2:10: version must be a whole number",
		"title: T|title: [T]":                    "c:3:8: title must be a text",
		"{data: mine}|{}":                        `c:4:9: source needs the key "data"`,
		"'{{a}}'|'{{a'":                          "c:5:9: answer: {{ without its }}",
		"'{{a}}'|'{{a|trimm}}'":                  `c:5:9: answer: "trimm" is not a known filter; did you mean trim?`,
		"[number]|[numbr]":                       `c:6:16: "numbr" is not a known extraction rule; did you mean number?`,
		"rules: [number]|check: pythn":           `"pythn" is not a known checker`,
		"styles:|styles: &x":                     "anchors and aliases are not read",
		"doc: D|doc: D, shots: 2":                `c:8:5: the style base has 2 shots and needs the key "shot_answer"`,
		"doc: D|doc: D, fewshot: {choose: firs}": `c:8:44: "firs" is not a known way of choosing; did you mean first?`,
		"doc: D|doc: D, fewshot: {same: [1]}":    `"same" numbers rows by the field of data.keep, and there is none`,
		"doc: D|doc: D, stop: [a, '']":           "c:8:32: a stop text is empty",
		"doc: D|doc: D, system: S":               `"system" is a part of a chat; say chat: true`,
		"source:|published: [{model: M, style: bas, value: 1, source: S}]\nsource:": `"bas" is not a known style; did you mean base?`,
		"source:|--- {}\nsource:": "something follows the card",
	} {
		from, to, _ := strings.Cut(change, "|")
		if _, err := Parse("c", []byte(strings.Replace(good, from, to, 1))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, which should say %s", change, err, want)
		}
	}
	if _, err := Load("gsm8"); err == nil || !strings.Contains(err.Error(), "did you mean gsm8k?") {
		t.Error(err)
	}
}

// TestPlain: the style that the format gsm8k stands for.
func TestPlain(t *testing.T) {
	task := open(t, "gsm8k", Order{Data: extractOf("gsm8k-plain.jsonl"), Style: "plain", Name: "gsm8k"})
	for _, inst := range instances(task) {
		if s := task.Check(inst, inst.Answer); !s.Exact {
			t.Errorf("%s: %+v", inst.ID, s)
		}
		s := task.Check(inst, "")
		if msg := workloadtest.WellFormed(inst, "", s); s.Exact || msg != "" {
			t.Errorf("%s: empty: %+v %s", inst.ID, s, msg)
		}
	}
	inst := task.Generate(workloads.Test, 0, 0)
	if inst.ID != "gsm8k/all/test/0" || inst.Canon != "gsm8k: 0" || inst.Prompt != "Question: A shelf has 3 rows of 14 jars. 5 jars break. How many are left?\nAnswer: " {
		t.Errorf("%+v", inst)
	}
	if inst.Answer != "The shelf has 3*14=42 jars.\nOf these 42-5=37 are left.\n#### 37" {
		t.Errorf("%q", inst.Answer)
	}
	last := inst.Spans[1]
	if len(inst.Spans) != 2 || inst.Answer[last.Start:last.End] != "37" || last.Name != workloads.Result || inst.Spans[0].Name != workloads.Reasoning {
		t.Errorf("%+v", inst.Spans)
	}
	for output, right := range map[string]bool{
		"37": true, "42-5, so 37.": true, "#### 37 of 42": true, "It is $37.00": true,
		"42": false, "37 of 42": false, "thirty-seven": false, "-37": false,
	} {
		if s := task.Check(inst, output); s.Exact != right {
			t.Errorf("%q: %+v", output, s)
		}
	}
	if s := task.Check(task.Generate(workloads.Test, 0, 1), "It is -1350."); !s.Exact {
		t.Errorf("%+v", s)
	}
}

// TestFileMistakes: what is wrong with a file is said with its line, and what would be right.
func TestFileMistakes(t *testing.T) {
	shots := func(n int) *int { return &n }
	for _, c := range []struct {
		style, text, examples, want string
		shots                       *int
	}{
		{"plain", "\n", "", "f.jsonl: no items", nil},
		{"plain", `{"question": "q"}`, "", `f.jsonl:1: the field "answer" is missing (the row has "question")`, nil},
		{"plain", `{"question": 1, "answer": "#### 1"}`, "", `f.jsonl:1: the field "question" is not a text`, nil},
		{"plain", `{"question": "", "answer": "#### 1"}`, "", `f.jsonl:1: the field "question" is empty`, nil},
		{"plain", `{"question": "q", "answer": "5"}`, "", `f.jsonl:1: the answer has 0 marks "####" instead of one before its result`, nil},
		{"plain", `{"question": "q", "answer": "#### five"}`, "", `f.jsonl:1: the answer " five" is not one number: there is no number in it`, nil},
		{"plain", `{"question": "q", "answer": "#### 5"}`, "", "the style plain of gsm8k has no form for worked examples: shots is 0", shots(1)},
		{"base", `{"question": "q", "answer": "#### 5"}`, "", "the style base of gsm8k has 5 worked examples, which come from a file of yours: name it with fewshot (train.jsonl), or say shots: 0", nil},
		{"cot", `{"question": "q", "answer": "#### 5"}`, `{"question": "q", "target": "a"}`, "e.jsonl has 1 worked examples, and 8 are wanted", nil},
		{"cot", `{"question": "q", "answer": "#### 5"}`, `{"question": "q"}`, `e.jsonl:1: the field "target" is missing (the row has "question")`, nil},
		{"plain", `{"question": "q", "answer": "#### 5"}`, `{}`, "the style plain of gsm8k takes no worked examples from another file: leave fewshot out", nil},
		{"instruct", `{"text": "q", "task_id": 7}`, "", "f.jsonl: no items: those of the task mbpp have a task_id from 11 to 510, and none of its 1 rows has", nil},
	} {
		name := "gsm8k"
		if c.style == "instruct" {
			name = "mbpp"
		}
		card, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		o := Order{Data: Input{fstest.MapFS{"f.jsonl": {Data: []byte(c.text)}}, "f.jsonl"}, Style: c.style, Shots: c.shots}
		if c.examples != "" {
			o.FewShot = Input{fstest.MapFS{"e.jsonl": {Data: []byte(c.examples)}}, "e.jsonl"}
		}
		if _, err := card.Open(o); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// TestBBHRules: the rules of a task of BBH judge side by side; the flexible one looks at the
// question behind its worked examples.
func TestBBHRules(t *testing.T) {
	files := fstest.MapFS{"f": {Data: []byte(`{"input": "Which is red?\nOptions:\n(A) a hat\n(B) a box", "target": "(B)"}`)},
		"s": {Data: []byte(`{"description": "Say it.\n\n", "input": "Which?\nOptions:\n(A) one\n(B) two\n(C) three", "target": "So the answer is (A)."}`)}}
	one := 1
	task := open(t, "bbh", Order{Data: Input{files, "f"}, FewShot: Input{files, "s"}, Shots: &one})
	inst := task.Generate(workloads.Test, 0, 0)
	for output, want := range map[string]map[string]float64{
		"So the answer is (B).": {"bbh": 1, "bbh-strict": 1, "bbh-flexible": 1},
		"It is a box":           {"bbh": 0, "bbh-strict": 0, "bbh-flexible": 1},
		"the answer is (A).":    {"bbh": 0, "bbh-strict": 0, "bbh-flexible": 0},
	} {
		if s := task.Check(inst, output); !maps.Equal(s.Aspects, want) || s.Exact != (want["bbh"] == 1) {
			t.Errorf("%q: %v %v", output, s.Exact, s.Aspects)
		}
	}
}

// FuzzOpen: no file and no output makes a card panic, and every item has a prompt.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"gsm8k.jsonl", "math.jsonl", "arc.jsonl", "mmlu.jsonl", "hellaswag.jsonl", "bbh.jsonl"} {
		data, err := os.ReadFile("testdata/extracts/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "The answer is \\boxed{5}.")
	}
	var cards []*Card
	for _, name := range Names() {
		c, err := Load(name)
		if err != nil {
			f.Fatal(err)
		}
		cards = append(cards, c)
	}
	none := 0
	f.Fuzz(func(t *testing.T, text, output string) {
		files := fstest.MapFS{"f": {Data: []byte(text)}}
		for _, c := range cards {
			for _, s := range c.Styles {
				task, err := c.Open(Order{Data: Input{files, "f"}, Style: s.Name, Shots: &none})
				if err != nil {
					continue
				}
				inst := task.Generate(workloads.Test, 0, 0)
				if inst.Prompt == "" {
					t.Fatalf("%s %s: no prompt", c.Name, s.Name)
				}
				if msg := workloadtest.WellFormed(inst, output, task.Check(inst, output)); msg != "" {
					t.Fatalf("%s %s: output %q: %s", c.Name, s.Name, output, msg)
				}
			}
		}
	})
}

// FuzzParse: no text makes the reader panic, and an accepted card can be read again.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		data, err := files.ReadFile("cards/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := Parse("f", data); err == nil && (c.Name == "" || len(c.Styles) == 0) {
			t.Fatalf("%+v", c)
		}
	})
}

// TestHumanEval: the style that the format humaneval stands for. Without a runner nothing is judged.
func TestHumanEval(t *testing.T) {
	task := open(t, "humaneval", Order{Data: extractOf("humaneval-own.jsonl"), Name: "humaneval"})
	inst := task.Generate(workloads.Test, 0, 0)
	if task.Unscored() == "" || !strings.HasPrefix(inst.Prompt, "def third(x):") || inst.Canon != "humaneval: Own/0" {
		t.Errorf("%+v", inst)
	}
	if s := task.Check(inst, inst.Answer); s.Exact || !strings.HasPrefix(s.Violations[0].Doc, "not scored: ") {
		t.Errorf("%+v", s)
	}
	if got := function("    return 1\n\ndef g():\n"); got != "    return 1\n" {
		t.Errorf("%q", got)
	}
	bad := fstest.MapFS{"f": {Data: []byte(`{"task_id": "a", "prompt": "p", "entry_point": "a b", "canonical_solution": "c", "test": "t"}`)}}
	if _, err := task.Card.Open(Order{Data: Input{bad, "f"}}); err == nil || err.Error() != `f:1: the entry point is not a name of Python: "a b"` {
		t.Error(err)
	}
}
