package public

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"
	"testing/fstest"

	"dllmbench/workloads"
	"dllmbench/workloads/python"
)

// TestInfilling: what stood in a gap is right, its template has the gap, and what was
// written is judged without the text behind it.
func TestInfilling(t *testing.T) {
	w, err := SantaCoderFIM(os.DirFS("testdata"), "santacoder.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	references(t, w)
	inst := w.Generate(workloads.Test, 0, 0)
	if r := w.Rungs(); len(r) != 2 || r[0].Name != "py" || r[1].Name != "js" || w.Len(workloads.Test, 0) != 2 || inst.Item != "0" {
		t.Errorf("%+v, %+v", r, inst)
	}
	if want := []workloads.Piece{{Fill: "    n = x // 3"}, {Text: "\n    return n\n"}}; !slices.Equal(inst.Template, want) || inst.Prompt != "def third(x):\n" || inst.Answer != "    n = x // 3\n    return n\n" {
		t.Errorf("%+v", inst)
	}
	for output, right := range map[string]bool{"  n = x // 3\n\n    return n\n": true, "n = x // 3": true, "    n = x // 4\n    return n\n": false, "\n    return n\n": false, "    n = x // 3\n    return m\n": false} {
		if s := w.Check(inst, output); s.Exact != right {
			t.Errorf("%q: %+v", output, s)
		}
	}
	h, err := HumanEvalInfilling(os.DirFS("testdata"), "infilling.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	inst = h.Generate(workloads.Test, 1, 0)
	if r := h.Rungs(); r[0].Name != "single-line" || r[1].Name != "random-span-light" || !slices.Equal(inst.Template, []workloads.Piece{{Fill: " + x\n"}}) || workloads.Abstains(h, inst) == "" {
		t.Errorf("%+v, %+v", r, inst)
	}
	if path, err := exec.LookPath("python3"); err == nil {
		runner, err := python.Find(context.Background(), path, python.DefaultLimits())
		if err != nil {
			t.Skip(err)
		}
		j := python.Judged(h, runner)
		references(t, j)
		if s := j.Check(j.Generate(workloads.Test, 0, 0), "    n = x // 2\n    return n\n"); s.Exact {
			t.Errorf("%+v", s)
		}
	}
	for _, line := range []string{`{"task_id": "a", "prompt": "p", "suffix": 3, "canonical_solution": "c", "test": "t", "entry_point": "f"}`,
		`{"task_id": "a", "prompt": "p", "canonical_solution": "c", "test": "t", "entry_point": "f"}`, `{"task_id": "a", "prompt": "p", "suffix": "s", "canonical_solution": "c", "test": "t", "entry_point": "f g"}`} {
		if _, err := HumanEvalInfilling(fstest.MapFS{"f": {Data: []byte(line)}}, "f"); err == nil {
			t.Errorf("%s was read", line)
		}
	}
}
