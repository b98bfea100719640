package html

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// traced is a run of one task with a trace of each decoder for one instance:
// left to right, and in two passes with a revision.
func traced() (*result.File, []trace.Trace) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[6:7], Steps: []int{4}, Instances: 6, Repeats: 1})
	instance := "lists/sort-4/test/0"
	words := map[int32]string{1: "", 5: "a", 6: "<b>", 7: "\n", 8: "\u202e"}
	nan := trace.Number(math.NaN())
	ar := trace.Trace{
		Type: "trace", Instance: instance, Prompt: "sort", Budget: 4, Tokens: []int32{5, 6, 7, 1}, Useful: 3, Exact: at(true), Mask: 2, Words: words,
		Passes: []trace.Pass{
			{Phase: engines.PhasePrefill, Step: -1, Committed: []trace.Commit{{Pos: 0, ID: 5, Confidence: 0.9}}},
			{Phase: engines.PhaseDecode, Committed: []trace.Commit{{Pos: 1, ID: 6, Confidence: 0.8}}},
			{Phase: engines.PhaseDecode, Committed: []trace.Commit{{Pos: 2, ID: 7, Confidence: 1}}},
			{Phase: engines.PhaseDecode, Committed: []trace.Commit{{Pos: 3, ID: 1, Confidence: 1}}},
		},
	}
	full := ar
	full.Passes = []trace.Pass{
		{Phase: engines.PhaseDenoise, Committed: []trace.Commit{{Pos: 1, ID: 8, Confidence: 0.5}, {Pos: 3, ID: 1, Confidence: nan}},
			Argmax: []int32{5, 8, 7, 1}, Confidence: []trace.Number{0.25, 0.5, 1, nan}, Entropies: make([]trace.Number, 4)},
		{Phase: engines.PhaseDenoise, Revised: []trace.Commit{{Pos: 1, ID: 2}}, Committed: []trace.Commit{{Pos: 0, ID: 5, Confidence: 0.7}, {Pos: 2, ID: 7, Confidence: 0.7}}},
		{Phase: engines.PhaseDenoise, Committed: []trace.Commit{{Pos: 1, ID: 6, Confidence: 0.99}}},
	}
	var traces []trace.Trace
	for _, c := range run.Header.Cells {
		t := full
		if c.Engine == "autoregressive" {
			t = ar
		}
		t.Cell = c.ID
		traces = append(traces, t)
	}
	for i := range run.Requests {
		if q := &run.Requests[i]; q.Instance == instance {
			q.Output = "a<b>\n"
		}
	}
	return run, traces
}

func TestReplayData(t *testing.T) {
	run, traces := traced()
	r := replayOf(view.New(run), traces)
	if r == nil || len(r.Scenes) != 1 || len(r.Scenes[0].Lanes) != 3 {
		t.Fatalf("got %+v", r)
	}
	l := r.Scenes[0].Lanes[1]
	if l.Same == nil || !*l.Same || l.Mark != "✓ exact" || l.Ms == nil {
		t.Errorf("lane %+v", l)
	}
	got, err := json.Marshal(l.Passes)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"k":"denoise","w":[[1,8,50],[3,1,-1]],"g":[[0,5],[1,8],[2,7],[3,1]],"h":"9iz."},` +
		`{"k":"denoise","w":[[0,5,70],[2,7,70]],"r":[[1,-1]]},{"k":"denoise","w":[[1,6,99]]}]`
	if string(got) != want {
		t.Errorf("passes\n%s, want\n%s", got, want)
	}
	if l.Words["7"] != "⏎" || l.Words["8"] != `\u202e` || len(l.Given) != 0 {
		t.Errorf("words %v, given %v", l.Words, l.Given)
	}
	if f := l.Final[1]; f.Text != "<b>" || f.Step != 3 || !strings.Contains(f.Title, "confidence 99%") {
		t.Errorf("final %+v", f)
	}
	if replayOf(view.New(run), nil) != nil {
		t.Error("a replay without traces")
	}
}

func TestReplayKnowsAnotherText(t *testing.T) {
	run, traces := traced()
	for i := range run.Requests {
		run.Requests[i].Output = "other"
	}
	if l := replayOf(view.New(run), traces).Scenes[0].Lanes[0]; l.Same == nil || *l.Same {
		t.Error("another text passes for that of the timed run")
	}
}

// Tokens of a template are given, and a trace that does not fit is left out and
// said to be.
func TestReplayLimits(t *testing.T) {
	run, traces := traced()
	traces[0].Passes = traces[0].Passes[1:]
	traces = append(traces, traces[1])
	traces[3].Instance = "lists/sort-4/test/1"
	r := replayOf(view.New(run), traces)
	if g := r.Scenes[0].Lanes[0].Given; len(g) != 1 || g[0] != [2]int{0, 5} {
		t.Errorf("given %v", g)
	}
	if !strings.Contains(r.Note, "3 of 4 traces") {
		t.Errorf("note %q", r.Note)
	}
}

func TestReplayOnThePage(t *testing.T) {
	run, traces := traced()
	v := view.New(run)
	var b bytes.Buffer
	if err := Write(&b, Content{View: v, Summary: summary.Make(v), Traces: traces}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{`id="replay-data"`, "position 2, written in pass 3, confidence 99%", "&lt;b&gt;", "id=\"re-static\""} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(page, `"<b>"`) || strings.Contains(page, "\u202e") {
		t.Error("text of a token is not escaped")
	}
}
