package decoders

import (
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// TestUseOf holds the table of decoders and trainings to what the trainings mean.
func TestUseOf(t *testing.T) {
	const n, u, x = Native, Untrained, Impossible
	presets := [...]string{"autoregressive/greedy", "diffusion/llada", "diffusion/dream", "block/sdar-static", "block/fast-dllm-v2", "block/adablock", "block/llada2-edit", "hybrid/self-speculation"}
	for name, c := range map[string]struct {
		spec network.Spec
		want [len(presets)]Use
	}{
		"left to right":     {network.Spec{Mask: network.NoToken}, [...]Use{n, x, x, x, x, x, x, x}},
		"ours":              {network.Spec{Mask: 3, Training: network.Training{Delimiters: []int32{4}}}, [...]Use{n, n, n, n, n, n, u, n}},
		"full":              {network.Spec{Mask: 3, Training: network.Training{FullContext: true}}, [...]Use{u, n, n, u, u, x, u, u}},
		"full, shifted":     {network.Spec{Mask: 3, Training: network.Training{FullContext: true, Shift: true}}, [...]Use{u, n, n, u, u, x, u, u}},
		"blocks":            {network.Spec{Mask: 3, Training: network.Training{ContextBlock: 32, SelfPrediction: true}}, [...]Use{u, u, u, n, n, x, n, u}},
		"a mask stated":     {network.Spec{Mask: 3, Training: network.Training{MaskUnseen: true}}, [...]Use{n, u, u, u, u, x, u, u}},
		"a mask not stated": {network.Spec{Mask: network.NoToken, Training: network.Training{FullContext: true}}, [...]Use{u, x, x, x, x, x, x, x}},
	} {
		c.spec.Vocab, c.spec.End, c.spec.Pad = 32, []int32{1}, 1
		for i, text := range presets {
			engine, preset, _ := strings.Cut(text, "/")
			p, err := Find(engine, preset)
			if err != nil {
				t.Fatal(err)
			}
			if got := UseOf(c.spec, p); got != c.want[i] {
				t.Errorf("%s, %s: %s, want %s", name, text, got, c.want[i])
			}
		}
	}
}

// TestAdvice: a refusal that is the fault of the weights says what is native to
// them, and one that is the fault of the options does not.
func TestAdvice(t *testing.T) {
	spec := network.Spec{Architecture: "qwen3", Vocab: 32, End: []int32{1}, Pad: 1, Mask: network.NoToken}
	for _, c := range []struct {
		name           string
		spec           func(*network.Spec)
		engine, preset string
		o              engines.Options
		want           string
		not            string
	}{
		{"no mask", func(*network.Spec) {}, "diffusion", "llada", nil, "diffusion needs a mask token (mask_token_id in config.json), and qwen3 has none: the weights were not trained to fill masks; native to these weights: autoregressive/greedy", ""},
		{"a mask that nobody names", func(s *network.Spec) { s.FullContext = true }, "diffusion", "llada", nil, "no file names it (mask_token_id in config.json): state its id beside the path", "native"},
		{"no delimiters", func(s *network.Spec) { s.Mask, s.ContextBlock = 3, 4 }, "block", "adablock", nil, "native to these weights: block/sdar-static", ""},
		{"options", func(s *network.Spec) { s.Mask = 3 }, "diffusion", "llada", engines.Options{"block_length": 3, "steps": 5}, "", "native"},
	} {
		s := spec
		c.spec(&s)
		_, err := Fits(s, c.engine, c.preset, c.o, 8)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.not != "" && strings.Contains(err.Error(), c.not) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
