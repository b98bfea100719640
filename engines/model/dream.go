package model

// dream is the network of Dream and DiffuCoder: that of Qwen2, trained on with full
// attention, in which a mask is predicted by the row in front of it.
var dream = architecture{
	class: "DreamModel", fixed: impliedBias, defaults: biased,
}
