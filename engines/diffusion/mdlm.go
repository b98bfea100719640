package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// mdlm is ancestral sampling: every mask is written with the probability that
// the schedule gives the step, whatever the network says.
func mdlm() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "mdlm", Cache: "none",
			Doc:    "Ancestral sampling: each step writes a random number of random masks; steps that write nothing take no pass.",
			Source: "Sahoo et al. 2024, arXiv 2406.07524, with forward caching and final noise removal; github.com/kuleshov-group/mdlm",
			Differs: "Which positions a step writes is drawn before the pass, so that logits are computed for these alone, with the same law; " +
				"the pass of the final noise removal is run only if a mask is left; random numbers are float64.",
			Params: []engines.Param{gridSteps, drawTemperature, topPWithin(1), stopAtEnd},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			return rule{Decoder: denoise.Decoder{
				Rule:  &denoise.Ancestral{Proposal: within(o), Grid: denoise.Forward(gridEnd)},
				Steps: constant(o["steps"].(int)), KeepSteps: true, Stop: stop(o["stop_at_end"].(bool)),
			}}, nil
		},
	}
}

// gridEnd is the last time of the grid of MDLM and ReMDM.
const gridEnd = 1e-5

// Parameters of samplers on a time grid.
var (
	gridSteps = engines.Param{Name: "steps", Role: engines.RoleSteps, Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 16,
		Doc: "Steps of the time grid; 0 is one per position of the canvas. More steps draw fewer tokens at once."}
	drawTemperature = engines.Param{Name: "temperature", Kind: engines.KindFloat, Default: 1.0, Min: 0, Max: 100,
		Doc: "Divisor of the logits when tokens are drawn; 0 takes the most probable token."}
)

func topPWithin(p float64) engines.Param {
	return engines.Param{Name: "top_p", Kind: engines.KindFloat, Default: p, Min: 1e-6, Max: 1,
		Doc: "Keep the tokens whose cumulative mass stays within top_p, and the most probable one in any case; 1 keeps all."}
}

// within is the proposal of the MDLM family.
func within(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), 0, o["top_p"].(float64), sample.Within)
}
