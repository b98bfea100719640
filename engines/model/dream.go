package model

// dream is the network of Dream and DiffuCoder: that of Qwen2, trained on with full
// attention, in which a mask is predicted by the row in front of it.
var dream = architecture{
	class: "DreamModel", fixed: impliedBias,
	defaults: func(c *Config) {
		c.AttentionBias, c.Shift, c.MaskToken, c.Context = true, true, 151666, "full"
	},
}
