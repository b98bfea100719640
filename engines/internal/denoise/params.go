package denoise

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
)

// Parameters that presets of several engines share.
var (
	// Temperature is for rules that take the most probable token by default.
	Temperature = engines.Float("temperature", 0, 0, 100, "Divisor of the logits when tokens are drawn; 0 takes the most probable token.")
	// DrawTemperature is for samplers that draw from the distribution itself.
	DrawTemperature = engines.Float("temperature", 1, 0, 100, Temperature.Doc)
)

// TopPWithin is the parameter of the nucleus that Within keeps.
func TopPWithin(p float64) engines.Param {
	return engines.Float("top_p", p, 1e-6, 1, "Keep the tokens whose cumulative mass stays within top_p, and the most probable one in any case; 1 keeps all.")
}

// Within is the proposal of BD3-LM, MDLM and ReMDM.
func Within(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), 0, o["top_p"].(float64), sample.Within)
}
