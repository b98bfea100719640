package setup

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"dllmbench/harness/worker"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
	"dllmbench/workloads/taskfile"
)

// TestJudging sends answers through the messages of a child: it judges them as
// the workload does.
func TestJudging(t *testing.T) {
	file := filepath.Join(t.TempDir(), "go.jsonl")
	text := `{"id": "q", "prompt": "func inc(x int) int {\n", "answer": "\treturn x + 1\n}", "checker": "go-tests", "tests": [{"call": "inc(1)", "want": "2"}]}`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	own, err := taskfile.Open(taskfile.Source{Format: "jsonl", Path: file})
	if err != nil {
		t.Fatal(err)
	}
	judge, judged := Judging(), 0
	for _, w := range append(all.Workloads(), own.Workload) {
		e, ok := w.(workloads.Executor)
		if !ok {
			continue
		}
		for rung := range w.Rungs() {
			inst := w.Generate(workloads.Test, rung, 0)
			checker, runs := e.Executes(inst)
			if !runs {
				continue
			}
			for _, output := range []string{inst.Answer, inst.Answer[:len(inst.Answer)/2], "\treturn 1\n}", "\treturn \xff", ""} {
				data, err := json.Marshal(worker.Case{Instance: inst, Checker: checker, Output: []byte(output)})
				if err != nil {
					t.Fatal(err)
				}
				var c worker.Case
				if err := json.Unmarshal(data, &c); err != nil {
					t.Fatal(err)
				}
				var got workloads.Score
				data, err = json.Marshal(judge(c))
				if err != nil || json.Unmarshal(data, &got) != nil {
					t.Fatal(err)
				}
				want := w.Check(inst, output)
				if len(want.Violations) == 0 {
					want.Violations, got.Violations = nil, nil
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %q: %+v, want %+v", inst.ID, output, got, want)
				}
				judged++
			}
		}
	}
	if judged < 5*(12+3+1) {
		t.Errorf("only %d answers are run", judged)
	}
}
