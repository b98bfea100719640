package card

import (
	"context"
	"os/exec"
	"slices"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/python"
)

// TestGaps: what stood in a gap is right, its template has the gap, and what was written is
// judged without the text behind it. Gaps of nothing are left out.
func TestGaps(t *testing.T) {
	w := open(t, "santacoder-fim", Order{Data: extractOf("santacoder.jsonl")})
	inst := w.Generate(workloads.Test, 0, 0)
	if r := w.Rungs(); len(r) != 2 || r[0].Name != "py" || r[1].Name != "js" || w.Len(workloads.Test, 0) != 2 || inst.Item != "0" {
		t.Errorf("%+v, %+v", r, inst)
	}
	if want := []workloads.Piece{{Fill: "    n = x // 3"}, {Text: "\n    return n\n"}}; !slices.Equal(inst.Template, want) || inst.Prompt != "def third(x):\n" || inst.Answer != "    n = x // 3\n    return n\n" {
		t.Errorf("%+v", inst)
	}
	for output, right := range map[string]bool{inst.Answer: true, "  n = x // 3\n\n    return n\n": true, "n = x // 3": true, "    n = x // 4\n    return n\n": false, "\n    return n\n": false, "    n = x // 3\n    return m\n": false} {
		if s := w.Check(inst, output); s.Exact != right {
			t.Errorf("%q: %+v", output, s)
		}
	}
	h := open(t, "humaneval-infilling", Order{Data: extractOf("infilling.jsonl")})
	if inst = h.Generate(workloads.Test, 0, 1); !slices.Equal(inst.Template, []workloads.Piece{{Fill: " + x\n"}}) || workloads.Abstains(h, inst) == "" {
		t.Errorf("%+v", inst)
	}
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip(err)
	}
	runner, err := python.Find(context.Background(), path, python.DefaultLimits())
	if err != nil {
		t.Skip(err)
	}
	j := python.Judged(h.Workload, runner)
	inst = j.Generate(workloads.Test, 0, 0)
	if !j.Check(inst, inst.Answer).Exact || j.Check(inst, "    n = x // 2\n    return n\n").Exact {
		t.Error("the tests judge otherwise")
	}
}
