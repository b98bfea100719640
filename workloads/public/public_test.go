package public

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/workloadtest"
)

// references checks that references are right, spans well made and empty
// outputs wrong.
func references(t *testing.T, w *jsonl.Workload) {
	t.Helper()
	for r, rung := range w.Rungs() {
		for i := range w.Len(workloads.Test, r) {
			inst := w.Generate(workloads.Test, r, i)
			if s := w.Check(inst, inst.Answer); !s.Exact {
				t.Errorf("%s, rung %s: %+v", inst.ID, rung.Name, s)
			}
			s := w.Check(inst, "")
			if msg := workloadtest.WellFormed(inst, "", s); s.Exact || msg != "" {
				t.Errorf("%s: empty: %+v %s", inst.ID, s, msg)
			}
			for _, span := range inst.Spans {
				if span.Start >= span.End || span.End > len(inst.Answer) {
					t.Errorf("%s: %+v", inst.ID, span)
				}
			}
		}
	}
}

func TestParallelBench(t *testing.T) {
	w, err := ParallelBench(os.DirFS("testdata/parallelbench"))
	if err != nil {
		t.Fatal(err)
	}
	references(t, w)
	at := map[string]workloads.Instance{}
	for r, rung := range w.Rungs() {
		at[rung.Name] = w.Generate(workloads.Test, r, 0)
	}
	if len(at) != 9 {
		t.Errorf("%d rungs", len(at))
	}
	for rung, want := range map[string]string{
		"waiting_line-copy":          "These people wait:\n[\"Cy Fox\"]\nWrite the list again.\n[\"Cy Fox\"]\n\nThese people wait:\n[\"Ann Lee\", \"Bo Ray\"]\nWrite the list again.\n",
		"waiting_line-remove_index":  "Take person 1 out of [\"Ann Lee\", \"Bo Ray\", \"Cy Fox\"]; {count from 0}.\n",
		"waiting_line-insert_random": "Put \"Hal Day\" anywhere into [\"Cy Fox\"].\n[\"Hal Day\", \"Cy Fox\"]\n\nPut \"Gil Moe\" anywhere into [\"Ann Lee\", \"Bo Ray\"].\n",
		"puzzle-sudoku_n4_12":        "Fill the zeros:\n1230\n3412\n2143\n4321\nOutput:\n1234\n3412\n2143\n4321\n\nFill the zeros:\n1034\n3412\n2143\n0321\nOutput:\n",
	} {
		if got := at[rung].Prompt; got != want {
			t.Errorf("%s: %q, want %q", rung, got, want)
		}
	}
	for _, tc := range []struct {
		rung, output string
		exact        bool
		partial      float64
		strict       float64
	}{
		{"waiting_line-copy", `["Ann Lee", "Bo Ray"]`, true, 1, 1},
		{"waiting_line-copy", "Here it is: [Ann Lee,Bo Ray] and more", true, 1, 0},
		{"waiting_line-copy", `["x"] ["Ann Lee", "Bo Ray"]`, true, 1, 1},
		{"waiting_line-copy", `Ann Lee, Bo Ray`, true, 1, 0},
		{"waiting_line-copy", `["Ann Lee", "Bo Roy"]`, false, 0.5, 0},
		{"waiting_line-copy", `["Ann Lee"]`, false, 0.5, 0},
		{"waiting_line-copy", `["Ann Lee", "Bo Ray", "Cy Fox"]`, false, 2. / 3, 0},
		{"waiting_line-shuffle", `["Cy Fox", "Bo Ray", "Ann Lee"]`, true, 1, 1},
		{"waiting_line-shuffle", `["Ann Lee", "Bo Ray", "Cy Fox"]`, false, 0, 0},
		{"waiting_line-shuffle", `["Ann Lee", "Ann Lee", "Cy Fox"]`, false, 0, 0},
		{"waiting_line-insert_random", `["Gil Moe", "Ann Lee", "Bo Ray"]`, true, 1, 1},
		{"waiting_line-insert_random", `["Ann Lee", "Bo Ray", "Gil Moe"]`, true, 1, 1},
		{"waiting_line-insert_random", `["Ann Lee", "Bo Ray"]`, false, 0, 0},
		{"waiting_line-insert_random", `["Bo Ray", "Gil Moe", "Ann Lee"]`, false, 0, 0},
		{"waiting_line-insert_random", `["Gil Moe", "Gil Moe", "Ann Lee", "Bo Ray"]`, false, 0, 0},
		{"waiting_line-remove_random", `["Ann Lee", "Bo Ray"]`, true, 1, 1},
		{"waiting_line-remove_random", `["Ann Lee", "Cy Fox"]`, true, 1, 1},
		{"waiting_line-remove_random", `["Cy Fox", "Ann Lee"]`, false, 0, 0},
		{"waiting_line-remove_random", `["Ann Lee"]`, false, 0, 0},
		{"waiting_line-replace_random", `["Gil Moe", "Bo Ray", "Cy Fox"]`, true, 1, 1},
		{"waiting_line-replace_random", `["Ann Lee", "Bo Ray", "Gil Moe"]`, true, 1, 1},
		{"waiting_line-replace_random", `["Ann Lee", "Bo Ray", "Cy Fox"]`, false, 0, 0},
		{"waiting_line-replace_random", `["Gil Moe", "Gil Moe", "Cy Fox"]`, false, 0, 0},
		{"puzzle-latin_square_n4", "A square:\n1,Z,7,Q\nZ,1,Q,7\n7,Q,1,Z\nQ, 7, Z, 1\nDone.", true, 1, 0},
		{"puzzle-latin_square_n4", "1,Z,7,Q\nZ,1,Q,7\n7,Q,1,Z", false, 3. / 8, 0},
		{"puzzle-latin_square_n4", "1,Z,7,Q\n1,Z,7,Q\n7,Q,1,Z\nQ,7,Z,1", false, 0.5, 0},
		{"puzzle-sudoku_n4_12", "1234\n3412\n2143\n4321", true, 1, 1},
		{"puzzle-sudoku_n4_12", "Answer:\n1 2 3 4\n3,4,1,2\n2143\n4321\n", true, 1, 0},
		{"puzzle-sudoku_n4_12", "1234\n3412\n2143\n4312", false, 14. / 16, 0},
		{"puzzle-sudoku_n4_12", "1234\n3412\n2143", false, 0, 0},
		{"puzzle-sudoku_n4_12", "1234\n3412\n2143\n4321\n1234", false, 0, 0},
		{"words_to_sentence-easy", "At night moths like lamps.", true, 1, 0},
		{"words_to_sentence-easy", "A moth.", false, 1. / 3, 0},
	} {
		inst := at[tc.rung]
		s := w.Check(inst, tc.output)
		if s.Exact != tc.exact || s.Partial < tc.partial-1e-9 || s.Partial > tc.partial+1e-9 || s.Aspects[AspectStrict] != tc.strict {
			t.Errorf("%s: %q: %+v", tc.rung, tc.output, s)
		}
		if msg := workloadtest.WellFormed(inst, tc.output, s); msg != "" {
			t.Errorf("%s: %q: %s", tc.rung, tc.output, msg)
		}
	}
	if s := w.Check(at["waiting_line-copy"], strings.Repeat(`["Ann Lee", "Bo Ray"]`, 1<<12)); s.Exact {
		t.Error("a very long output is right")
	}
	two, err := ParallelBench(os.DirFS("testdata/parallelbench"), "puzzle/sudoku_n4_12", "waiting_line/shuffle")
	if err != nil || len(two.Rungs()) != 2 || two.Rungs()[0].Name != "puzzle-sudoku_n4_12" {
		t.Errorf("%v %v", two, err)
	}
}

func TestErrors(t *testing.T) {
	const config = "g/t:\n  prompt: 'do {x}'\n  metric: list_match_score\n"
	bench := func(config, line string) func() error {
		return func() error {
			_, err := ParallelBench(fstest.MapFS{"g/task_config.yaml": {Data: []byte(config)}, "g/t.jsonl": {Data: []byte(line)}}, "g/t")
			return err
		}
	}
	metric := func(m string) string { return strings.Replace(config, "list_match", m, 1) }
	for _, tc := range []struct {
		call func() error
		want string
	}{
		{func() error { _, err := ParallelBench(fstest.MapFS{}); return err }, "no task of ParallelBench here: expected are group/task.jsonl and group/task_config.yaml"},
		{func() error { _, err := ParallelBench(fstest.MapFS{}, "t"); return err }, `the task "t" is not named group/task`},
		{func() error { _, err := ParallelBench(fstest.MapFS{}, "../t"); return err }, "open ../task_config.yaml: file does not exist"},
		{bench("x: [", ""), "g/task_config.yaml: yaml: line 1: did not find expected node content"},
		{bench("a/b:\n  prompt: x\n", ""), `g/task_config.yaml: no prompt for the task "g/t"`},
		{bench(strings.Repeat("#", maxConfig+1), ""), "read g/task_config.yaml: more than 1048576 bytes"},
		{bench(metric("summary"), ""), `g/task_config.yaml: a metric without a checker: the task "g/t" has "summary_score" (known: latin_square_score, list_match_score, list_random_insert_score, list_random_remove_score, list_random_replace_score, list_shuffle_score, sentence_to_words_score, sudoku_score)`},
		{bench(config, `{"input": {}}`), `g/t.jsonl:1: the field "answer" is missing (the line has "input")`},
		{bench(config, `{"answer": "[a]"}`), `g/t.jsonl:1: the field "input" is missing`},
		{bench(config, `{"answer": "[a]", "input": {"y": 1}}`), `g/t.jsonl:1: the prompt wants the field "x" (the input has "y")`},
		{bench(config, `{"answer": "[a]", "input": {"x": 1.5}}`), `g/t.jsonl:1: the field "x" is neither a text nor a whole number`},
		{bench(config, `{"answer": "[a]", "input": {"x": "1", "icl_examples": [{"input": {"x": "2"}}]}}`), "g/t.jsonl:1: example 1: answer: neither a text nor an object"},
		{bench(strings.Replace(config, "{x}", "{x", 1), `{"answer": "[a]", "input": {"x": "1"}}`), "g/t.jsonl:1: the prompt has a bracket without its partner"},
		{func() error {
			_, err := ParallelBench(fstest.MapFS{"g/task_config.yaml": {Data: []byte(config + strings.Replace(config, "g/t", "g/u", 1))}, "g/t.jsonl": {Data: []byte("[]")}, "g/u.jsonl": {Data: []byte("{}")}})
			return err
		}, "g/t.jsonl:1: not a JSON object: a line begins with {\ng/u.jsonl:1: the field \"answer\" is missing (the line has )"},
		{bench(config, `{"answer": 5, "input": {}}`), "g/t.jsonl:1: answer: not a text"},
		{bench(config, `{"answer": "[a] or [b]", "input": {"x": "1"}}`), "g/t.jsonl:1: answer: more than one list"},
		{bench(config, `{"answer": "[]", "input": {}}`), "g/t.jsonl:1: answer: not a list"},
		{bench(metric("list_shuffle"), `{"answer": {"input": ["a", "b"], "example": "[a, b]"}, "input": {"x": "1"}}`), "g/t.jsonl:1: the answer does not pass its own checker: the order is the old one"},
		{bench(metric("list_random_insert"), `{"answer": {"input": ["a"], "example": "[a]"}, "input": {"x": "1"}}`), `g/t.jsonl:1: answer: the field "word" is missing (the line has "example", "input")`},
		{bench(metric("list_random_remove"), `{"answer": {"input": ["a"], "n_words": 2, "example": "[a]"}, "input": {"x": "1"}}`), "g/t.jsonl:1: answer: n_words is not 1: only changes of one item are known"},
		{bench(metric("latin_square"), `{"answer": {"symbols": ["a", "a"]}, "input": {}}`), "g/t.jsonl:1: answer: the symbols are not at most 100 different ones"},
		{bench(metric("latin_square"), `{"answer": {"symbols": ["a", "b"], "first_row": ["b", "a"], "example": "b,a\na,b"}, "input": {"x": "1"}}`), `g/t.jsonl:1: answer: the field "first_row" is not known here, and may change what is right (known: example, symbols)`},
		{bench(metric("sudoku"), `{"answer": "1234\n3412\n2143\n4312", "input": {"x": "1"}}`), "g/t.jsonl:1: answer: not a solved sudoku: column 3 does not hold 1 to 4"},
		{bench(metric("sudoku"), `{"answer": "1235\n3412\n2143\n4321", "input": {"x": "1"}}`), "g/t.jsonl:1: answer: not a solved sudoku: row 1 does not hold 1 to 4"},
		{bench(metric("sudoku"), `{"answer": "12\n34", "input": {}}`), "g/t.jsonl:1: answer: not four lines of four digits"},
		{bench(metric("sentence_to_words"), `{"answer": {"words": ["a", ""]}, "input": {}}`), "g/t.jsonl:1: answer: the words are not 1 to 100"},
	} {
		if err := tc.call(); err == nil || err.Error() != tc.want {
			t.Errorf("got  %v\nwant %s", err, tc.want)
		}
	}
}

func FuzzParallelBench(f *testing.F) {
	f.Add("x {a} y", `{"input": {"a": 1}, "answer": "[\"b\", \"c\"]"}`, "[b, c]")
	f.Add(`{a}\n`, `{"input": {"a": "z", "icl_examples": [{"input": {"a": 2}, "answer": {"example": "w"}}]}, "answer": {"input": ["b", "c"], "word": "d", "example": "[b, d, c]"}}`, "b, c]")
	f.Add("x", `{"input": {}, "answer": {"symbols": ["1", "2"], "example": "1,2\n2,1"}}`, "1,2\n1,2")
	f.Add("x", `{"input": {}, "answer": "1234\n3412\n2143\n4321"}`, "1234\n\n34 12")
	f.Fuzz(func(t *testing.T, template, line, output string) {
		for m := range metrics {
			config, err := json.Marshal(map[string]map[string]string{"g/t": {"prompt": template, "metric": m}}) // JSON is YAML
			if err != nil {
				t.Fatal(err)
			}
			w, err := ParallelBench(fstest.MapFS{"g/task_config.yaml": {Data: config}, "g/t.jsonl": {Data: []byte(line)}}, "g/t")
			if err == nil {
				use(t, w, output)
			}
		}
	})
}

// use judges an output with the first items.
func use(t *testing.T, w *jsonl.Workload, output string) {
	for i := range min(3, w.Len(workloads.Test, 0)) {
		inst := w.Generate(workloads.Test, 0, i)
		if s := w.Check(inst, inst.Answer); !s.Exact && w.Unscored() == "" {
			t.Fatalf("%q does not pass: %+v", inst.Answer, s)
		}
		if msg := workloadtest.WellFormed(inst, output, w.Check(inst, output)); msg != "" {
			t.Fatalf("output %q: %s", output, msg)
		}
	}
}
