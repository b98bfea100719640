package library

import (
	"strings"
	"testing"
	"testing/fstest"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/weights"
)

// TestSettle: what is stated goes before what the configuration says, and that before
// what the tokenizer names; only weights that were trained with a mask take the last.
func TestSettle(t *testing.T) {
	list := tokenizer.Listing{Split: "gpt-2", Tokens: strings.Fields("a <|end|> <|im_start|> <|MASK|> <|reserved_1|>"),
		Kinds: []tokenizer.Kind{tokenizer.Ordinary, tokenizer.Control, tokenizer.Control, tokenizer.Control, tokenizer.Control}}
	codec, err := list.Tokenizer()
	if err != nil {
		t.Fatal(err)
	}
	const end, start, mask, reserved = 1, 2, 3, 4
	for _, c := range []struct {
		name, kind       string
		config           int32
		t                weights.Trained
		named            string
		want             int32
		unseen           bool
		problem, context string
	}{
		{name: "of the configuration", kind: "a2d-qwen3", config: mask, named: "<|reserved_1|>", want: mask, context: "full"},
		{name: "of the tokenizer", kind: "a2d-qwen3", config: network.NoToken, named: "<|MASK|>", want: mask, context: "full"},
		{name: "no mask of the tokenizer for those that read", kind: "qwen3", config: network.NoToken, named: "<|MASK|>", want: network.NoToken},
		{name: "stated", kind: "a2d-qwen3", config: mask, t: weights.Trained{Mask: reserved}, want: reserved, context: "full"},
		{name: "stated for those that read", kind: "qwen3", config: network.NoToken, t: weights.Trained{Mask: mask}, want: mask, unseen: true},
		{name: "ours keep their training", kind: "qwen3", config: mask, t: weights.Trained{Mask: reserved}, want: reserved},
		{name: "training stated", kind: "qwen2", config: network.NoToken, t: weights.Trained{Mask: mask, Context: "block", Block: 8}, want: mask, context: "block"},
		{name: "of the training that is stated", kind: "llama", config: network.NoToken, t: weights.Trained{Context: "full", Shift: true}, want: 811, context: "full"},
		{name: "another token", kind: "a2d-qwen3", config: start, want: start, problem: `the mask token is 2 (mask_token_id), which is "<|im_start|>" and does not look like a mask; state the right one beside the path (mask: ID in a scenario, PATH#mask=ID for a flag), for example token 3, which is "<|MASK|>"`},
		{name: "no token", kind: "a2d-qwen3", t: weights.Trained{Mask: 999}, problem: "mask_token_id is 999, allowed is 0 to vocab_size-1 = 299"},
		{name: "behind the tokenizer", kind: "a2d-qwen3", config: network.NoToken, t: weights.Trained{Mask: 299}, want: 299, context: "full"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := model.Config{ModelType: c.kind, HiddenSize: 4, IntermediateSize: 4, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 4, VocabSize: 300,
				MaxPositions: 8, RopeTheta: 1e4, NormEps: 1e-6, EOS: model.TokenIDs{end}, Pad: end, MaskToken: c.config}
			if strings.HasPrefix(c.kind, "a2d") {
				config.Context = "full"
			}
			if c.kind == "llama" {
				config.VocabSize = 32000 // Llama 2's
			}
			err := settle(&config, c.t, codec, c.named)
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || config.MaskToken != c.want || config.MaskUnseen != c.unseen || config.Context != c.context || config.BlockSize != c.t.Block {
				t.Errorf("%+v, %v", config, err)
			}
		})
	}
}

func TestMaskName(t *testing.T) {
	for text, want := range map[string]string{
		`{"mask_token": "<|mask|>"}`: "<|mask|>", `{"mask_token": {"content": "<M>", "lstrip": false}}`: "<M>", `{"mask_token": null}`: "", `{}`: "",
	} {
		for _, name := range []string{model.ClassFile, "special_tokens_map.json"} {
			if got, err := maskName(fstest.MapFS{name: {Data: []byte(text)}}); err != nil || got != want {
				t.Errorf("%s %s: %q, %v", name, text, got, err)
			}
		}
	}
	if _, err := maskName(fstest.MapFS{model.ClassFile: {Data: []byte("{")}}); err == nil {
		t.Error("half a file is read")
	}
}
