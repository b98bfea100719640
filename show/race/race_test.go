//go:build !purego

// None of it depends on assembly.

package race

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness/prompt"
)

func races(t *testing.T) *Races {
	t.Helper()
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	return &Races{Hold: Keep(w.Model), Codec: w.Codec, Threads: 1, Now: time.Now}
}

// run collects the messages of a race.
func run(t *testing.T, r *Races, q Request) (list []any) {
	t.Helper()
	err := r.Run(t.Context(), q, func(m any) error {
		list = append(list, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestRun: a race ends with what each decoder writes alone for the same seed, and what
// its messages say adds up to that.
func TestRun(t *testing.T) {
	r := races(t)
	q := Request{Workload: "sudoku", Rung: "holes-12", Index: 1, Seed: 7, Lanes: []Lane{
		{Engine: "autoregressive", Preset: "sample"},
		{Engine: "diffusion", Preset: "remdm", Options: engines.Options{"steps": 8.0}},
		{Engine: "block", Preset: "revise", Options: engines.Options{"revise_threshold": 2.0}},
	}}
	task, err := prompt.Find(q.Workload, q.Rung, q.Index)
	if err != nil {
		t.Fatal(err)
	}
	weights, _, _ := r.Hold()
	request, err := task.Request(r.Codec, weights.Spec().Context, 0, q.Seed)
	if err != nil {
		t.Fatal(err)
	}
	list := run(t, r, q)
	if m, ok := list[0].(Task); !ok || m.Prompt != task.Text || m.Budget != request.Budget || m.Answer != task.Instance.Answer {
		t.Errorf("the task is told as %+v", list[0])
	}
	revised, guessed := 0, 0
	for i, l := range q.Lanes {
		preset, err := decoders.Find(l.Engine, l.Preset)
		if err != nil {
			t.Fatal(err)
		}
		options, err := engines.Resolve(preset, l.Options)
		if err != nil {
			t.Fatal(err)
		}
		e, err := decoders.Open(weights, 1, preset.Engine, preset.Name, options)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := e.Generate(t.Context(), []engines.Request{request}, nil)
		e.Close()
		if err != nil {
			t.Fatal(err)
		}
		canvas := make([]int, request.Budget)
		var flops, passes int64
		end := 0.0
		for _, m := range list {
			switch m := m.(type) {
			case Pass:
				if m.Lane != i {
					continue
				}
				for _, k := range m.Revised {
					canvas[k[0]] = k[1]
					revised++
				}
				for _, k := range m.Wrote {
					canvas[k[0]] = k[1]
				}
				if passes, flops = passes+1, flops+m.FLOPs; m.End < end {
					t.Errorf("lane %d: pass %d ends before the one before it", i, passes)
				}
				end = m.End
			case Guess:
				guessed++
			case Done:
				if m.Lane != i {
					continue
				}
				if want := r.Codec.Decode(alone[0].Tokens[:alone[0].Useful]); m.Text != want {
					t.Errorf("lane %d wrote %q, alone %q", i, m.Text, want)
				}
				for pos, id := range alone[0].Tokens[:m.Useful] {
					if canvas[pos] != int(id) {
						t.Errorf("lane %d: the passes end with %d at position %d, the answer has %d", i, canvas[pos], pos, id)
					}
				}
				if usage.Known(flops) != m.Usage[usage.FLOPs] || usage.Known(passes) != m.Usage[usage.NFE] {
					t.Errorf("lane %d: passes add up to %d FLOPs in %d passes, the answer has %s in %s", i, flops, passes, m.Usage[usage.FLOPs], m.Usage[usage.NFE])
				}
				if score := task.Workload.Check(task.Instance, m.Text); *m.Exact != score.Exact || len(m.Breaches) != len(score.Violations) {
					t.Errorf("lane %d is judged %v with %d breaches, the checker says %+v", i, *m.Exact, len(m.Breaches), score)
				}
				for _, b := range m.Breaches {
					if b.From < 0 || b.To < b.From || b.To > m.Useful {
						t.Errorf("lane %d: breach %+v", i, b)
					}
				}
			}
		}
	}
	if revised == 0 || guessed == 0 {
		t.Errorf("%d revisions and %d predictions were told", revised, guessed)
	}
	if _, err := json.Marshal(list); err != nil {
		t.Error(err)
	}
}

// TestWrong: what the checker finds is found in the tokens.
func TestWrong(t *testing.T) {
	r := races(t)
	for index := range 40 {
		list := run(t, r, Request{Workload: "lists", Rung: "sort-32", Index: index, Lanes: []Lane{{Engine: "block"}}})
		done := list[slices.IndexFunc(list, func(m any) bool { _, ok := m.(Done); return ok })].(Done)
		if *done.Exact {
			continue
		}
		answer := list[0].(Task).Answer
		for _, b := range done.Breaches {
			if b.To == b.From+1 && b.From < len(answer) && done.Text[b.From] == answer[b.From] {
				t.Errorf("position %d of %q is called wrong, right is %q", b.From, done.Text, answer)
			}
		}
		return
	}
	t.Error("every answer is right: the test shows nothing")
}

// asks is a chat template that asks for a sorted number.
type asks struct{ codec engines.Codec }

func (asks) Text(_ string, said ...string) string { return "sort:" + said[0] + "=" }
func (a asks) Prompt(begin string, said ...string) ([]int32, error) {
	return a.codec.Encode(a.Text(begin, said...)), nil
}
func (asks) End() []int32 { return nil }

// TestChat: a question is put in the form of the template, and shown as it was asked.
func TestChat(t *testing.T) {
	r := races(t)
	r.Form = asks{r.Codec}
	list := run(t, r, Request{Prompt: "3142", Chat: true, Budget: 8, Lanes: []Lane{{Engine: "block"}}})
	done := list[slices.IndexFunc(list, func(m any) bool { _, ok := m.(Done); return ok })].(Done)
	if asked := list[0].(Task).Prompt; asked != "3142" || done.Text != "1234" {
		t.Errorf("%q is answered with %q", asked, done.Text)
	}
	if c, err := r.Catalog("builtin:v1"); err != nil || !c.Chat {
		t.Errorf("the page offers no chat: %v", err)
	}
}

func TestRefused(t *testing.T) {
	for data, want := range map[string]string{
		``:                               "no race",
		`{"lanes":[]}`:                   "0 decoders",
		`{"lane":[]}`:                    "unknown field",
		`{"lanes":[{"engine":"block"}]}`: "either a workload or a prompt",
		`{"lanes":[{"engine":"block"}],"prompt":"a"} {}`:                                  "more",
		`{"lanes":[{"engine":"block"}],"prompt":"a","index":-1}`:                          "index is -1",
		`{"lanes":[{"engine":"block"}],"prompt":"a","budget":-1}`:                         "budget is -1",
		`{"lanes":[{},{},{},{},{}],"prompt":"a"}`:                                         "5 decoders",
		`{"prompt":"` + strings.Repeat("a", MaxBytes) + `","lanes":[{"engine":"block"}]}`: "bytes, allowed",
	} {
		if _, err := Parse([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", data, err, want)
		}
	}
	r := races(t)
	for want, q := range map[string]Request{
		"did you mean sudoku?":     {Workload: "sudoko", Lanes: []Lane{{Engine: "block"}}},
		"did you mean block?":      {Prompt: "a", Lanes: []Lane{{Engine: "blok"}}},
		"decoder 2: preset greedy": {Prompt: "a", Lanes: []Lane{{Engine: "block"}, {Engine: "autoregressive", Options: engines.Options{"best_of": "many"}}}},
		"no chat template":         {Prompt: "a", Chat: true, Lanes: []Lane{{Engine: "block"}}},
		"context":                  {Prompt: "a", Budget: 1 << 30, Lanes: []Lane{{Engine: "block"}}},
	} {
		if err := r.Run(t.Context(), q, func(any) error { return errors.New("told") }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", q, err, want)
		}
	}
	gone := errors.New("gone")
	err := r.Run(t.Context(), Request{Prompt: "sort:21=", Budget: 8, Lanes: []Lane{{Engine: "block"}}}, func(m any) error {
		if _, late := m.(Pass); late {
			return gone
		}
		return nil
	})
	if !errors.Is(err, gone) {
		t.Errorf("nobody listens any more: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"workload":"sudoku","rung":"holes-4","index":3,"seed":1,"lanes":[{"engine":"diffusion","preset":"llada","options":{"steps":4}}]}`))
	f.Add([]byte(`{"prompt":"x","budget":9,"lanes":[{"engine":"block"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if q, err := Parse(data); err == nil && (len(q.Lanes) > MaxLanes || q.Index < 0 || q.Budget < 0) {
			t.Errorf("%+v", q)
		}
	})
}

// TestCatalog: every preset that the page offers takes part in a race.
func TestCatalog(t *testing.T) {
	r := races(t)
	c, err := r.Catalog("builtin:v1")
	if err != nil || len(c.Usual.Lanes) != 3 || len(c.Workloads) < 10 {
		t.Errorf("%d usual lanes, %d workloads", len(c.Usual.Lanes), len(c.Workloads))
	}
	for _, p := range c.Presets {
		run(t, r, Request{Prompt: "sort:21=", Budget: 8, Lanes: []Lane{{Engine: p.Engine, Preset: p.Name}}})
	}
}
