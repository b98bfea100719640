package model

import "strings"

// nemotron is the network of Nemotron-Labs-Diffusion: that of Ministral 3, trained at
// once to write from left to right and to fill the masks of a block behind text that
// reads from left to right. The adapter that its makers add for drafting is not read.
var nemotron = architecture{
	class: "NemotronLabsDiffusionModel", growing: true,
	spelling: map[string]string{"context_block_size": "block_size"}, // theirs is that of decoding
	fixed: map[string]rule{
		"attention_bias": may("false"),
		"dlm_paradigm":   may(`"bidirectional"`, `"block_diff"`, `"sbd_block_diff"`),
	},
	harmless: strings.Fields("block_size dlm_loss_weight ar_loss_weight dp_varying_mask_ratio"),
	written: func(c *Config) map[string]any { // the reference reads no rope_scaling
		if c.Scaling == nil {
			return nil
		}
		return map[string]any{"rope_parameters": struct {
			*Scaling
			Theta float64 `json:"rope_theta"`
		}{c.Scaling, c.RopeTheta}}
	},
	defaults: func(c *Config) {
		c.HeadDim, c.MaxPositions, c.NormEps, c.RopeTheta, c.EOS = 128, 262144, 1e-5, 1e6, TokenIDs{2}
	},
	tensors: strings.NewReplacer("model.embed_tokens.", "encoder.embed_tokens.", "model.layers.", "encoder.layers.", "model.norm.", "encoder.norm.", "lm_head.", "diffusion_head."),
}
