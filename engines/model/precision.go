package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/internal/quant"
	"dllmbench/engines/weights"
)

// precision is how matrices are kept when somebody asks for other numbers than those of
// the source. All but float32 and bfloat16 also quantise what is multiplied by them.
type precision struct {
	all  string // storage of all matrices but these
	head string // that of the head, or of tied embeddings
	more string // that of values and the feed-forward output of some layers; "" for all
}

// precisions are those of [weights.Precisions]. What is quantised is mixed as llama.cpp
// does for files of that name: the head decides about every token and gets more bits.
var precisions = map[string]precision{
	"f32": {"F32", "F32", ""}, "bf16": {"BF16", "BF16", ""}, "q8_0": {"Q8_0", "Q8_0", ""}, "q6_k": {"Q6_K", "Q6_K", ""},
	"q4_0": {"Q4_0", "Q6_K", ""}, "q4_1": {"Q4_1", "Q6_K", ""}, "q5_0": {"Q5_0", "Q6_K", ""}, "q5_1": {"Q5_1", "Q6_K", ""},
	"q4_k_m": {"Q4_K", "Q6_K", "Q6_K"}, "q5_k_m": {"Q5_K", "Q6_K", "Q6_K"},
}

// CheckPrecision reports whether the precisions of a name are known.
func CheckPrecision(w weights.Name) error {
	if _, ok := precisions[w.Precision]; !ok && w.Precision != "" {
		return engines.UnknownName("precision", w.Precision, weights.Precisions())
	}
	if w.KV != "" && !slices.Contains(weights.KVs(), w.KV) {
		return engines.UnknownName("precision of keys and values", w.KV, weights.KVs())
	}
	return nil
}

// keptAs says what keys and values are rounded to, behind the precision of matrices.
func (c *Config) keptAs() string {
	if c.KV == "" {
		return ""
	}
	return ", keys and values in " + dtypes["BF16"]
}

// quantisedTo reports whether a precision has quantised matrices.
func quantisedTo(name string) bool { return quant.Named(precisions[name].all) != nil }

// replacements are the formats of blocks of 32 numbers in the place of those of 256,
// for matrices whose rows these do not fill.
var replacements = map[string]string{"Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0"}

// storage is that of a matrix of the network, with so many columns.
func (p precision) storage(c *Config, name string, cols int) string {
	kind := p.all
	switch {
	case strings.HasSuffix(name, ".mlp.gate.weight"): // it chooses experts, and is small
		return "F32"
	case name == nameHead, name == nameEmbed && c.TieEmbeddings:
		kind = p.head
	case p.more != "" && (strings.Contains(name, ".v_proj.") || strings.Contains(name, ".down_proj.")) && c.moreBits(name):
		kind = p.more
	}
	if f := quant.Named(kind); f != nil && cols%f.Block != 0 {
		kind = replacements[kind]
	}
	if f := quant.Named(kind); kind == "" || f != nil && cols%f.Block != 0 {
		return "BF16"
	}
	return kind
}

// moreBits reports whether the layer of a tensor is one of the first or last eighth, or
// a third one between them, which llama.cpp gives more bits.
func (c *Config) moreBits(name string) bool {
	i := slices.IndexFunc(strings.Split(name, "."), func(s string) bool { _, err := strconv.Atoi(s); return err == nil })
	if i < 0 {
		return false
	}
	layer, _ := strconv.Atoi(strings.Split(name, ".")[i])
	eighth := c.Layers / 8
	return layer < eighth || layer >= 7*c.Layers/8 || (layer-eighth)%3 == 2
}

// byInt8 stands behind formats whose products round activations to 8 bits.
const byInt8 = " by int8"

// precisionOf says how matrices in these storages are kept and what they are multiplied
// by, for people: "bfloat16", "Q4_0, Q6_K by int8".
func precisionOf(storages []string) string {
	kinds := slices.Compact(slices.Sorted(slices.Values(storages)))
	quantised := slices.ContainsFunc(kinds, func(kind string) bool { return quant.Named(kind) != nil })
	for i, kind := range kinds {
		kinds[i] = cmp.Or(dtypes[kind], kind)
	}
	text := strings.Join(kinds, ", ")
	if quantised {
		text += byInt8
	}
	return text
}

// RandomStorage is how random weights are kept and how many bytes their matrices take up, before they are drawn.
func (c *Config) RandomStorage() (precision string, bytes int64) {
	r := reader{cfg: c}
	if c.drawn() {
		r.pieces = drawn{random: random{cfg: c}}
	}
	bytes = r.matrices()
	return precisionOf(r.kept) + c.keptAs(), bytes
}

// Kept is how many bytes the matrices take up in memory, before they are read.
func (c *Checkpoint) Kept() int64 {
	r := reader{cfg: &c.Config, pieces: c}
	return r.matrices()
}

// matrices is how many bytes they take up.
func (r *reader) matrices() (bytes int64) {
	for _, p := range r.cfg.parts() {
		if p.cols > 0 && !slices.Contains(p.names, namePositions) {
			storages := r.storages(p)
			r.kept = append(r.kept, storages...)
			for i, storage := range storages {
				bytes += int64(p.rows[i]) * int64(rawBytes(storage, p.cols))
			}
		}
	}
	return bytes
}
