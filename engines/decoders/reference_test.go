package decoders

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
)

// TestReferenceSamplers: on checkpoints of other makers the decoders write what the
// published samplers write there at temperature 0 (engines/model/testdata/reference.py).
func TestReferenceSamplers(t *testing.T) {
	const folder = "../model/testdata"
	type sample struct {
		Checkpoint, Engine, Preset string
		Options                    engines.Options
		Prompt, Stop, Text         []int32
		Seed                       uint64
	}
	var cases []sample
	for _, file := range []string{"samplers.json", "llada2_moe/samplers.json"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		var more []sample
		if err := json.Unmarshal(text, &more); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, more...)
	}
	for _, c := range cases {
		checkpoint, err := model.OpenCheckpoint(os.DirFS(filepath.Join(folder, c.Checkpoint)))
		if err != nil {
			t.Fatal(err)
		}
		defer checkpoint.Close()
		m, err := checkpoint.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Open(m, 2, c.Engine, c.Preset, c.Options)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		got := generate(t, e, []engines.Request{{Prompt: c.Prompt, Budget: len(c.Text), Stop: c.Stop, Seed: c.Seed}}, nil)[0]
		if !slices.Equal(got.Tokens, c.Text) {
			t.Errorf("%s, %s %v after %v with seed %d:\n got %v\nwant %v", c.Checkpoint, c.Preset, c.Options, c.Prompt, c.Seed, got.Tokens, c.Text)
		}
	}
	if len(cases) < 150 {
		t.Errorf("only %d cases", len(cases))
	}
}
