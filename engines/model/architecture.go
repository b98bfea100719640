package model

import (
	"maps"
	"slices"
	"strings"
)

// architecture is what a model_type says about a network beyond the keys of its
// config.json. There is a file for each of them.
type architecture struct {
	class    string            // that computes it in the reference
	qkNorm   bool              // queries and keys are normalised per head
	fused    bool              // queries, keys and values are one tensor
	router   router            // of its experts; without a pick it has none
	spelling map[string]string // keys of Config by those of its files, where they differ
	fixed    map[string]rule   // on top of those of all architectures; "" is the value of a key that is left out
	harmless []string          // likewise
	defaults func(*Config)     // of keys that its files leave out; nil for those of Llama
	tensors  *strings.Replacer // from names of Llama's tensors to its own; nil for the same
}

var architectures = map[string]architecture{
	"llama": llama, "mistral": mistral, "qwen2": qwen2, "qwen3": qwen3,
	"llada": llada, "Dream": dream, "a2d-llama": a2dLlama, "a2d-qwen2": a2dQwen2, "a2d-qwen3": a2dQwen3,
	"sdar": sdar, "Fast_dLLM_Qwen": fastDLLM, "lladamoe": lladaMoE, "llada2_moe": llada2,
}

// modelTypes lists the names of architectures.
func modelTypes() string { return strings.Join(slices.Sorted(maps.Keys(architectures)), ", ") }

func (c *Config) architecture() architecture { return architectures[c.ModelType] }

func (c *Config) known() bool {
	_, ok := architectures[c.ModelType]
	return ok
}

// QKNorm reports whether queries and keys are normalised per head (Qwen3).
func (c *Config) QKNorm() bool { return c.architecture().qkNorm }

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
