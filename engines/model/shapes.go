package model

import (
	"cmp"
	"slices"

	"dllmbench/engines"
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

// maxDrawn is the number of parameters above which random networks are kept as
// bfloat16, as the files of such networks are.
const maxDrawn = 1_300_000_000

// public are cost-only networks with the sizes of public ones.
var public = []struct {
	name, kind                     string
	hidden, ffn, layers, heads, kv int
	headDim, vocab, positions      int
	theta, eps                     float64 // no eps: that of LayerNorm, and what else the architecture has
	own                            bool    // a head of its own
	scaling                        float64 // of Llama 3's positions; 0 for none
}{
	{"gpt2-124m", "gpt2", 768, 3072, 12, 12, 12, 64, 50257, 1024, 1e4, 0, false, 0},
	{"smollm2-135m", "llama", 576, 1536, 30, 9, 3, 64, 49152, 8192, 1e5, 1e-5, false, 0},
	{"mdlm-170m", "mdlm", 768, 3072, 12, 12, 12, 64, 50258, 1024, 1e4, 0, true, 0}, // 7 million of them on the noise level
	{"smollm2-360m", "llama", 960, 2560, 32, 15, 5, 64, 49152, 8192, 1e5, 1e-5, false, 0},
	{"qwen2.5-0.5b", "qwen2", 896, 4864, 24, 14, 2, 64, 151936, 32768, 1e6, 1e-6, false, 0},
	{"qwen3-0.6b", "qwen3", 1024, 3072, 28, 16, 8, 128, 151936, 40960, 1e6, 1e-6, false, 0},
	{"llama-3.2-1b", "llama", 2048, 8192, 16, 32, 8, 64, 128256, 131072, 5e5, 1e-5, false, 32},
	{"qwen2.5-1.5b", "qwen2", 1536, 8960, 28, 12, 2, 128, 151936, 32768, 1e6, 1e-6, false, 0},
	{"fast-dllm-v2-1.5b", "Fast_dLLM_Qwen", 1536, 8960, 28, 12, 2, 128, 151936, 32768, 1e6, 1e-6, false, 0},
	{"qwen3-1.7b", "qwen3", 2048, 6144, 28, 16, 8, 128, 151936, 40960, 1e6, 1e-6, false, 0},
	{"sdar-1.7b", "sdar", 2048, 6144, 28, 16, 8, 128, 151936, 32768, 1e6, 1e-6, true, 0}, // if its head is like that of sdar-4b
	{"llama-3.2-3b", "llama", 3072, 8192, 28, 24, 8, 128, 128256, 131072, 5e5, 1e-5, false, 32},
	{"qwen3-4b", "qwen3", 2560, 9728, 36, 32, 8, 128, 151936, 40960, 1e6, 1e-6, false, 0},
	{"sdar-4b", "sdar", 2560, 9728, 36, 32, 8, 128, 151936, 32768, 1e6, 1e-6, true, 0},
	{"qwen2.5-7b", "qwen2", 3584, 18944, 28, 28, 4, 128, 152064, 32768, 1e6, 1e-6, true, 0},
	{"dream-7b", "Dream", 3584, 18944, 28, 28, 4, 128, 152064, 131072, 1e6, 1e-6, true, 0},
	{"llada-moe-7b-a1b", "lladamoe", 2048, 8192, 16, 16, 16, 128, 157184, 8192, 5e4, 1e-5, true, 0},
	{"llada-8b", "llada", 4096, 12288, 32, 32, 32, 128, 126464, 4096, 5e5, 1e-5, true, 0},
	{"llama-3.1-8b", "llama", 4096, 14336, 32, 32, 8, 128, 128256, 131072, 5e5, 1e-5, true, 8},
	{"qwen3-8b", "qwen3", 4096, 12288, 36, 32, 8, 128, 151936, 40960, 1e6, 1e-6, true, 0},
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
		if s.name != name {
			continue
		}
		c := Config{
			ModelType: s.kind, HiddenSize: s.hidden, IntermediateSize: s.ffn, Layers: s.layers, Heads: s.heads, KVHeads: s.kv,
			HeadDim: s.headDim, VocabSize: s.vocab, MaxPositions: s.positions, RopeTheta: s.theta, NormEps: s.eps,
		}
		c.AttentionBias = slices.Contains([]string{"qwen2", "Dream", "Fast_dLLM_Qwen"}, s.kind)
		if s.eps == 0 {
			c.architecture().defaults(&c)
		}
		if s.kind == "lladamoe" {
			c.Mixture = Mixture{Experts: 64, ExpertsPerRow: 8, ExpertSize: 1024}
		}
		if s.scaling > 0 {
			c.Scaling = &Scaling{Type: "llama3", Factor: s.scaling, Original: 8192, Low: 1, High: 4}
		}
		c = costOnly(c)
		if c.TieEmbeddings = !s.own; c.Params() > maxDrawn {
			c.TorchDtype = dtypes["BF16"]
		}
		return c, nil
	}
	return Config{}, engines.UnknownName("shape", name, ShapeNames())
}

func costOnly(c Config) Config {
	c.Architectures, c.HiddenAct, c.TorchDtype = []string{c.architecture().class}, cmp.Or(c.HiddenAct, "silu"), dtypes["F32"]
	c.TieEmbeddings, c.Pad, c.EOS, c.MaskToken = true, 0, TokenIDs{1}, 2
	return c
}
