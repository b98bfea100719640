package rating

import (
	"math"
	"testing"

	"dllmbench/engines/library"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/model"
	"dllmbench/engines/weights"
	"dllmbench/workloads"
	"dllmbench/workloads/markov"
)

// TestRung: all modes rate the same tokens, block diffusion of one token is exact,
// and the judge of outputs says the same as the autoregressive mode.
func TestRung(t *testing.T) {
	w, err := library.Open(weights.Name{Kind: weights.Builtin, Name: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	session := model.NewSession(w.Model, 1)
	defer session.Close()
	const n = 3
	task := markov.New()
	rows, err := Rung(t.Context(), task, 0, workloads.Validation, n, w.Codec, likelihood.New(session), Options{Blocks: []int{1, 4, 0}, Repeats: 2})
	if err != nil {
		t.Fatal(err)
	}
	modes := map[string]Row{}
	for _, r := range rows {
		modes[r.Mode] = r
		if r.Instances != n || r.Tokens != rows[0].Tokens || r.BitsPerToken <= 0 || r.NatsSE == nil {
			t.Errorf("%+v", r)
		}
		if (r.Gap == nil) != (r.Mode == "ar") || r.Bound != (r.DrawsSE != nil) {
			t.Errorf("%s: gap %v, bound %v, error of draws %v", r.Mode, r.Gap, r.Bound, r.DrawsSE)
		}
	}
	for mode, bound := range map[string]bool{"ar": false, "full": true, "block 1": false, "block 4": true, "block whole": true, "oracle": false} {
		if r, ok := modes[mode]; !ok || r.Bound != bound {
			t.Errorf("%s: %+v", mode, r)
		}
	}
	judge := NewJudge(w, 1)
	defer judge.Close()
	sum := 0.0
	for i := range n {
		inst := task.Generate(workloads.Validation, 0, i)
		nats, tokens, err := judge.Rate(t.Context(), inst.Prompt, inst.Answer, true)
		if err != nil || tokens == 0 {
			t.Fatalf("%d tokens, error %v", tokens, err)
		}
		sum += nats
	}
	if want := modes["ar"].Nats * n; math.Abs(sum-want) > 1e-6*math.Abs(want) {
		t.Errorf("the judge says %g nats, the rating %g", sum, want)
	}
	if nats, tokens, err := judge.Rate(t.Context(), "", "", false); nats != 0 || tokens != 0 || err != nil {
		t.Errorf("an empty text: %g nats of %d tokens, %v", nats, tokens, err)
	}
}

// TestByPosition: one row for each position that any answer has.
func TestByPosition(t *testing.T) {
	m := mode{name: "ar", results: []likelihood.Result{{Nats: []float64{1, 2}}, {Nats: []float64{3}}}, tokens: []int{2, 1}}
	rows := m.byPosition(Row{Mode: "ar"})
	if len(rows) != 2 || rows[0].Nats != 2 || rows[0].Tokens != 2 || rows[1].Nats != 2 || rows[1].NatsSE != nil || *rows[1].Position != 1 {
		t.Errorf("%+v", rows)
	}
}
