package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

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
				{Name: "strategy", Kind: engines.KindChoice, Default: "cap", Allowed: []string{"cap", "rescale", "conf", "loop", "forward_backward"},
					Doc: "Who is masked again: every token with probability eta (cap), or eta times what the schedule allows (rescale), the less sure ones (conf), " +
						"eta while the share of written positions stands still (loop), or as many as noising would mask (forward_backward)."},
				{Name: "eta", Kind: engines.KindFloat, Default: -1.0, Min: -1, Max: 1,
					Doc: "Probability per step and token of being masked again; -1 is the published value of the strategy (cap 0.008, rescale 0.015, loop 0.02), 0 is mdlm."},
				{Name: "t_on", Kind: engines.KindFloat, Default: 0.55, Min: 0.001, Max: 0.999,
					Doc: "For loop: time, running from 1 to 0, at which masking again begins."},
				{Name: "t_off", Kind: engines.KindFloat, Default: 0.05, Min: 0.001, Max: 0.999,
					Doc: "For loop: time at which it ends, at most t_on."},
				{Name: "alpha_on", Kind: engines.KindFloat, Default: 0.9, Min: 0.001, Max: 0.999,
					Doc: "For loop: share of positions that is written in between."},
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
