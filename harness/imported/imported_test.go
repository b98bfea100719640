package imported

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/result"
	"dllmbench/workloads/extract"
	"dllmbench/workloads/jsonl"
)

// write writes a file of answers.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return b.String()
}

func TestRead(t *testing.T) {
	const lines = `{"id": 7, "m": {"out": "x"}, "target": 18.0, "ok": true}` + "\n\n" + `{"id": "b", "m": {"out": ["y", "z"]}, "target": "3"}`
	for name, tc := range map[string]struct {
		text   string
		fields Fields
		want   []Answer
	}{
		"lines":     {lines, Fields{Text: "m.out", Verdict: "ok"}, []Answer{{Item: "7", Text: "x", Reference: "18"}, {Item: "b", Text: "y", Reference: "3"}, {Item: "b", Text: "z", Reference: "3", Sample: 1}}},
		"packed":    {packed(t, lines), Fields{Text: "m.out"}, []Answer{{Item: "7", Text: "x", Reference: "18"}, {Item: "b", Text: "y", Reference: "3"}, {Item: "b", Text: "z", Reference: "3", Sample: 1}}},
		"list":      {`[{"output": "x"}]`, Fields{}, []Answer{{Item: "0", Text: "x"}}},
		"within":    {"\ufeff" + `{"metrics": {}, "none": [], "outputs": [{"output": "x", "label": null, "input": "?"}], "n": [1]}`, Fields{}, []Answer{{Item: "0", Text: "x", Question: "?"}}},
		"named":     {`{"a": [{"text": "x"}], "b": [{"text": "y"}]}`, Fields{List: "b"}, []Answer{{Item: "0", Text: "y"}}},
		"one":       {`{"id": "q", "text": "x"}`, Fields{}, []Answer{{Item: "q", Text: "x"}}},
		"countdown": {`{"generations": [{"generations": "1", "ground_truth": [[30, 100], 37]}]}`, Fields{}, []Answer{{Item: "0", Text: "1", Reference: "[[30,100],37]"}}},
	} {
		f, err := Read(write(t, "f", tc.text), tc.fields)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := f.Sets[0].Answers
		if len(got) != len(tc.want) {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for i, a := range got {
			a.Verdicts = nil
			if w := tc.want[i]; a.Item != w.Item || a.Text != w.Text || a.Reference != w.Reference || a.Question != w.Question || a.Sample != w.Sample {
				t.Errorf("%s: %+v, want %+v", name, a, w)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "f: no records",
		"{\"text\": \"a\"}\n{": "f:2: not JSON: unexpected EOF",
		"{\"text\": \"a\"}\n3": "f:2: not an object: a record is one, on a line or in a list",
		"[]":                   "f: 0 records; allowed are 1 to 200000",
		"[1]":                  "f: record 1 is not an object",
		"\xff":                 "f: not UTF-8",
		"\x1f\x8b":             "f: packed with gzip, and broken: unexpected EOF",
		`{"txt": "a"}`:         "f:1: no field with a text (the record has txt): name it with --text",
		`{"text": {"a": 1}}`:   "f:1: no field with a text (the record has text): name it with --text",
		`{"doc_id": 1, "resps": [[[-1.5, false]]]}`:                                                            "f:1: resps holds no text: samples of choices by likelihood have none to judge",
		`{"doc_id": 1, "resps": ["a"], "filter": "x"}` + "\n" + `{"doc_id": 1, "resps": ["b"], "filter": "x"}`: `f:2: the item "1" stood there before, with the same filter: a file holds the samples of one task`,
		`{"type":"header"`: "f:1: the file holds no complete header line, so it is not a results file of dllmbench",
	} {
		path := write(t, "f", text)
		_, err := Read(path, Fields{})
		if err == nil || strings.ReplaceAll(err.Error(), filepath.Dir(path)+string(filepath.Separator), "") != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestJudge: records of imported answers are those of a run that nobody timed.
func TestJudge(t *testing.T) {
	a, err := Read(write(t, "a.json", `[{"text": "\\boxed{5}", "reference": "2+3=\\boxed{5}"}, {"text": "6", "reference": null}]`), Fields{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read(write(t, "b.json", `[{"text": "\\boxed{6}", "reference": "7"}]`), Fields{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := Judge(Join([]*File{a, b}), How{Rules: []string{"boxed"}}, "theirs", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if len(j.Requests) != 3 || !*j.Requests[0].Exact || j.Requests[1].Unscored == "" || j.Requests[1].Exact != nil || *j.Requests[2].Exact || j.Unscored != 1 {
		t.Errorf("%+v", j.Requests)
	}
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := result.Create(path, j.Header, j.Metrics, j.Records()...)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := result.ReadFile(path)
	if err != nil || len(f.Requests) != 3 || f.Requests[0].E2ENs != nil || f.Requests[0].Void != untimed || f.Header.Cells[0].Label != "theirs" {
		t.Errorf("%v %+v", err, f)
	}
	if again, err := Read(path, Fields{}); err != nil || len(again.Sets) != 1 || len(again.Sets[0].Answers) != 3 || again.Sets[0].Label != "theirs" {
		t.Errorf("%v %+v", err, again)
	}
}

func TestFinal(t *testing.T) {
	for reference, want := range map[string]string{"1+1\n#### 1,002": "1002", `so \boxed{\frac{1}{2}}`: `\frac{1}{2}`, "5": "5", `\boxed{`: `\boxed{`} {
		if got := (How{}).final(reference); got != want {
			t.Errorf("%q: %q", reference, got)
		}
	}
	if got := (How{Reference: "gsm8k-flexible"}).final("so 3\nA: 18"); got != "18" {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"id": 1, "text": "#### 5", "reference": "5", "correct": 0.5}`, "text")
	f.Add(`{"doc_id": 1, "doc": {"question": 3}, "target": "5", "resps": [["5"]], "filter": "x", "exact_match": 1}`, "")
	f.Add(`{"g": [{"a": {"b": ["x", "y"]}}]}`, "a.b")
	f.Add(`{"generations": [{"text": "1+2", "ground_truth": [[1,2],3]}]}`, "text")
	f.Fuzz(func(t *testing.T, text, field string) {
		file, err := Read(write(t, "f", text), Fields{Text: field})
		if err != nil {
			return
		}
		for _, how := range []How{{Rules: []string{"gsm8k-flexible"}}, {Check: "countdown"}, {Check: "sudoku"}} {
			j, err := Judge(file, how, "x", time.Unix(0, 0))
			if err != nil {
				continue
			}
			for _, q := range j.Requests {
				if err := q.Check(); err != nil {
					t.Errorf("%v", err)
				}
			}
		}
	})
}

// TestNumbersOfPython: NaN and Infinity, which Python writes into JSON, are unknown; in texts they
// are words. Verdicts on the same answers are compared by pairs.
func TestNumbersOfPython(t *testing.T) {
	const lines = `{"doc_id": 0, "resps": [["#### 1 \"NaN, -Infinity"]], "target": "1", "filter": "none", "exact_match": NaN, "x": [-Infinity, NaN], "acc": 1}
{"doc_id": 1, "resps": [["#### 2"]], "target": "3", "filter": "none", "exact_match": Infinity, "acc": 1}`
	f, err := Read(write(t, "samples_gsm8k_2025-01-31T09-56-29.343109.jsonl", lines), Fields{})
	if err != nil {
		t.Fatal(err)
	}
	if a := f.Sets[0].Answers; len(a) != 2 || a[0].Text != `#### 1 "NaN, -Infinity` || len(a[0].Verdicts) != 1 {
		t.Errorf("%+v", a)
	}
	j, err := Judge(f, How{}, "", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if v := j.Verdicts[0]; v.Differ != 1 || v.Difference == nil || v.Difference.Value != -0.5 || v.Difference.CI.High < 0 {
		t.Errorf("%+v", v)
	}
}

// TestJudgedAgain: what was judged can be judged again, also where two tasks of one card are in it.
func TestJudgedAgain(t *testing.T) {
	number, err := extract.New([]string{"number"}, "", "", "4")
	if err != nil {
		t.Fatal(err)
	}
	items, err := jsonl.New("sums-b", "Sums.", []jsonl.Item{{ID: "0", Prompt: "2+2", Answer: "4", Checker: number}})
	if err != nil {
		t.Fatal(err)
	}
	run := &result.File{}
	for _, style := range []string{"sums-a", "sums-b"} {
		run.Header.Cells = append(run.Header.Cells, result.Cell{ID: style, Label: "ar", Workload: style, Rung: "all", Dataset: "sha256:" + style, Task: &result.Task{Card: "sums", Data: "sha256:x"}})
		run.Requests = append(run.Requests, result.Request{Cell: style, Instance: style + "/all/test/0", Item: "0", Status: "success", Output: "4"})
	}
	how := How{Items: items, Card: "sums", Data: "sha256:x", Rungs: []int{0}}
	for range 2 {
		j, err := Judge(&File{Path: "results.jsonl", SHA256: strings.Repeat("0", 64), Sets: ofRun(run)}, how, "", time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		if run = j.File; len(run.Header.Cells) != 2 {
			t.Errorf("%+v", run.Header.Cells)
		}
	}
}
