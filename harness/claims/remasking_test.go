package claims

import (
	"fmt"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
)

// remaskingRun has three workloads with n instances each, of which the decoder
// with re-masking solves with(workload), and the one without without(workload).
func remaskingRun(n int, with, without func(workload string) float64, output string) (*fakeRun, []string) {
	r := newFakeRun()
	var cells []string
	for w, workload := range []string{"sudoku", "latin", "lists"} {
		for label, share := range inOrder(map[string]func(string) float64{"path": with, "path-kept": without}) {
			c := r.cell("remasking", label, workload, "rung", func(c *result.Cell) { c.Options["steps"] = 4 })
			for i := range n {
				name := id(workload, i)
				r.request(c, name, planted(i+w, share(workload)), func(q *result.Request) {
					cost(4, 1000)(q)
					q.Output = "1 2 3 4"
					if label == "path" {
						q.Output = output
					}
				})
			}
			if label == "path" {
				cells = append(cells, c)
			}
		}
	}
	return r, cells
}

// repairTraces are n traces of a cell, of which each mends so many wrong tokens
// and spoils so many right ones, of ten.
func repairTraces(cell string, n, mended, spoiled int) []trace.Trace {
	var list []trace.Trace
	for i := range n {
		t := trace.Trace{Cell: cell, Instance: fmt.Sprint(i), Unique: true, Mask: 9, Budget: 10}
		first := trace.Pass{Step: 0}
		again, after := trace.Pass{Step: 1}, trace.Pass{Step: 2}
		for pos := range 10 {
			was, now := int32(1), int32(1)
			if pos < mended {
				was = 2
			} else if pos < mended+spoiled {
				now = 2
			}
			t.Reference, t.Tokens = append(t.Reference, 1), append(t.Tokens, now)
			first.Committed = append(first.Committed, trace.Commit{Pos: pos, ID: was})
			again.Revised = append(again.Revised, trace.Commit{Pos: pos, ID: 9})
			after.Committed = append(after.Committed, trace.Commit{Pos: pos, ID: now})
		}
		t.Passes = []trace.Pass{first, again, after}
		list = append(list, t)
	}
	return list
}

func TestRemasking(t *testing.T) {
	share := func(x float64) func(string) float64 { return func(string) float64 { return x } }
	only := func(workload string, x, other float64) func(string) float64 {
		return func(w string) float64 { return map[bool]float64{true: x, false: other}[w == workload] }
	}
	for _, x := range []struct {
		name            string
		n               int
		with, without   func(string) float64
		output          string
		mended, spoiled int
		want            Result
	}{
		{"more solved, more mended than spoiled", 100, share(0.7), share(0.5), "1 2 3 4", 3, 1, Supported},
		{"nothing changes", 300, share(0.5), share(0.5), "1 2 3 4", 3, 1, Refuted},
		{"fewer solved", 100, share(0.4), share(0.6), "1 2 3 4", 1, 3, Refuted},
		{"more solved, but more spoiled", 100, share(0.7), share(0.5), "1 2 3 4", 1, 3, Conditional},
		{"more solved, with duller text", 100, share(0.7), share(0.5), "1 1 1 1", 3, 1, Conditional},
		{"more solved, without traces", 100, share(0.7), share(0.5), "1 2 3 4", 0, 0, Conditional},
		{"only on sudokus", 100, only("sudoku", 0.8, 0.5), only("sudoku", 0.5, 0.65), "1 2 3 4", 3, 1, Conditional},
		{"too few", 20, share(0.7), share(0.5), "1 2 3 4", 3, 1, Inconclusive},
		{"nothing solved", 100, share(0.05), share(0.05), "1 2 3 4", 3, 1, Inconclusive},
	} {
		t.Run(x.name, func(t *testing.T) {
			r, cells := remaskingRun(x.n, x.with, x.without, x.output)
			var traces []trace.Trace
			if x.mended+x.spoiled > 0 {
				traces = repairTraces(cells[0], 30, x.mended, x.spoiled)
			}
			v := judged(t, r.traceEvidence(traces), 3)
			expect(t, v, x.want)
		})
	}
	r, _ := remaskingRun(100, share(0.7), share(0.5), "1")
	for i := range r.file.Header.Cells {
		r.file.Header.Cells[i].Options["steps"] = i // no pair has the same steps
	}
	expect(t, judged(t, r.evidence(), 3), Inconclusive)
}

func TestRepairs(t *testing.T) {
	traces := repairTraces("c", 1, 3, 1)
	r, ok := repairsOf(&traces[0])
	if want := (repairs{taken: 10, right: 7, changed: 4, mended: 3, spoiled: 1}); !ok || r != want {
		t.Errorf("repairs %+v, want %+v", r, want)
	}
	traces[0].Unique = false
	if _, ok := repairsOf(&traces[0]); ok {
		t.Error("tokens of a task with several right answers are called wrong")
	}
	// A token that is masked again and comes back is not changed.
	back := trace.Trace{Unique: true, Mask: 9, Budget: 1, Reference: []int32{1}, Tokens: []int32{2}, Passes: []trace.Pass{
		{Committed: []trace.Commit{{Pos: 0, ID: 2}}}, {Revised: []trace.Commit{{Pos: 0, ID: 9}}, Committed: []trace.Commit{{Pos: 0, ID: 2}}}}}
	if r, _ := repairsOf(&back); r != (repairs{taken: 1}) {
		t.Errorf("a token that comes back: %+v", r)
	}
}

func TestOutputEntropy(t *testing.T) {
	for output, want := range map[string]string{"a b a b": "0.6931", "aabb": "0.6931", "x x x": "0.0000", "abcd": "1.3863"} {
		if h, ok := outputEntropy(&result.Request{Output: output}); !ok || fmt.Sprintf("%.4f", h+0) != want {
			t.Errorf("entropy of %q is %.4f, want %s", output, h, want)
		}
	}
	if _, ok := outputEntropy(&result.Request{}); ok {
		t.Error("no text has an entropy")
	}
}
