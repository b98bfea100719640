package harness

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// outputsOf are the outputs of a cell by status and finish.
func outputsOf(f *result.File, cell string) (list []string) {
	for _, r := range f.Requests {
		if r.Cell == cell {
			list = append(list, r.Status+" "+r.Finish+" "+r.Output)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

const stopping = `
workloads: [{workload: echo, rungs: [four], instances: 3, stop: ["001", "2"]}]
measurement: {warmup: 0, order: once}
`

// TestStopTexts: an engine that goes on behind a stop text and calls that useful is an
// error; of one that gives text the answer is cut here, and its times with it.
func TestStopTexts(t *testing.T) {
	p, l := plan(t, stopping), &lab{clock: newClock()}
	l.behave = func(_ context.Context, label string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		r := batch[0]
		if !slices.Equal(r.Until, []string{"001", "2"}) || r.Text([]int32{'a'}) != "a" || r.Force {
			t.Errorf("asked %+v", r)
		}
		res := answer(r, r.Prompt)
		if label == "a" {
			n, _, found := engines.Cut(r.Text, r.Prompt, r.Until)
			if res.Useful = n; found {
				res.Finish = engines.FinishStop
			}
		}
		return []engines.Result{res}, nil, true
	}
	e := &remote{capabilities: engines.Capabilities{Deliveries: engines.Append, InFlight: 1}, damage: func(_ int, r *engines.TextResult, list []engines.Delivery) error {
		r.Text, r.Finish = "0x2y", engines.FinishBudget
		list[0].Text, list[1].Text = "0", "x2y"
		return nil
	}}
	e.beside(l)
	s := run(t, t.Context(), p, l, newFile(t), false)
	cells := p.Cells()
	if got, want := outputsOf(s.file, cells[0].ID), []string{"success stop 0", "success stop 000", "success stop 0000"}; s.err != nil || !slices.Equal(got, want) {
		t.Errorf("error %v, %q", s.err, got)
	}
	if got := outputsOf(s.file, cells[2].ID); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "error") }) {
		t.Errorf("what is behind a stop text was called useful: %q", got)
	}
	for _, r := range s.file.Requests {
		if r.Cell == cells[1].ID && (r.Output != "0x" || r.Finish != "stop" || *r.Chars != 2 || len(r.Chunks) != 0 || !slices.Equal(r.Deliveries, [][2]int64{{4e6, 1}, {8e6, 1}})) {
			t.Errorf("%+v", r)
		}
	}
	if !slices.Equal(e.asked[0].Stop, []string{"001", "2"}) || !slices.Equal(cells[0].Stop, []string{"001", "2"}) {
		t.Errorf("asked %+v", e.asked[0])
	}
}

// TestForcedLength: an answer that uses its whole budget, as it was asked to, is not cut short.
func TestForcedLength(t *testing.T) {
	p, l := plan(t, strings.Replace(stopping, "stop: [\"001\", \"2\"]", "force_length: true", 1)), &lab{clock: newClock()}
	l.behave = func(_ context.Context, _ string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		if asked := batch[0]; !asked.Force || asked.Until != nil {
			t.Errorf("asked %+v", asked)
		}
		r := answer(batch[0], slices.Repeat([]int32{'a'}, batch[0].Budget))
		return []engines.Result{r}, nil, true
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	for _, c := range p.Cells() {
		if got := outputsOf(s.file, c.ID); s.err != nil || !slices.Equal(got, []string{"success budget aaaaa"}) || !c.ForceLength {
			t.Errorf("error %v, %q", s.err, got)
		}
	}
}

// TestForcedShort: an engine that ends its answer itself did not do what it was asked to.
func TestForcedShort(t *testing.T) {
	e := &remote{capabilities: engines.Capabilities{Deliveries: engines.Append}}
	p, l := plan(t, strings.Replace(stopping, "stop: [\"001\", \"2\"]", "force_length: true", 1)), &lab{clock: newClock()}
	e.beside(l)
	s := run(t, t.Context(), p, l, newFile(t), false)
	if got := outputsOf(s.file, p.Cells()[1].ID); len(got) == 0 {
		t.Error("no requests")
	}
	for _, r := range s.file.Requests {
		if r.Cell == p.Cells()[1].ID && (r.Status != "error" || !strings.Contains(r.Error, "force_length asks for the whole budget of 5 tokens")) {
			t.Errorf("%s, %s", r.Status, r.Error)
		}
	}
}

// quiz offers three answers, of which the last one is right.
type quiz struct{ echo }

func (q quiz) Name() string { return "quiz" }
func (q quiz) Generate(split workloads.Split, rung, index int) workloads.Instance {
	inst := q.echo.Generate(split, rung, index)
	inst.ID, inst.Workload, inst.Prompt = "quiz/"+inst.ID, "quiz", "Say "+inst.Answer+"  "
	inst.Choices = []string{"no", "äää", inst.Answer}
	return inst
}

// TestChoices: each reading takes its own choice, the primary one decides, and what the
// engine says is checked.
func TestChoices(t *testing.T) {
	text := `
workloads: [{workload: quiz, rungs: [four], instances: 2, score: likelihood, primary: acc_norm, draws: 5}]
measurement: {warmup: 0, order: once, trace: 2}
`
	p, l := planOf(t, []workloads.Workload{quiz{}}, text), &lab{clock: newClock()}
	se := 0.25
	nats := map[string][]float64{"a": {1, 2, 1.8}, "b": {3, 2.9, 3}, "c": {3, 2}}
	l.behave = func(_ context.Context, label string, _ int, batch []engines.Request) ([]engines.Result, error, bool) {
		r := batch[0]
		said := codec.Decode(codec{}, r.Prompt) + "|" + codec.Decode(codec{}, r.Choices[0])
		if !strings.HasPrefix(said, "Say 000") || !strings.HasSuffix(said, "|  no") || r.Draws != 5 || r.Stop != nil {
			t.Errorf("asked %+v, %q", r, said)
		}
		res := engines.Result{Finish: engines.FinishBudget, Elapsed: 10 * time.Millisecond, Usage: usage.Zero()}
		res.Usage[usage.NFE], res.Usage[usage.NFE.In(usage.Denoise)] = usage.Known(7), usage.Known(7)
		res.Usage[usage.UsefulTokens] = usage.Count{}
		for i, n := range nats[label] {
			res.Ratings = append(res.Ratings, engines.Rating{Nats: n, SE: &se, Tokens: len(r.Choices[i])})
		}
		return []engines.Result{res}, nil, true
	}
	s := run(t, t.Context(), p, l, newFile(t), false)
	cells := p.Cells()
	for _, r := range s.file.Requests {
		switch r.Cell {
		case cells[0].ID: // 1 nat for two characters, 2 for three of six bytes, 1.8 for four: the third one is the least per character, the second per byte
			if r.Status != "success" || !*r.Exact || r.Aspects["acc"] != 0 || r.Aspects["acc_norm"] != 1 || r.Aspects["acc_bytes"] != 0 || len(r.Ratings) != 3 || *r.Ratings[1].SE != se || r.TTFTNs != nil || *r.E2ENs != 10e6 || r.Usage[usage.UsefulTokens].Known() {
				t.Errorf("%+v", r)
			}
		case cells[1].ID:
			if r.Status != "success" || *r.Violations != 0 || r.Output[:2] != "00" {
				t.Errorf("%+v", r)
			}
		case cells[2].ID:
			if r.Status != "error" || !strings.Contains(r.Error, "2 ratings for 3 choices") {
				t.Errorf("%+v", r)
			}
		}
	}
	if c := cells[0]; s.err != nil || c.Score != "likelihood" || c.Primary != "acc_norm" || c.Draws != 5 || c.Budget != 7 {
		t.Errorf("error %v, %+v", s.err, c)
	}
}
