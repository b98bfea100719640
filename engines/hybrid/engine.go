// Package hybrid writes what the autoregressive decoder writes, and lets
// diffusion guess it first: self-speculation, on the same weights (Nemotron-
// Labs-Diffusion 2026, arXiv 2607.05722; TiDAR, Liu et al. 2025, arXiv
// 2511.08923).
//
// A draft pass feeds what is written and not yet stored, and behind it a block
// of masks that sees all of the text and itself. Its mask rows propose a token
// for every position of the block at once. A verification pass feeds the same
// block causally, with the proposals in place of the masks, and keeps what the
// autoregressive rows confirm; see package causal. Two passes therefore write
// as many tokens as were guessed right, and one or two more.
//
//	draft        … a b │ _  _  _  _        row b is causal and writes c itself
//	                     c  x  y  z        the mask rows propose x, y, z
//	verify           c │ x  y  z           rows c, x, y, z: x is right, u is not y
//	                     x  u
//	draft            x u │ _  _  _  _
//
// The row of the last written token is causal in the draft pass too. It is an
// autoregressive row like any other, so it writes a token there and then: a
// draft pass is never lost, and the first position of a block needs no guess.
// Draft and verification cannot share a pass without an attention mask that is
// no longer one number per row, and are kept apart.
//
// The cache holds causal keys and values only. Those of masks, and of tokens
// that turned out wrong, are rolled back after each pass; the cache is exact.
package hybrid

import (
	"errors"
	"math/rand/v2"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	build, info, err := family().Choose(net, preset, opts)
	if err != nil {
		return nil, err
	}
	info.Writing.Unit = build().length
	return causal.Engine(net, info, 0, func(recompute bool) decode.Lane {
		r := build()
		l := &line{Writer: causal.Writer{Proposal: r.proposal, Recompute: recompute}, rule: &r, pcg: rand.NewPCG(0, 0)}
		l.dice = rand.New(l.pcg)
		if r.ratio {
			l.Verify = (&ratio{line: l}).verify
		}
		return l
	}), nil
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return family().Presets() }

// rule is what a preset builds.
type rule struct {
	proposal  sample.Proposal // of the text
	draft     sample.Proposal
	length    int     // positions of a block, the one at the front included
	steps     int     // draft passes for a block, at most
	threshold float64 // from which a proposal is made before the last step
	ratio     bool    // verify by the ratio of probabilities
}

// keepsLaw reports whether verification needs the law of each proposal.
func (r *rule) keepsLaw() bool {
	_, random := r.draft.(*sample.Categorical)
	return r.ratio && random
}

// Parameters that several presets share.
var (
	blockLength = engines.Int("block_length", 8, 1, 1<<12, "Positions of a block; the first one is written by the draft pass itself, so that a block of 1 is plain autoregressive decoding.")
	draft       = engines.Choice("draft", "argmax", []string{"argmax", "sample"}, "argmax proposes the most probable tokens, sample draws proposals with the options of the text.")
	verify      = engines.Choice("verify", "match", []string{"match", "ratio"},
		"match draws the autoregressive token and accepts while the draft equals it; ratio accepts by the ratio of the two probabilities and draws from the rest otherwise (speculative sampling).")
	cache = engines.Choice("cache", "exact", []string{"exact", "none"},
		"exact keeps the causal keys and values of the text so far, none recomputes them in every pass, with the same tokens as the outcome.").As(engines.RoleCache)
)

// params lists parameters in front of those of sampling.
func params(temperature float64, own ...engines.Param) []engines.Param {
	return append(slices.Concat(own, causal.Sampling(temperature)), cache)
}

// with is a parameter with another default.
func with(p engines.Param, value any) engines.Param {
	p.Default = value
	return p
}

// newRule builds what the presets have in common.
func newRule(o engines.Options, steps int) rule {
	r := rule{proposal: causal.Proposal(o), draft: sample.Argmax{}, ratio: o["verify"] == "ratio", length: o["block_length"].(int), steps: steps}
	if o["draft"] == "sample" {
		r.draft = causal.Proposal(o)
	}
	return r
}

// errLaw is why some drafts cannot be verified by their ratio.
var errLaw = errors.New("verify ratio with draft sample needs draft_steps 1: the probability of a proposal is known only where all are drawn independently in one step, " +
	"and without it the text would not follow the autoregressive law; verify match works with any draft, and draft argmax with any draft_steps")

// family lists the presets; a new one is an entry here. Self-speculation is the
// mode of that name of Nemotron-Labs-Diffusion; one-step is speculative sampling
// whose draft model is one diffusion step of the same weights, as in TiDAR.
func family() *decode.Family[rule] {
	return &decode.Family[rule]{
		Preset: engines.Preset{Engine: "hybrid", LeftToRight: true}, Masked: true,
		Rules: []decode.Rule[rule]{
			{Preset: engines.Preset{
				Name: "self-speculation", Cache: "exact",
				Doc:    "Diffusion drafts a block, one causal pass of the same weights verifies it; the text is that of greedy autoregressive decoding, or of sampling with the same seed.",
				Source: "Nemotron-Labs-Diffusion 2026, arXiv 2607.05722, self-speculation",
				Differs: "The draft pass writes the first token of its block by itself, from the causal row in front of the block, so that it is never lost; " +
					"verification also works at temperatures above 0, by drawing the text's own token first.",
				Params: params(0, blockLength,
					engines.Int("draft_steps", 1, 1, 1<<12, "Draft passes for a block, at most; the last one proposes all that is left. Each of them also writes a token of the text."),
					engines.Float("threshold", 0.9, 0, 2, "Probability from which a draft pass before the last one proposes a token, beside the surest one; without effect with draft_steps 1."),
					draft, verify),
			}, Build: func(_ *network.Spec, o engines.Options) (rule, error) {
				r := newRule(o, o["draft_steps"].(int))
				if r.threshold = o["threshold"].(float64); r.keepsLaw() && r.steps > 1 {
					return rule{}, errLaw
				}
				return r, nil
			}, Untrained: causal.Untrained},
			{Preset: engines.Preset{
				Name: "one-step", Cache: "exact",
				Doc:     "Draws the draft of a block in one diffusion step and verifies it by the ratio of probabilities; the text follows the law of autoregressive sampling.",
				Source:  "TiDAR, Liu et al. 2025, arXiv 2511.08923, one-step drafts; speculative sampling: Leviathan et al. 2023, arXiv 2211.17192",
				Differs: "Draft and verification are two passes, since one pass for both needs a mask that the shared network does not have; the draft pass writes the first token of its block by itself.",
				Params:  params(1, blockLength, with(draft, "sample"), with(verify, "ratio")),
			}, Build: func(_ *network.Spec, o engines.Options) (rule, error) {
				return newRule(o, 1), nil
			}, Untrained: causal.Untrained},
		},
	}
}
