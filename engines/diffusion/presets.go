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
	canvasSteps = engines.Int("steps", 0, 0, 1<<24, "Denoising steps for the whole canvas; 0 is one per position, and more than that has no effect.").As(engines.RoleSteps)
	blockLength = engines.Int("block_length", 0, 0, 1<<24, "Positions that are finished before the next ones are begun (semi-autoregressive order); 0 is the whole canvas.")
	temperature = engines.Float("temperature", 0, 0, 100, "Divisor of the logits when tokens are drawn; 0 takes the most probable token.")
	cfgScale    = engines.Float("cfg_scale", 0, 0, 100, "Scale of classifier-free guidance; above 0 every step takes a second pass with the prompt masked.")
	stopAtEnd   = engines.Bool("stop_at_end", false, "End a request as soon as a stop token and everything before it is written, instead of filling the canvas.")
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
