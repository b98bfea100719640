package hybrid

import (
	"errors"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
)

// rules lists the presets; a new one is a line here and a file.
func rules() []decode.Rule[rule] {
	return []decode.Rule[rule]{selfSpeculation(), oneStep()}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return decode.LeftToRight(decode.Presets(rules())) }

// rule is what a preset builds.
type rule struct {
	proposal  sample.Proposal // of the text
	draft     sample.Proposal
	length    int     // positions of a block, the one at the front included
	steps     int     // draft passes for a block, at most
	threshold float64 // from which a proposal is made before the last step
	ratio     bool    // verify by the ratio of probabilities
}

// keepsLaw tells whether verification needs the law of each proposal.
func (r *rule) keepsLaw() bool {
	_, random := r.draft.(*sample.Categorical)
	return r.ratio && random
}

// Parameters that several presets share.
var (
	blockLength = engines.Param{Name: "block_length", Kind: engines.KindInt, Default: 8, Min: 1, Max: 1 << 12,
		Doc: "Positions of a block; the first one is written by the draft pass itself, so that a block of 1 is plain autoregressive decoding."}
	draft = engines.Param{Name: "draft", Kind: engines.KindChoice, Default: "argmax", Allowed: []string{"argmax", "sample"},
		Doc: "argmax proposes the most probable tokens, sample draws proposals with the options of the text."}
	verify = engines.Param{Name: "verify", Kind: engines.KindChoice, Default: "match", Allowed: []string{"match", "ratio"},
		Doc: "match draws the autoregressive token and accepts while the draft equals it; ratio accepts by the ratio of the two probabilities and draws from the rest otherwise (speculative sampling)."}
	cache = engines.Param{Name: "cache", Role: engines.RoleCache, Kind: engines.KindChoice, Default: "exact", Allowed: []string{"exact", "none"},
		Doc: "exact keeps the causal keys and values of the text so far, none recomputes them in every pass, with the same tokens as the outcome."}
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

// proposer builds the proposal of drafts.
func proposer(o engines.Options) sample.Proposal {
	if o["draft"] == "sample" {
		return causal.Proposal(o)
	}
	return sample.Argmax{}
}

// errLaw is why some drafts cannot be verified by their ratio.
var errLaw = errors.New("verify ratio with draft sample needs draft_steps 1: the probability of a proposal is known only where all are drawn independently in one step, " +
	"and without it the text would not follow the autoregressive law; verify match works with any draft, and draft argmax with any draft_steps")
