// Package model is the one transformer that every decoder runs on: a
// Llama/Qwen-style decoder (RMSNorm, rotary positions, SwiGLU, grouped-query
// attention) whose attention pattern is chosen per forward pass. Checkpoints
// of other makers differ from it in names, defaults and training, some also in
// a mixture of experts, norms, positions, biases or the activation; see
// architecture.
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
	"strings"

	"dllmbench/engines/network"
)

// Config is the part of a Hugging Face config.json that shapes the network.
// Field names in JSON are those of LlamaConfig and Qwen3Config; an architecture
// may spell some of them otherwise.
type Config struct {
	Architectures    []string `json:"architectures"`
	ModelType        string   `json:"model_type"` // a name of architectures
	HiddenSize       int      `json:"hidden_size"`
	IntermediateSize int      `json:"intermediate_size"`
	Layers           int      `json:"num_hidden_layers"`
	Heads            int      `json:"num_attention_heads"`
	KVHeads          int      `json:"num_key_value_heads"`
	HeadDim          int      `json:"head_dim"`
	VocabSize        int      `json:"vocab_size"`
	MaxPositions     int      `json:"max_position_embeddings"`
	RopeTheta        float64  `json:"rope_theta"`
	Scaling          *Scaling `json:"rope_scaling,omitempty"` // of rotary positions; nil for none
	NormEps          float64  `json:"rms_norm_eps"`
	LayerNormEps     float64  `json:"layer_norm_eps,omitempty"` // of LayerNorm in place of RMSNorm; 0 for that
	TieEmbeddings    bool     `json:"tie_word_embeddings"`
	AttentionBias    bool     `json:"attention_bias"` // q/k/v bias, as Qwen2
	MLPBias          bool     `json:"mlp_bias,omitempty"`
	HiddenAct        string   `json:"hidden_act"` // "silu", or GELU where the architecture has it
	TorchDtype       string   `json:"torch_dtype"`
	Precision        string   `json:"-"` // of precisions, in which matrices are kept; "" for that of their source
	KV               string   `json:"-"` // of [weights.KVs], in which keys and values are kept; "" for float32
	// EOS are the ids that end a text, one or several.
	EOS TokenIDs `json:"eos_token_id"`
	// Pad may be an id of EOS; without the key it is the first of them.
	Pad int32 `json:"pad_token_id"`
	// MaskToken is the id that stands for "not yet known", network.NoToken in
	// checkpoints that were trained from left to right alone.
	MaskToken int32 `json:"mask_token_id"`

	// How the weights were trained, in keys of our own. Without them a checkpoint
	// is taken for one of ours.

	// Shift is true when a mask predicts through the row in front of it, as a
	// token does (Dream, Fast-dLLM v2).
	Shift bool `json:"shift,omitempty"`
	// Context is how finished text sees itself while a block is decoded: "token"
	// (or "") is causal, "block" is block-causal in blocks of BlockSize counted
	// from position 0 (BD3-LM, SDAR), and "full" sees everything (LLaDA, Dream).
	Context   string `json:"context,omitempty"`
	BlockSize int    `json:"block_size,omitempty"`
	// MaskUnseen is true where training never met the mask token.
	MaskUnseen bool `json:"mask_unseen,omitempty"`
	// SelfPrediction is true when a written token predicts itself, so that its
	// row can judge it (LLaDA2.1's editing).
	SelfPrediction bool `json:"self_prediction,omitempty"`
	// Delimiters are the tokens that end a sentence, line or paragraph.
	Delimiters []int32 `json:"delimiter_token_ids,omitempty"`
	// FIM are the tokens of fill-in-the-middle training; nil without it.
	FIM *network.FIM `json:"fim_token_ids,omitempty"`

	Mixture // of architectures that have one
	Sliding // likewise
}

// TokenIDs are token ids that JSON has as one number or as a list.
type TokenIDs []int32

var errTokenIDs = errors.New("a token id or a list of them")

// UnmarshalJSON reads both forms.
func (t *TokenIDs) UnmarshalJSON(data []byte) error {
	*t = make(TokenIDs, 1)
	err := json.Unmarshal(data, &(*t)[0])
	if data[0] == '[' || string(data) == "null" {
		err = json.Unmarshal(data, (*[]int32)(t))
	}
	if err != nil {
		return errTokenIDs
	}
	return nil
}

// MarshalJSON writes a single id as a number.
func (t TokenIDs) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]int32(t))
}

// Spec describes the network to decoders, without what only its weights tell.
func (c *Config) Spec() network.Spec {
	s := network.Spec{
		Architecture: c.ModelType, Vocab: c.VocabSize, Context: c.Positions(), Layers: c.Layers, Params: c.Params(),
		End: c.EOS, Mask: c.MaskToken, Pad: c.Pad,
		Training: network.Training{Shift: c.Shift, FullContext: c.Context == "full", Length: c.trainedLength(), MaskUnseen: c.MaskUnseen, MaskNever: trained[c.ModelType].never, SelfPrediction: c.SelfPrediction, Delimiters: c.Delimiters, FIM: c.FIM},
	}
	if c.Context == "block" {
		s.ContextBlock = c.BlockSize
	}
	return s
}

// Limits on what a config file may ask for. They are well above every public
// network; what a file of weights really holds is checked when it is opened.
const (
	maxWidth     = 1 << 17
	maxHeads     = 1 << 12
	maxLayers    = 1 << 10
	maxVocab     = 1 << 21
	maxPositions = 1 << 24
	maxIDs       = 1 << 12 // in a list of token ids
	maxRotations = 1 << 28 // head_dim · max_position_embeddings: numbers in the table of rotary angles
)

// MaxCache is how many bytes the keys and values of one sequence may take.
const MaxCache = 1 << 34

// Positions is the length of the longest sequence: what the weights were made
// for, as far as its keys and values take no more than [MaxCache].
func (c *Config) Positions() int {
	return int(min(int64(c.MaxPositions), MaxCache/max(c.heldBytes(), 1)))
}

// fault is a rule that the value of a key breaks.
type fault struct{ key, text string }

// Validate reports every rule the config breaks.
func (c *Config) Validate() error {
	var errs []error
	for _, f := range c.faults() {
		errs = append(errs, errors.New(f.key+" "+f.text))
	}
	return errors.Join(errs...)
}

func (c *Config) faults() (list []fault) {
	rule := func(key string, ok bool, format string, args ...any) {
		if !ok {
			list = append(list, fault{key, fmt.Sprintf(format, args...)})
		}
	}
	inRange := func(key string, v, limit int) {
		rule(key, v >= 1 && v <= limit, "is %d, allowed is 1 to %d", v, limit)
	}
	if rule("model_type", c.known(), "is %q, allowed is one of %s", c.ModelType, modelTypes()); list != nil {
		return list // other keys have other meanings there
	}
	acts := "silu"
	if arch := c.architecture(); arch.gelu || arch.geglu {
		acts = "gelu_new or gelu_pytorch_tanh"
	}
	rule("hidden_act", c.HiddenAct == "" || slices.Contains(strings.Fields(acts), c.HiddenAct), "is %q, allowed is %s", c.HiddenAct, acts)
	inRange("hidden_size", c.HiddenSize, maxWidth)
	if c.DenseLayers > 0 || c.Experts == 0 {
		inRange("intermediate_size", c.IntermediateSize, maxWidth)
	}
	inRange("num_hidden_layers", c.Layers, maxLayers)
	inRange("num_attention_heads", c.Heads, maxHeads)
	inRange("num_key_value_heads", c.KVHeads, maxHeads)
	inRange("head_dim", c.HeadDim, maxHeads)
	inRange("vocab_size", c.VocabSize, maxVocab)
	inRange("max_position_embeddings", c.MaxPositions, maxPositions)
	rule("head_dim", c.HeadDim%2 == 0 || c.architecture().learned, "is %d and must be even for rotary positions", c.HeadDim)
	rule("max_position_embeddings", c.HeadDim < 1 || c.MaxPositions <= maxRotations/c.HeadDim,
		"is %d, allowed is at most %d beside a head_dim of %d", c.MaxPositions, maxRotations/max(c.HeadDim, 1), c.HeadDim)
	rule("num_attention_heads", c.KVHeads < 1 || c.Heads%c.KVHeads == 0, "(%d) is not a multiple of num_key_value_heads (%d)", c.Heads, c.KVHeads)
	c.Mixture.rules(c, rule, inRange)
	c.Sliding.rules(c, rule, inRange)
	rule("rope_theta", c.RopeTheta > 0, "is %g and must be positive", c.RopeTheta)
	rule("rope_theta", c.Scaling == nil || c.RopeTheta > 1, "is %g, allowed is more than 1 beside scaled positions", c.RopeTheta)
	rule("rope_parameters", c.Scaling == nil || c.Scaling.Growth == 0 || c.architecture().growing, "has a llama_4_scaling_beta, which is not for %s", c.ModelType)
	rule("rms_norm_eps", c.layerNorm() || c.NormEps > 0 && c.NormEps < 1, "is %g and must lie between 0 and 1", c.NormEps)
	rule("layer_norm_eps", c.LayerNormEps >= 0 && c.LayerNormEps < 1, "is %g and must lie between 0 and 1", c.LayerNormEps)
	token := func(key, name string, id int32) {
		rule(key, id >= 0 && int(id) < c.VocabSize, "%sis %d, allowed is 0 to vocab_size-1 = %d", name, id, c.VocabSize-1)
	}
	rule("eos_token_id", len(c.EOS) <= maxIDs, "has %d ids, allowed are at most %d", len(c.EOS), maxIDs)
	rule("delimiter_token_ids", len(c.Delimiters) <= maxIDs, "has %d ids, allowed are at most %d", len(c.Delimiters), maxIDs)
	for _, id := range c.EOS[:min(len(c.EOS), maxIDs)] {
		token("eos_token_id", "", id)
	}
	if c.Pad != network.NoToken && !slices.Contains(c.EOS, c.Pad) {
		token("pad_token_id", "", c.Pad)
	}
	if c.MaskToken != network.NoToken {
		token("mask_token_id", "", c.MaskToken)
		rule("mask_token_id", !slices.Contains(c.EOS, c.MaskToken) && c.Pad != c.MaskToken, "is %d, which is an end or padding token too", c.MaskToken)
	}
	rule("context", c.Context == "" || c.Context == "token" || c.Context == "block" || c.Context == "full", "is %q, allowed are token, block and full", c.Context)
	rule("block_size", c.Context != "block" || c.BlockSize >= 1, "is %d beside the context block, which needs at least 1", c.BlockSize)
	rule("block_size", c.Context == "block" || c.BlockSize == 0, "is %d, which says nothing without the context block", c.BlockSize)
	for _, id := range c.Delimiters[:min(len(c.Delimiters), maxIDs)] {
		token("delimiter_token_ids", "has an id that ", id)
	}
	if c.FIM != nil {
		token("fim_token_ids", "has a prefix that ", c.FIM.Prefix)
		token("fim_token_ids", "has a gap that ", c.FIM.Gap)
		token("fim_token_ids", "has a middle that ", c.FIM.Middle)
	}
	return list
}

// complete fills in what transformers derives from other keys.
func (c *Config) complete() {
	if finish := c.architecture().finish; finish != nil {
		finish(c)
	}
	if c.KVHeads == 0 {
		c.KVHeads = c.Heads
	}
	if c.HeadDim == 0 && c.Heads > 0 {
		c.HeadDim = c.HiddenSize / c.Heads
	}
	if c.RotaryShare == 1 {
		c.RotaryShare = 0 // the same, as other files have it
	}
	if c.Scaling != nil && c.Scaling.Original == 0 && c.Scaling.Type != "linear" {
		c.Scaling.Original = c.MaxPositions
	}
	if c.Pad == network.NoToken && len(c.EOS) > 0 {
		c.Pad = c.EOS[0]
	}
	if c.MaskToken == network.NoToken {
		c.MaskToken = c.UsualMask()
	}
}
