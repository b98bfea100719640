package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
)

// rules lists the presets; a new one is a line here and a function.
func rules() []decode.Rule[rule] {
	return []decode.Rule[rule]{llada(), lladaThreshold(), dream(), mdlm(), remdm(), p2(), entropyBound(), prophet(), dinfer(), fastDLLM(), dkvCache(), dllmCache()}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return decode.Presets(rules()) }

// Parameters that several presets share.
var (
	canvasSteps = engines.Param{Name: "steps", Role: engines.RoleSteps, Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 24,
		Doc: "Denoising steps for the whole canvas; 0 is one per position, and more than that has no effect."}
	blockLength = engines.Param{Name: "block_length", Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 24,
		Doc: "Positions that are finished before the next ones are begun (semi-autoregressive order); 0 is the whole canvas."}
	temperature = engines.Param{Name: "temperature", Kind: engines.KindFloat, Default: 0.0, Min: 0, Max: 100,
		Doc: "Divisor of the logits when tokens are drawn; 0 takes the most probable token."}
	cfgScale = engines.Param{Name: "cfg_scale", Kind: engines.KindFloat, Default: 0.0, Min: 0, Max: 100,
		Doc: "Scale of classifier-free guidance; above 0 every step takes a second pass with the prompt masked."}
	stopAtEnd = engines.Param{Name: "stop_at_end", Kind: engines.KindBool, Default: false,
		Doc: "End a request as soon as a stop token and everything before it is written, instead of filling the canvas."}
)

// tempered draws a token at a temperature. LLaDA's code does it by Gumbel noise;
// the law is the same.
func tempered(temperature float64) sample.Proposal {
	return sample.Tempered(temperature, 0, 1, sample.Crossing)
}

// surest commits the surest tokens first.
func surest(o engines.Options, s sample.Selector) denoise.Pick {
	return denoise.Pick{Proposal: tempered(o["temperature"].(float64)), Confidence: sample.Probability{}, Selector: s}
}

// inBlocks is a decoder with the parameters that most presets share.
func inBlocks(o engines.Options, r denoise.Rule) denoise.Decoder {
	guidance, _ := o[cfgScale.Name].(float64)
	return denoise.Decoder{Rule: r, BlockLength: o["block_length"].(int), Steps: constant(0), Guidance: guidance, Stop: stop(o["stop_at_end"].(bool))}
}

func stop(atEnd bool) denoise.Stop {
	if atEnd {
		return denoise.StopAtPrefix
	}
	return denoise.StopNever
}

// constant is a number of steps whatever the budget; 0 is one per mask.
func constant(steps int) func(budget int) int { return func(int) int { return steps } }
