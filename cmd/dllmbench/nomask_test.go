package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/weights"
)

// TestCheckpointWithoutMask: a checkpoint that was trained from left to right
// alone, with several end tokens of which one is the padding, runs
// autoregressively; decoders that write masks refuse it in a sentence.
func TestCheckpointWithoutMask(t *testing.T) {
	dir := t.TempDir()
	if err := writeCheckpoint(dir); err != nil {
		t.Fatal(err)
	}
	if err := damage(dir, model.ConfigFile, func(text []byte) []byte {
		var config map[string]any
		if err := json.Unmarshal(text, &config); err != nil {
			t.Fatal(err)
		}
		delete(config, "mask_token_id")
		delete(config, "pad_token_id")
		config["eos_token_id"] = []int{1, 5}
		text, _ = json.Marshal(config)
		return text
	}); err != nil {
		t.Fatal(err)
	}
	w, err := library.Open(weights.Parse(dir))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w.Codec.EndIDs(), []int32{1, 5}) || w.Codec.PadID() != 1 || w.Codec.MaskID() != -1 {
		t.Errorf("ends %v, pad %d, mask %d", w.Codec.EndIDs(), w.Codec.PadID(), w.Codec.MaskID())
	}
	request := engines.Request{Prompt: w.Codec.Encode("1+2="), Budget: 12, Stop: w.Codec.EndIDs()}
	for _, d := range decoders.All() {
		e, err := decoders.Open(w.Model, 1, d.Name, "", nil)
		if d.Name != "autoregressive" {
			if err == nil || !strings.Contains(err.Error(), "needs a mask token (mask_token_id in config.json), and qwen3 has none") {
				t.Errorf("%s: error %v", d.Name, err)
			}
			if _, err := decoders.Fits(w.Model.Spec(), d.Name, "", nil, 12); err == nil {
				t.Errorf("%s: validation finds nothing", d.Name)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		results, err := e.Generate(context.Background(), []engines.Request{request}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r := results[0]; len(r.Tokens) == 0 || slices.Contains(r.Tokens, -1) {
			t.Errorf("%s: %+v", d.Name, r)
		}
	}
	var con bytes.Buffer
	if err := (&modelShowCmd{Weights: dir}).Run(&console{stdout: &output{Writer: &con}}); err != nil || !strings.Contains(con.String(), "none, 1 5, 1") {
		t.Errorf("%v:\n%s", err, con.String())
	}
}
