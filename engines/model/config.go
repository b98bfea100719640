// Package model is the one transformer that every decoder runs on: a
// Llama/Qwen3-style decoder (RMSNorm, rotary positions, SwiGLU, grouped-query
// attention) whose attention pattern is chosen per forward pass.
//
// A clean token predicts the token after it, as in every autoregressive model;
// a mask token predicts itself, as in LLaDA and BD3-LM. Which keys a query row
// may see is a number per row (see [Window]), and that number is the whole
// difference between causal, full and block attention.
package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Config is the part of a Hugging Face config.json that shapes the network.
// Field names in JSON are those of LlamaConfig and Qwen3Config.
type Config struct {
	Architectures    []string `json:"architectures"`
	ModelType        string   `json:"model_type"` // "llama" or "qwen3"; qwen3 has q/k norm
	HiddenSize       int      `json:"hidden_size"`
	IntermediateSize int      `json:"intermediate_size"`
	Layers           int      `json:"num_hidden_layers"`
	Heads            int      `json:"num_attention_heads"`
	KVHeads          int      `json:"num_key_value_heads"`
	HeadDim          int      `json:"head_dim"`
	VocabSize        int      `json:"vocab_size"`
	MaxPositions     int      `json:"max_position_embeddings"`
	RopeTheta        float64  `json:"rope_theta"`
	NormEps          float64  `json:"rms_norm_eps"`
	TieEmbeddings    bool     `json:"tie_word_embeddings"`
	AttentionBias    bool     `json:"attention_bias"` // q/k/v bias, as Qwen2
	HiddenAct        string   `json:"hidden_act"`     // "silu"
	TorchDtype       string   `json:"torch_dtype"`
	EOS              int32    `json:"eos_token_id"`
	Pad              int32    `json:"pad_token_id"`
	// MaskToken is the id that stands for "not yet known" (our own key).
	MaskToken int32 `json:"mask_token_id"`

	// How the weights were trained, in keys of our own. Without them a checkpoint
	// is taken for one of ours.

	// Shift is true when a mask predicts through the row in front of it, as a
	// token does (Dream, Fast-dLLM v2).
	Shift bool `json:"shift,omitempty"`
	// Context is how finished text sees itself while a block is decoded: "token"
	// (or "") is causal, "block" is block-causal in blocks of BlockSize counted
	// from position 0 (BD3-LM, SDAR).
	Context   string `json:"context,omitempty"`
	BlockSize int    `json:"block_size,omitempty"`
	// SelfPrediction is true when a written token predicts itself, so that its
	// row can judge it (LLaDA2.1's editing).
	SelfPrediction bool `json:"self_prediction,omitempty"`
	// Delimiters are the tokens that end a sentence, line or paragraph.
	Delimiters []int32 `json:"delimiter_token_ids,omitempty"`
	// FIM are the tokens of fill-in-the-middle training; nil without it.
	FIM *FIMTokens `json:"fim_token_ids,omitempty"`
}

// FIMTokens lay out an infilling task for a left-to-right decoder:
//
//	prompt Prefix text Gap text Gap text Middle fill Gap fill EOS
//
// The text of the template comes first, with Gap where something is missing,
// then, behind Middle, the fills in order with Gap between them.
type FIMTokens struct {
	Prefix int32 `json:"prefix"`
	Gap    int32 `json:"gap"`
	Middle int32 `json:"middle"`
	// Counted is true when Gap stands in the text once for each missing token, as
	// masks do for a decoder that sees the canvas, and not once for each gap. So
	// the decoder knows how long a fill has to be.
	Counted bool `json:"counted,omitempty"`
}

// QKNorm tells whether queries and keys are normalised per head (Qwen3).
func (c *Config) QKNorm() bool { return c.ModelType == "qwen3" }

// Limits on what a config file may ask for, so that a broken file is refused
// before anything is allocated.
const (
	maxWidth  = 1 << 17
	maxHeads  = 1 << 12
	maxLayers = 1 << 10
	maxVocab  = 1 << 21
)

// Validate reports every rule the config breaks.
func (c *Config) Validate() error {
	var errs []error
	rule := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	inRange := func(name string, v, limit int) {
		rule(v >= 1 && v <= limit, "%s is %d, allowed is 1 to %d", name, v, limit)
	}
	rule(c.ModelType == "llama" || c.ModelType == "qwen3", "model_type is %q, allowed are llama and qwen3", c.ModelType)
	rule(c.HiddenAct == "" || c.HiddenAct == "silu", "hidden_act is %q, allowed is silu", c.HiddenAct)
	inRange("hidden_size", c.HiddenSize, maxWidth)
	inRange("intermediate_size", c.IntermediateSize, maxWidth)
	inRange("num_hidden_layers", c.Layers, maxLayers)
	inRange("num_attention_heads", c.Heads, maxHeads)
	inRange("num_key_value_heads", c.KVHeads, maxHeads)
	inRange("head_dim", c.HeadDim, maxHeads)
	inRange("vocab_size", c.VocabSize, maxVocab)
	inRange("max_position_embeddings", c.MaxPositions, 1<<24)
	rule(c.HeadDim%2 == 0, "head_dim is %d and must be even for rotary positions", c.HeadDim)
	rule(c.KVHeads < 1 || c.Heads%c.KVHeads == 0, "num_attention_heads (%d) is not a multiple of num_key_value_heads (%d)", c.Heads, c.KVHeads)
	rule(c.RopeTheta > 0, "rope_theta is %g and must be positive", c.RopeTheta)
	rule(c.NormEps > 0 && c.NormEps < 1, "rms_norm_eps is %g and must lie between 0 and 1", c.NormEps)
	for name, id := range map[string]int32{"eos_token_id": c.EOS, "pad_token_id": c.Pad, "mask_token_id": c.MaskToken} {
		rule(id >= 0 && int(id) < c.VocabSize, "%s is %d, allowed is 0 to vocab_size-1 = %d", name, id, c.VocabSize-1)
	}
	rule(c.Context == "" || c.Context == "token" || c.Context == "block", "context is %q, allowed are token and block", c.Context)
	rule(c.Context != "block" || c.BlockSize >= 1, "context block needs block_size, which is %d", c.BlockSize)
	own := slices.Clone(c.Delimiters)
	if c.FIM != nil {
		own = append(own, c.FIM.Prefix, c.FIM.Gap, c.FIM.Middle)
	}
	for _, id := range own {
		rule(id >= 0 && int(id) < c.VocabSize, "delimiter_token_ids or fim_token_ids hold %d, allowed is 0 to vocab_size-1 = %d", id, c.VocabSize-1)
	}
	return errors.Join(errs...)
}

// ParseConfig reads config.json and fills in the defaults of transformers.
func ParseConfig(data []byte) (Config, error) {
	c := Config{RopeTheta: 10000, NormEps: 1e-6, HiddenAct: "silu", MaskToken: -1}
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("config.json: %w", err)
	}
	if c.KVHeads == 0 {
		c.KVHeads = c.Heads
	}
	if c.HeadDim == 0 && c.Heads > 0 {
		c.HeadDim = c.HiddenSize / c.Heads
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("config.json: %w", err)
	}
	return c, nil
}

// Params counts the trainable numbers, with tied embeddings counted once.
func (c *Config) Params() int64 {
	d, hd := int64(c.HiddenSize), int64(c.HeadDim)
	q, kv := int64(c.Heads)*hd, int64(c.KVHeads)*hd
	layer := d*(q+2*kv) + q*d + 3*d*int64(c.IntermediateSize) + 2*d
	if c.QKNorm() {
		layer += 2 * hd
	}
	if c.AttentionBias {
		layer += q + 2*kv
	}
	total := int64(c.Layers)*layer + d + d*int64(c.VocabSize)
	if !c.TieEmbeddings {
		total += d * int64(c.VocabSize)
	}
	return total
}
