package model

import (
	"strings"

	"dllmbench/engines/internal/safetensors"
)

// architecture is what a model_type says about a network beyond the keys of its
// config.json. There is a file for each of them.
type architecture struct {
	class    string                              // that computes it in the reference
	qkNorm   bool                                // queries and keys are normalised per head
	fused    bool                                // queries, keys and values are one tensor
	outBias  bool                                // attention_bias is one behind attention too
	gelu     bool                                // in place of a gated SiLU
	learned  bool                                // positions are rows of a table, in place of rotations
	unfold   unfolder                            // undoes what settle makes of tensors, for a file; nil for nothing
	headBias bool                                // behind the head
	growing  bool                                // queries may grow with the position
	geglu    bool                                // a gated GELU in place of a gated SiLU
	outNorm  bool                                // what attention and the feed-forward network add is normalised
	wide     bool                                // embeddings are multiplied by the root of their width
	sliding  bool                                // some layers see only so many keys back
	router   router                              // of its experts; without a pick it has none
	spelling map[string]string                   // keys of Config by those of its files, where they differ
	fixed    map[string]rule                     // on top of those of all architectures; "" is the value of a key that is left out
	harmless []string                            // likewise
	written  func(*Config) map[string]any        // keys that follow from others, and have to be there
	defaults func(*Config)                       // of keys that its files leave out; nil for those of Llama
	finish   func(*Config)                       // those that follow from other keys; nil for no more than complete does
	settle   func(*Checkpoint) error             // what its tensors say of the network, and how they are read; nil for nothing
	derived  []string                            // ends of names of tensors that nobody has to read
	tensors  *strings.Replacer                   // from names of Llama's tensors to its own; nil for the same
	turned   func(name string, shape []int) bool // its files hold a matrix as [in, out]; nil for none
}

// An unfolder replaces tensors of the network in a list by those that a file has in
// their place, with their numbers. read reads a tensor of the list.
type unfolder func(list []safetensors.Out, read func(dst []float32, name string)) []safetensors.Out

var architectures = map[string]architecture{
	"llama": llama, "mistral": mistral, "qwen2": qwen2, "qwen3": qwen3,
	"llada": llada, "Dream": dream, "a2d-llama": a2dLlama, "a2d-qwen2": a2dQwen2, "a2d-qwen3": a2dQwen3,
	"sdar": sdar, "Fast_dLLM_Qwen": fastDLLM, "lladamoe": lladaMoE, "llada2_moe": llada2, "illada": illada, "gpt2": gpt2, "diffugpt": diffugpt, "bd3lm": bd3lm, "mdlm": mdlm,
	"nemotron_labs_diffusion": nemotron, "gemma3_text": gemma3,
}

// modelTypes lists the names of architectures.
func modelTypes() string { return strings.Join(Types(), ", ") }

func (c *Config) architecture() architecture { return architectures[c.ModelType] }

func (c *Config) known() bool {
	_, ok := architectures[c.ModelType]
	return ok
}

// QKNorm reports whether queries and keys are normalised per head (Qwen3).
func (c *Config) QKNorm() bool { return c.architecture().qkNorm }

// layerNorm reports whether norms are those of LayerNorm, with a bias.
func (c *Config) layerNorm() bool { return c.LayerNormEps > 0 }

// normEps is what norms add to the variance.
func (c *Config) normEps() float32 {
	if c.layerNorm() {
		return float32(c.LayerNormEps)
	}
	return float32(c.NormEps)
}

// spelled is a key of Config as files of the architecture spell it.
func (a *architecture) spelled(key string) string {
	for theirs, ours := range a.spelling {
		if ours == key {
			return theirs
		}
	}
	return key
}

// tensor is a tensor of Llama as files of the architecture name it.
func (a *architecture) tensor(name string) string {
	if a.tensors == nil {
		return name
	}
	return a.tensors.Replace(name)
}
