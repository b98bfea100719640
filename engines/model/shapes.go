package model

import (
	"fmt"
	"strings"
)

// shapes are cost-only networks by name: width, layers, heads of 64, and a
// vocabulary that stays small against the body, as in the trained model.
var shapes = []struct {
	name                       string
	hidden, layers, ffn, vocab int
}{
	{"2m", 192, 4, 512, 1024},
	{"5m", 256, 6, 704, 1024},
	{"10m", 320, 8, 896, 2048},
	{"20m", 448, 8, 1216, 2048},
	{"50m", 640, 10, 1728, 4096},
	{"100m", 768, 14, 2048, 8192},
	{"200m", 1024, 15, 2816, 16384},
	{"500m", 1536, 17, 4096, 16384},
	{"1b", 2048, 20, 5632, 16384},
}

// public are cost-only networks with the sizes of public ones.
var public = []struct {
	name   string
	config Config
}{
	{"smollm2-135m", Config{ModelType: "llama", HiddenSize: 576, IntermediateSize: 1536, Layers: 30, Heads: 9, KVHeads: 3, HeadDim: 64,
		VocabSize: 49152, MaxPositions: 8192, RopeTheta: 1e5, NormEps: 1e-5}},
	{"smollm2-360m", Config{ModelType: "llama", HiddenSize: 960, IntermediateSize: 2560, Layers: 32, Heads: 15, KVHeads: 5, HeadDim: 64,
		VocabSize: 49152, MaxPositions: 8192, RopeTheta: 1e5, NormEps: 1e-5}},
	{"qwen2.5-0.5b", Config{ModelType: "qwen2", HiddenSize: 896, IntermediateSize: 4864, Layers: 24, Heads: 14, KVHeads: 2, HeadDim: 64,
		VocabSize: 151936, MaxPositions: 32768, RopeTheta: 1e6, NormEps: 1e-6, AttentionBias: true}},
	{"qwen3-0.6b", Config{ModelType: "qwen3", HiddenSize: 1024, IntermediateSize: 3072, Layers: 28, Heads: 16, KVHeads: 8, HeadDim: 128,
		VocabSize: 151936, MaxPositions: 40960, RopeTheta: 1e6, NormEps: 1e-6}},
	{"llama-3.2-1b", Config{ModelType: "llama", HiddenSize: 2048, IntermediateSize: 8192, Layers: 16, Heads: 32, KVHeads: 8, HeadDim: 64,
		VocabSize: 128256, MaxPositions: 131072, RopeTheta: 5e5, NormEps: 1e-5,
		Scaling: &Scaling{Type: "llama3", Factor: 32, Original: 8192, Low: 1, High: 4}}},
}

// ShapeNames lists what Shape accepts, smallest first, those of public networks last.
func ShapeNames() []string {
	var names []string
	for _, s := range shapes {
		names = append(names, s.name)
	}
	for _, s := range public {
		names = append(names, s.name)
	}
	return names
}

// Shape returns the config of a cost-only network by name, such as "20m". Its special
// tokens are those of our own files, with a mask, so that every decoder runs on it.
func Shape(name string) (Config, error) {
	for _, s := range shapes {
		if s.name == name {
			return costOnly(Config{
				ModelType: "llama", HiddenSize: s.hidden, IntermediateSize: s.ffn, Layers: s.layers, HeadDim: 64,
				Heads: s.hidden / 64, KVHeads: s.hidden / 64, VocabSize: s.vocab, MaxPositions: 4096, RopeTheta: 10000, NormEps: 1e-6,
			}), nil
		}
	}
	for _, s := range public {
		if s.name == name {
			return costOnly(s.config), nil
		}
	}
	return Config{}, fmt.Errorf("shape %q is not known; allowed are %s", name, strings.Join(ShapeNames(), ", "))
}

func costOnly(c Config) Config {
	c.Architectures, c.HiddenAct, c.TorchDtype = []string{c.architecture().class}, "silu", "float32"
	c.TieEmbeddings, c.Pad, c.EOS, c.MaskToken = true, 0, TokenIDs{1}, 2
	return c
}
