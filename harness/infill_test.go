package harness

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
)

// gaps wants the letter z between the fixed texts "<nn" and ">".
type gaps struct{ echo }

func (gaps) Name() string            { return "gaps" }
func (gaps) Rungs() []workloads.Rung { return []workloads.Rung{{Name: "two", Chance: 0.1}} }
func (g gaps) Generate(split workloads.Split, rung, index int) workloads.Instance {
	left := fmt.Sprintf("<%02d", index%90)
	return workloads.Instance{ID: fmt.Sprintf("gaps/two/%s/%d", split, index), Workload: "gaps", Rung: rung, Prompt: "fill",
		Answer: left + "zz>", Canon: left, Template: []workloads.Piece{{Text: left}, {Gap: 2}, {Text: ">"}},
		Constraints: []workloads.Constraint{{Kind: "first"}, {Kind: "rest"}}}
}

// fill writes a letter into the gaps of a request.
func fill(r engines.Request, letter int32) engines.Result {
	res := engines.Result{Tokens: append([]int32{}, r.Template...), Useful: r.Budget - 1, Finish: engines.FinishStop,
		CommitNs: make([]int64, r.Budget), Elapsed: 10 * time.Millisecond,
		Usage: usage.Zero()}
	for i, id := range r.Template {
		if id == engines.Gap {
			res.Usage.Increase(usage.CommittedTokens, 1)
			res.Tokens[i], res.CommitNs[i] = letter, int64(9-i)*1e6
		}
	}
	res.Usage[usage.NFE], res.Usage[usage.NFE.In(usage.Denoise)], res.Usage[usage.CanvasPositions] = usage.Known(2), usage.Known(2), res.Usage[usage.CommittedTokens]
	return res
}

// infillRun runs two instances on the engine a, whose results damage may change.
func infillRun(t *testing.T, damage func(*engines.Result)) session {
	t.Helper()
	p := planOf(t, []workloads.Workload{gaps{}}, "workloads: [{workload: gaps, rungs: [two], instances: 2, engines: [a]}]\nmeasurement: {warmup: 0, repeats: 1}\n")
	l := &lab{clock: newClock()}
	l.behave = func(_ context.Context, _ string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		res := fill(batch[0], 'z')
		if damage != nil {
			damage(&res)
		}
		return []engines.Result{res}, nil, true
	}
	return run(t, t.Context(), p, l, newFile(t), false)
}

func TestInfilling(t *testing.T) {
	s := infillRun(t, nil)
	if s.err != nil || s.summary.Failed != 0 || len(s.summary.Invalid) != 0 {
		t.Fatalf("error %v, summary %+v", s.err, s.summary)
	}
	r := s.file.Requests[0]
	// Two of seven tokens were written: the text around the gap costs nothing and counts for nothing.
	if !*r.Exact || !strings.HasPrefix(r.Output, "<") || !strings.HasSuffix(r.Output, "zz>") || r.Status != "success" {
		t.Errorf("quality: %+v", r)
	}
	if r.Usage.N(usage.UsefulTokens) != 2 || r.Usage.N(usage.CanvasPositions) != 2 || r.Usage.N(usage.CommittedTokens) != 2 || s.file.Header.Cells[0].Budget != 7 {
		t.Errorf("counters: %+v", r)
	}
	// Gaps are at 3 and 4 and were written at 6 and 5 ms; fixed text does not count as the first token.
	if *r.TTFTNs != 6e6 || *r.TTFCNs != 5e6 {
		t.Errorf("first times %d and %d ns", *r.TTFTNs, *r.TTFCNs)
	}
}

func TestInfillingAccounting(t *testing.T) {
	for want, damage := range map[string]func(*engines.Result){
		"fixed token 1 of the template is":           func(r *engines.Result) { r.Tokens[1] = 'x' },
		"a canvas of 3 positions with 2 to be":       func(r *engines.Result) { r.Usage[usage.CanvasPositions] = usage.Known(3) },
		"2 useful tokens of 1 committed ones":        func(r *engines.Result) { r.Usage[usage.CommittedTokens] = usage.Known(1) },
		"useful token 3 is a mask or pad":            func(r *engines.Result) { r.Tokens[3] = codec{}.MaskID() },
		"useful token 6 is a stop token":             func(r *engines.Result) { r.Useful = 7 },
		"8 tokens were written with a budget of 7":   func(r *engines.Result) { r.Tokens = make([]int32, 8) },
		"3 commits on 2 positions with 0 revisions ": func(r *engines.Result) { r.Usage[usage.CommittedTokens] = usage.Known(3) },
	} {
		s := infillRun(t, damage)
		if len(s.summary.Invalid) != 1 || !strings.Contains(strings.Join(s.summary.Invalid[0].Reasons, " "), strings.TrimSpace(want)) {
			t.Errorf("%s: summary %+v", want, s.summary)
		}
	}
}

func TestWritten(t *testing.T) {
	g := engines.Gap
	for _, tc := range []struct {
		template []int32
		n, want  int
	}{{nil, 5, 5}, {[]int32{1, g, g, 2}, 2, 1}, {[]int32{1, g, g, 2}, 4, 2}, {[]int32{g, 1}, 9, 1}, {[]int32{g}, -1, 0}} {
		if got := Written(tc.template, tc.n); got != tc.want {
			t.Errorf("%v, %d: %d, want %d", tc.template, tc.n, got, tc.want)
		}
	}
}

// TestRequests fills in what an engine is asked for an item.
func TestRequests(t *testing.T) {
	asked := func(item scenario.Item) engines.Request {
		s := &station{group: &scenario.Group{Budget: 9, Stop: []int32{endID}, Order: scenario.Once, Items: scenario.Listed(item)}}
		return s.batch(Visit{}, 0, 1).tokens(0)
	}
	if r := asked(scenario.Item{Prompt: []int32{1}}); r.Budget != 9 || r.Template != nil {
		t.Errorf("continuation: %+v", r)
	}
	if r := asked(scenario.Item{Prompt: []int32{1}, Template: []int32{5, engines.Gap}}); r.Budget != 2 || len(r.Template) != 2 {
		t.Errorf("infilling: %+v", r)
	}
}
