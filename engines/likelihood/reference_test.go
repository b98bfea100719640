package likelihood

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"dllmbench/engines/model"
)

// TestReference: on checkpoints of other makers every term of a likelihood is what the published
// code computes for the same masks, and a bound is the mean over all masks within its error
// (engines/model/testdata/samplers.py).
func TestReference(t *testing.T) {
	file, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Checkpoint, Kind string
		Text             []int32
		Prompt, Start    int
		Masked           []int // positions from Start
		Nats             []float64
	}
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	length := map[string]int{"full": 6, "block": 4}
	exact, scorers := map[string]float64{}, map[string]*Scorer{}
	texts := map[string]Text{}
	for _, c := range cases {
		s := scorers[c.Checkpoint]
		if s == nil {
			checkpoint, err := model.OpenCheckpoint(os.DirFS(filepath.Join("../model/testdata", c.Checkpoint)))
			if err != nil {
				t.Fatal(err)
			}
			defer checkpoint.Close()
			m, err := checkpoint.Model(nil)
			if err != nil {
				t.Fatal(err)
			}
			session := model.NewSession(m, 2)
			defer session.Close()
			s = New(session)
			scorers[c.Checkpoint] = s
		}
		x := Text{Prompt: c.Text[:c.Prompt], Answer: c.Text[c.Prompt:]}
		if c.Kind == "ar" {
			got := must(t)(s.AR(x))
			for i, want := range c.Nats {
				if math.Abs(got.Nats[i]-want) > 1e-4 {
					t.Errorf("%s, token %d: %g nats, want %g", c.Checkpoint, i, got.Nats[i], want)
				}
			}
			continue
		}
		n, k := length[c.Kind], len(c.Masked)
		texts[c.Checkpoint] = x
		s.begin(len(c.Text), len(s.lanes))
		e := estimate{nats: make([]float64, len(x.Answer)), totals: make([]float64, 1), prompt: c.Prompt}
		draw := masks{at: c.Masked, weight: float64(n) / float64(k)}
		if err := s.ask(c.Text, region{start: c.Start, end: c.Start + n, full: c.Kind == "full"}, []masks{draw}, &e); err != nil {
			t.Fatal(err)
		}
		if want := c.Nats[0]; math.Abs(e.totals[0]-want) > 1e-5*want+1e-4 {
			t.Errorf("%s from %d with masks at %v: %g nats, want %g", c.Checkpoint, c.Start, c.Masked, e.totals[0], want)
		}
		exact[c.Checkpoint] += c.Nats[0] / choose(n, k) / float64(n)
	}
	for name, x := range texts {
		s, o := scorers[name], Options{Repeats: 400, Seed: 1}
		score := s.Full
		if s.spec.ContextBlock > 0 {
			score = func(x Text, o Options) (Result, error) { return s.Block(x, s.spec.ContextBlock, o) }
		}
		got, all := must(t)(score(x, o)), must(t)(score(x, Options{Draws: 128}))
		if math.Abs(all.Total()-exact[name]) > 1e-4 || all.SE != 0 {
			t.Errorf("%s: with a draw for each set of masks the bound is %g, want %g", name, all.Total(), exact[name])
		}
		if difference := got.Total() - exact[name]; math.Abs(difference) > 4*got.SE || got.SE > 0.02*exact[name] {
			t.Errorf("%s: the bound is %g with standard error %g, over all masks it is %g", name, got.Total(), got.SE, exact[name])
		}
	}
	if len(cases) < 180 || len(texts) != 4 {
		t.Errorf("only %d cases of %d checkpoints", len(cases), len(scorers))
	}
}
