package jsonl

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

func mixed(t testing.TB) *Workload {
	t.Helper()
	w, err := Open(os.DirFS("testdata"), "mixed.jsonl", "mixed")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var _ workloads.Workload = (*Workload)(nil)

func TestOpen(t *testing.T) {
	w := mixed(t)
	if w.Name() != "mixed" || w.Doc() == "" || w.Unscored() != "" {
		t.Errorf("%q %q %q", w.Name(), w.Doc(), w.Unscored())
	}
	rungs := w.Rungs()
	if len(rungs) != 2 || rungs[0].Name != "all" || rungs[1].Name != "choices" || rungs[0].Knobs["items"] != 5 {
		t.Fatalf("%+v", rungs)
	}
	// Three test items with three answers, two with a choice of two.
	if rungs[0].Chance != 1./3 || rungs[1].Chance != 0.5 {
		t.Errorf("chances %g and %g", rungs[0].Chance, rungs[1].Chance)
	}
	for r, want := range [][3]int{{1, 1, 3}, {0, 0, 2}} {
		for i, split := range workloads.Splits {
			n := w.Len(split, r)
			if n != want[i] {
				t.Errorf("rung %d, %s: %d items, want %d", r, split, n, want[i])
			}
			for k := range 2 * n {
				inst := w.Generate(split, r, k)
				if again := w.Generate(split, r, k+n); again.Prompt != inst.Prompt || again.ID == inst.ID {
					t.Errorf("%s and %s", inst.ID, again.ID)
				}
				if s := w.Check(inst, " "+inst.Answer+"\n"); !s.Exact || s.Partial != 1 {
					t.Errorf("%s: %+v", inst.ID, s)
				}
				if s := w.Check(inst, ""); s.Exact || len(s.Violations) < len(inst.Constraints)-1 {
					t.Errorf("%s: empty: %+v", inst.ID, s)
				}
			}
		}
	}
	if inst := w.Generate(workloads.Test, 0, 2); inst.ID != "mixed/all/test/2" || inst.Canon != "mixed: g1" {
		t.Errorf("%+v", inst)
	}
	for name, call := range map[string]func(){
		"no item":          func() { w.Generate(workloads.Train, 1, 0) },
		"no rung":          func() { w.Generate(workloads.Test, 2, 0) },
		"no split":         func() { w.Generate("dev", 0, 0) },
		"another workload": func() { w.Check(workloads.Instance{ID: "a/all/test/0"}, "") },
		"another rung":     func() { w.Check(workloads.Instance{ID: "mixed/choices/test/0"}, "") },
		"a bad index":      func() { w.Check(workloads.Instance{ID: "mixed/all/test/x"}, "") },
		"an empty split":   func() { w.Check(workloads.Instance{ID: "mixed/choices/train/0", Rung: 1}, "") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			call()
		}()
	}
}

func TestReadErrors(t *testing.T) {
	const ok = `"id": "a", "prompt": "p", "answer": "1", "checker": `
	for _, tc := range []struct{ text, want string }{
		{"", "f: no items"},
		{"\n\n", "f: no items"},
		{"[]", "f:1: not a JSON object: a line begins with {"},
		{"id,prompt,answer", "f:1: not a JSON object: a line begins with {"},
		{"\n{", "f:2: not JSON: the line ends within the object"},
		{"{} {}", "f:1: something follows the object: one object per line"},
		{`{"id": tru}`, "f:1: not JSON: invalid character '}' in literal true (expecting 'e')"},
		{"{\"id\": \"\xff\"}", "f:1: not UTF-8"},
		{`{"id": "a", "id": "b"}`, `f:1: the field "id" occurs twice`},
		{`{"id": "a", "promt": "b"}`, `f:1: "promt" is not a field, did you mean "prompt"? (allowed: id, prompt, answer, checker, split, rung, suffix, choices, pattern, tolerance, prefix, tests, rules, compare)`},
		{`{"id": 1}`, `f:1: the field "id" is not a text`},
		{`{"id": null}`, `f:1: the field "id" is not a text`},
		{`{"choices": ["a", 1]}`, `f:1: the field "choices" is not a list of texts`},
		{`{"tolerance": "1"}`, `f:1: the field "tolerance" is not a number`},
		{`{"id": "a", "prompt": "p", "answer": "1"}`, `f:1: the field "checker" is missing (needed are id, prompt, answer, checker)`},
		{`{` + ok + `"exakt"}`, `f:1: "exakt" is not a checker, did you mean "exact"? (allowed: choice, exact, extract, go-tests, none, numeric, regex)`},
		{`{` + ok + `"exact", "pattern": "1"}`, `f:1: the checker exact has no use for the field "pattern"`},
		{`{` + ok + `"regex"}`, `f:1: the checker regex needs the field "pattern"`},
		{`{` + ok + `"regex", "pattern": "("}`, "f:1: the pattern is no regular expression: error parsing regexp: missing closing ): `(`"},
		{`{` + ok + `"regex", "pattern": "a)|(1"}`, "f:1: the pattern is no regular expression: error parsing regexp: unexpected ): `a)|(1`"},
		{`{` + ok + `"regex", "pattern": "2"}`, `f:1: the answer does not pass its own checker: "1" does not match`},
		{`{` + ok + `"regex", "pattern": "` + strings.Repeat("a", 1001) + `"}`, "f:1: the pattern has more than 1000 bytes"},
		{`{` + ok + `"numeric", "tolerance": -1}`, "f:1: the tolerance is less than 0"},
		{`{` + ok + `"numeric", "tolerance": 1e999}`, `f:1: the tolerance: "1e999" has an exponent beyond 100`},
		{`{"id": "a", "prompt": "p", "answer": "x", "checker": "numeric"}`, `f:1: the answer "x" is not one number: there is no number in it`},
		{`{` + ok + `"choice", "choices": ["1"]}`, "f:1: there are 1 choices instead of 2 to 100"},
		{`{` + ok + `"choice", "choices": ["1", "1"]}`, "f:1: a choice is empty or occurs twice"},
		{`{` + ok + `"choice", "choices": ["2", "3"]}`, `f:1: the answer "1" is not one of the choices (2, 3)`},
		{`{` + ok + `"extract"}`, `f:1: the checker extract needs the field "rules"`},
		{`{` + ok + `"extract", "rules": []}`, `f:1: the list "rules" is empty`},
		{`{` + ok + `"extract", "rules": ["boxed"]}`, `f:1: the answer does not pass its own checker: the rule boxed finds no answer`},
		{`{` + ok + `"exact", "compare": "math"}`, `f:1: the checker exact has no use for the field "compare"`},
		{`{` + ok + `"exact", "split": "dev"}`, `f:1: "dev" is not a split (allowed: train, validation, test)`},
		{`{` + ok + `"exact", "rung": "A b"}`, `f:1: "A b" cannot name a rung: allowed are a-z, 0-9, - and _`},
		{`{"id": "", "prompt": "p", "answer": "1", "checker": "exact"}`, `f:1: the field "id" is empty`},
		{`{"id": "a", "prompt": "p", "answer": " \n", "checker": "exact"}`, `f:1: the answer is only white space`},
		{`{"id": "a", "prompt": "p", "answer": "x", "checker": "choice", "choices": ["x", "y"], "suffix": "s"}`, `f:1: the field "suffix" makes a gap as long as the answer; it needs one, and the checker exact, numeric, regex or none`},
		{`{"id": "a", "prompt": "p", "answer": "1", "checker": "regex", "pattern": "1?"}`, `f:1: the pattern matches an empty output`},
		{`{` + ok + `"exact"}` + "\n" + `{` + ok + `"exact"}`, `f:2: the id "a" is that of line 1`},
		{`{` + ok + `"go-tests", "tests": []}`, `f:1: the field "tests" is not a list of 1 to 100 objects`},
		{`{` + ok + `"go-tests", "tests": [{"call": "f()"}]}`, `f:1: test 1: "call" and "want" are needed`},
		{`{` + ok + `"go-tests", "tests": [{"calls": "f()"}]}`, `f:1: test 1: "calls" is not a field, did you mean "call"? (allowed: call, want)`},
		{`{` + ok + `"go-tests", "tests": [{"call": "f()", "want": "f("}]}`, `f:1: test 1: the result "f(" is not a value: not an expression`},
		{`{` + ok + `"go-tests", "tests": [{"call": "f()", "want": "1"}]}`, "f:1: the answer does not pass its own checker: expected declaration, found p1"},
		{`{"id": "a", "prompt": "func f() int {", "answer": "return 1}", "checker": "go-tests", "tests": [{"call": "f()", "want": "2"}]}`, "f:1: the answer does not pass its own checker: f() is 1 instead of 2"},
		{`{"id": "` + strings.Repeat("x", MaxLine) + `"}`, "f:1: the line has more than 1048576 bytes"},
	} {
		_, err := Read(strings.NewReader(tc.text), "f")
		if err == nil || err.Error() != tc.want {
			t.Errorf("%.80s\ngot  %v\nwant %s", tc.text, err, tc.want)
		}
	}
	if _, err := Open(fstest.MapFS{}, "none", "n"); err == nil {
		t.Error("a missing file is opened")
	}
}

// endless is a reader that never ends.
type endless struct {
	unit string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.unit[e.at:])
	e.at = (e.at + n) % len(e.unit)
	return n, nil
}

func TestBounds(t *testing.T) {
	err := Lines(&endless{unit: strings.Repeat("{}\n", 1000)}, "f", func(int, []byte) error { return nil })
	if err == nil || err.Error() != "f:200001: more than 200000 items" {
		t.Errorf("items: %v", err)
	}
	err = Lines(&endless{unit: strings.Repeat(strings.Repeat(" ", 4095)+"\n", 10)}, "f", func(int, []byte) error { return nil })
	if err == nil || err.Error() != "f:65537: the file has more than 268435456 bytes" {
		t.Errorf("bytes: %v", err)
	}
}

func TestNewErrors(t *testing.T) {
	good := Item{ID: "a", Prompt: "p", Answer: "x", Checker: Exact("x")}
	change := func(f func(*Item)) []Item {
		it := good
		f(&it)
		return []Item{it}
	}
	for name, items := range map[string][]Item{
		"no items": nil, "two": {good, good}, "id": change(func(it *Item) { it.ID = "" }), "rung": change(func(it *Item) { it.Rung = "a/b" }),
		"split": change(func(it *Item) { it.Split = "dev" }), "prompt": change(func(it *Item) { it.Prompt = "" }), "checker": change(func(it *Item) { it.Checker = nil }),
	} {
		if _, err := New("n", "", items); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := New("a/b", "", []Item{good}); err == nil {
		t.Error("a name with a slash")
	}
	var three []Item
	for i, result := range []string{"", "same", "same"} {
		it := good
		it.ID, it.Result = strings.Repeat("a", i+1), result
		three = append(three, it)
	}
	if w, err := New("n", "", three); err != nil || w.Rungs()[0].Chance != 2./3 {
		t.Errorf("%v: %+v", err, w)
	}
	w, err := New("n", "d", change(func(it *Item) { it.Checker, it.Split = Unscored("no Python"), workloads.Train }))
	if err != nil || w.Unscored() != "no Python" || w.Rungs()[0].Chance != 0.99 {
		t.Fatalf("%v, %+v", err, w)
	}
	inst := w.Generate(workloads.Train, 0, 7)
	if s := w.Check(inst, "x"); s.Exact || s.Violations[0].Doc != "not scored: no Python" {
		t.Errorf("%+v", s)
	}
}

// TestExtract: the first rule takes the reference out of the answer and decides.
func TestExtract(t *testing.T) {
	items, err := Read(strings.NewReader(`{"id": "a", "prompt": "p", "answer": "so \\boxed{\\frac12}", "checker": "extract", "rules": ["boxed", "number"]}`), "f")
	if err != nil {
		t.Fatal(err)
	}
	for output, want := range map[string][3]float64{`\boxed{0.5}`: {1, 1, 1}, "it is 1/2": {0, 0, 1}, `\boxed{3}`: {0, 0, 0}} {
		s := items[0].Check(output)
		if s.Exact != (want[0] == 1) || s.Aspects["boxed"] != want[1] || s.Aspects["number"] != want[2] {
			t.Errorf("%q: %+v", output, s)
		}
	}
}

func TestCheckers(t *testing.T) {
	must := func(c Checker, err error) Checker {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tc := range []struct {
		name         string
		c            Checker
		right, wrong []string
	}{
		{"exact", Exact(" a b "), []string{"a b", "\ta b\n"}, []string{"", "a", "a  b", "a bc", "A b"}},
		{"numeric", must(Numeric("1,234.50", "")), []string{"1234.5", "so 7 and 1,234.5.", "x = 1234.500", "#### 1234.5 and 9", "5 #### 3 #### 1,234.5", "1,234.5,"},
			[]string{"", "none", "1234.51", "-1234.5", "(-1234.5)", "1234.5 or 7", "####", "12345", strings.Repeat("1", 41), "2-1234.5"}},
		{"negative", must(Numeric("-3", "")), []string{"-3", "is -3", "(-3)"}, []string{"3", "5-3", "x-3", ")-3", "- 3"}},
		{"tolerance", must(Numeric("3.5", "0.01")), []string{"3.5", "3.49", "3.51"}, []string{"3.489", "3.5101"}},
		{"regex", must(Regex("a+|b")), []string{"aa", " b\n"}, []string{"", "ab", "aab", "xb"}},
		{"choice", must(Choice("A", []string{"A", "B", "A1"})), []string{"A", " (A) is", "A. Because B", "\"A\""}, []string{"", "B", "A1", "AB", "Ab", "a", "The answer is A", "Bé"}},
	} {
		for _, out := range tc.right {
			if s := tc.c.Check(out); !s.Exact || s.Partial != 1 {
				t.Errorf("%s: %q: %+v", tc.name, out, s)
			}
		}
		for _, out := range append(tc.wrong, strings.Repeat("A", maxOutput+1)) {
			s := tc.c.Check(out)
			if s.Exact {
				t.Errorf("%s: %q is right", tc.name, out)
			}
			if msg := workloadtest.WellFormed(workloads.Instance{Constraints: tc.c.Constraints()}, out, s); msg != "" {
				t.Errorf("%s: %q: %s", tc.name, out, msg)
			}
		}
	}
	if s := Exact("1969").Check(" 1979"); s.Violations[0].Offset != 3 {
		t.Errorf("%+v", s)
	}
	if s := must(Numeric("5", "")).Check("it is -7."); s.Violations[0].Offset != 6 || s.Violations[0].Length != 2 {
		t.Errorf("%+v", s)
	}
}

// TestGoTests shows that an output cannot talk its way to a right result.
func TestGoTests(t *testing.T) {
	w := mixed(t)
	inst := w.Generate(workloads.Test, 0, 2)
	for output, want := range map[string][]int{
		"return x + 1 }":                        nil,
		"return x - (-1) }\nfunc help() {}":     nil,
		"return x }":                            {4, 5},
		"return 2 }":                            {5},
		"return y }":                            {2, 4, 5},
		"return x + 1 }\nfunc len(x int) int {": {0, 1, 2, 3, 4, 5},
		"for { } }":                             {4, 5},
	} {
		if got := workloadtest.Broken(w.Check(inst, output)); !slices.Equal(got, want) {
			t.Errorf("%q: broken %v, want %v", output, got, want)
		}
	}
	train := w.Generate(workloads.Train, 0, 0)
	if s := w.Check(train, "func twice(s string) string { return s }"); s.Exact || s.Partial != 0 || s.Violations[0].Doc != `twice("ab") is "ab" instead of "abab"` {
		t.Errorf("%+v", s)
	}
}

func FuzzRead(f *testing.F) {
	data, err := os.ReadFile("testdata/mixed.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		f.Add(line, "4")
	}
	f.Add(`{"id": "a", "prompt": "p", "answer": "\\boxed{1}", "checker": "extract", "rules": ["boxed"], "compare": "math"}`, "\\boxed 1")
	f.Add(`{"id": "a", "prompt": "p", "answer": "-1,2.5", "checker": "numeric", "tolerance": 0.5}`, "#### -3")
	f.Fuzz(func(t *testing.T, text, output string) {
		items, err := Read(strings.NewReader(text), "f")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Fatalf("%v", err)
			}
			return
		}
		w, err := New("n", "", items)
		if err != nil {
			t.Fatalf("read, but not made: %v", err)
		}
		for r := range w.Rungs() {
			for _, split := range workloads.Splits {
				for i := range min(3, w.Len(split, r)) {
					inst := w.Generate(split, r, i)
					if s := w.Check(inst, inst.Answer); !s.Exact && w.Abstains(inst) == "" {
						t.Fatalf("%q does not pass: %+v", inst.Answer, s)
					}
					if msg := workloadtest.WellFormed(inst, output, w.Check(inst, output)); msg != "" {
						t.Fatalf("%q, output %q: %s", text, output, msg)
					}
				}
			}
		}
	})
}

// TestNoChecker: items that nobody judges may lack an answer, and say that
// they are not judged; others of the same file are.
func TestNoChecker(t *testing.T) {
	const text = `{"id": "a", "prompt": "p", "checker": "none"}
{"id": "b", "prompt": "p", "checker": "none", "answer": "x"}
{"id": "c", "prompt": "p", "checker": "exact", "answer": "x"}
`
	items, err := Read(strings.NewReader(text), "f")
	if err != nil {
		t.Fatal(err)
	}
	w, err := New("n", "", items)
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.Named("m")
	if err != nil {
		t.Fatal(err)
	}
	for i, judged := range []bool{false, false, true} {
		inst := other.Generate(workloads.Test, 0, i)
		if inst.Workload != "m" || !strings.HasPrefix(inst.ID, "m/all/test/") || (workloads.Abstains(other, inst) == "") != judged || other.Check(inst, "x").Exact != judged {
			t.Errorf("%+v: %q", inst, other.Abstains(inst))
		}
	}
	if _, err := w.Named("M!"); err == nil {
		t.Error("a bad name is taken")
	}
	if _, err := Read(strings.NewReader(`{"id": "a", "prompt": "p", "checker": "exact"}`), "f"); err == nil {
		t.Error("a missing answer is taken")
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("{\"a\": 1}\n\n[1]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		last := 0
		err := Lines(strings.NewReader(string(data)), "f", func(line int, data []byte) error {
			if line <= last || len(data) > MaxLine {
				t.Fatalf("line %d after %d, %d bytes", line, last, len(data))
			}
			last = line
			return nil
		})
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Fatal(err)
		}
	})
}
