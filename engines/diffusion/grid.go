package diffusion

import (
	"fmt"

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
	gridSteps       = engines.Int("steps", 0, 0, 1<<16, "Steps of the time grid; 0 is one per position of the canvas. More steps draw fewer tokens at once.").As(engines.RoleSteps)
	drawTemperature = engines.Float("temperature", 1, 0, 100, "Divisor of the logits when tokens are drawn; 0 takes the most probable token.")
)

func topPWithin(p float64) engines.Param {
	return engines.Float("top_p", p, 1e-6, 1, "Keep the tokens whose cumulative mass stays within top_p, and the most probable one in any case; 1 keeps all.")
}

// within is the proposal of the MDLM family.
func within(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), 0, o["top_p"].(float64), sample.Within)
}

// remdm is ancestral sampling that masks written tokens again, at a rate that
// the schedule can bear.
func remdm() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "remdm", Cache: "none", Revises: true,
			Doc:    "Ancestral sampling in which written tokens are masked again with a probability that the strategy gives.",
			Source: "Wang et al. 2025, arXiv 2503.00307; github.com/kuleshov-group/remdm",
			Differs: "Who is written and masked again is drawn before the pass, and a step that writes nothing takes none, with the same law. The share of " +
				"written positions is one continuous function of time, also for steps across a switch time of loop. forward_backward erases no more than " +
				"the schedule allows. Steps default to one per position; the published 1024 are for 1024 positions.",
			Params: []engines.Param{gridSteps,
				engines.Choice("strategy", "cap", []string{"cap", "rescale", "conf", "loop", "forward_backward"},
					"Who is masked again: every token with probability eta (cap), or eta times what the schedule allows (rescale), the less sure ones (conf), eta while the share of written positions stands still (loop), or as many as noising would mask (forward_backward)."),
				engines.Float("eta", -1, -1, 1, "Probability per step and token of being masked again; -1 is the published value of the strategy (cap 0.008, rescale 0.015, loop 0.02), 0 is mdlm."),
				engines.Float("t_on", 0.55, 0.001, 0.999, "For loop: time, running from 1 to 0, at which masking again begins."),
				engines.Float("t_off", 0.05, 0.001, 0.999, "For loop: time at which it ends, at most t_on."),
				engines.Float("alpha_on", 0.9, 0.001, 0.999, "For loop: share of positions that is written in between."),
				drawTemperature, topPWithin(0.9)},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			r := &denoise.Ancestral{Proposal: within(o), Revises: true, ByConfidence: o["strategy"] == "conf"}
			var err error
			if r.Grid, err = remdmGrid(o); err != nil {
				return rule{}, err
			}
			return rule{Decoder: denoise.Decoder{Rule: r, Steps: constant(o["steps"].(int)), KeepSteps: true}}, nil
		},
	}
}

// remdmGrid is the schedule of a strategy.
func remdmGrid(o engines.Options) (denoise.Grid, error) {
	strategy, eta := o["strategy"].(string), o["eta"].(float64)
	on, off := o["t_on"].(float64), o["t_off"].(float64)
	published := map[string]float64{"cap": 0.008, "rescale": 0.015, "loop": 0.02}
	switch usual, takes := published[strategy]; {
	case eta < 0 && eta != -1:
		return nil, fmt.Errorf("eta (%g) is a probability; give 0 to 1, or -1 for the published value", eta)
	case eta >= 0 && !takes:
		return nil, fmt.Errorf("eta (%g) has no meaning for strategy %s, which needs none; leave eta away, or give strategy cap with eta %g", eta, strategy, eta)
	case eta < 0:
		eta = usual
	}
	if strategy == "loop" && off > on {
		return nil, fmt.Errorf("t_off (%g) is above t_on (%g), and time runs from 1 down to 0; for example t_on 0.55 and t_off 0.05", off, on)
	}
	switch strategy {
	case "rescale":
		return denoise.Rescaled(gridEnd, eta), nil
	case "conf":
		return denoise.Shared(gridEnd), nil
	case "loop":
		return denoise.Looped{On: on, Off: off, Alpha: o["alpha_on"].(float64), Eta: eta}.Grid(gridEnd), nil
	case "forward_backward":
		return denoise.ForwardBackward(gridEnd), nil
	}
	return denoise.Capped(gridEnd, eta), nil
}

// p2 is path planning: after each step the least sure positions are masks, also
// where a token stood.
func p2() decode.Rule[rule] {
	planners := map[string]denoise.Planner{"committed": denoise.Committed, "self": denoise.Self, "remask": denoise.Held}
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "p2", Cache: "none", Revises: true,
			Doc:    "After step i of S, the i/S of the canvas with the highest scores is written, and tokens that have fallen behind are masked again.",
			Source: "Peng et al. 2025 (Path Planning), arXiv 2502.03540; github.com/pengzhangzhi/Path-Planning",
			Differs: "The planner is committed by default: here a written token's row predicts its successor, so it cannot judge the token. Scores are log " +
				"probabilities of tokens; the published code takes them from logits with Gumbel noise added. With planner self the token that stands is scored, " +
				"not one drawn anew. remask is our own. Steps default to one per position.",
			Params: []engines.Param{gridSteps,
				engines.Float("eta", 1, 0, 1e6, "Factor on the log probability of written tokens: above 1 more of them are masked again, 0 never does."),
				engines.Choice("planner", "committed", []string{"committed", "self", "remask"},
					"How written tokens are scored: as they were when written (committed), by their own row in every step (self), or in an extra pass per step that hides a random half of them (remask)."),
				drawTemperature},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			return rule{Decoder: denoise.Decoder{
				Rule: &denoise.Path{Proposal: sample.Tempered(o["temperature"].(float64), 0, 1, sample.Crossing),
					Eta: o["eta"].(float64), Planner: planners[o["planner"].(string)]},
				Steps: constant(o["steps"].(int)), KeepSteps: true,
			}}, nil
		},
		Untrained: func(spec *network.Spec, o engines.Options) []string {
			if o["planner"] == "self" && !spec.SelfPrediction {
				return []string{"p2 with planner self scores a written token by its own row, and these weights were not trained to predict written tokens there"}
			}
			return nil
		},
	}
}
