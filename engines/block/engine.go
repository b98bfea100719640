// Package block decodes blocks from left to right and denoises inside each
// block: a hybrid of autoregressive and diffusion decoding (BD3-LM, Arriola et
// al. 2025, arXiv 2503.09573; SDAR, 2025, arXiv 2510.06303).
//
// Finished text is seen causally, as in an autoregressive model, so that its
// keys and values never change: the cache is exact, whatever the block length.
// The positions of the block at work see all finished text and each other, up
// to the end of the block, and nothing behind it.
//
// While a block is denoised, the cache holds keys and values of a half-masked
// block at its positions. They are overwritten by every step, and for good when
// the block is finished. That last write needs no pass of its own: it rides on
// the first denoising step of the next block, whose window holds the finished
// block (causal) and the new one. In the same way the prompt is read in the
// first step of block 0, and the last block is never written at all. The
// passes are therefore exactly the denoising steps.
//
// That is the context that our weights were trained with. Those of SDAR, LLaDA2
// and Fast-dLLM v2 have a block-causal one (network.Spec.Context): finished text
// sees itself in blocks counted from position 0, and so do the blocks of the
// answer, so that the end of the prompt shares the first of them. The rows of a
// block that is not full are then fed in every pass until it is. Where a mask is
// predicted by the row in front of it (Shift), the first mask of a block hangs on
// finished text alone; a pass that asks for no other one does not feed the block.
//
// Rules that take tokens back do so inside the block at work. Nothing that is
// stored for good hangs on it, so revision costs no cache.
//
// With our weights a block length of 1 is not autoregressive decoding (a mask
// predicts itself, a token predicts its successor), and one block over the
// whole answer is not LLaDA (the prompt is seen causally).
package block

import (
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
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
	spec, length := net.Spec(), info.Options["block_length"].(int)
	open := build().BlockLength == 0 // the rule leaves the length of blocks open
	aligned := open && spec.ContextBlock > 0
	info.Untrained = append(info.Untrained, spec.UntrainedBlock(length, open)...)
	return denoise.New(net, info, func() denoise.Decoder {
		d := build()
		if d.Aligned = aligned; d.Reference == nil {
			d.Reference = func(s *denoise.Step, w *network.Window) { window(s, w, 0, s.End) }
		}
		if d.Stop == denoise.StopNever {
			d.Stop = denoise.StopAtBlock
		}
		switch {
		case d.Layout.Lay != nil:
		case info.Options["cache"] == "none":
			d.Layout = denoise.Layout{Kind: "none", Lay: func(s *denoise.Step) { window(s, &s.Window, 0, last(s)) }}
		default:
			d.Layout = denoise.Layout{Kind: "exact", Lay: layCached}
		}
		return d
	}), nil
}

// family lists the presets; a new one is an entry of one of these tables. Layout
// and stop rule are the engine's where the rule leaves them open.
func family() *decode.Family[denoise.Decoder] {
	return &decode.Family[denoise.Decoder]{
		Preset: engines.Preset{Engine: "block"}, Masked: true,
		Rules: slices.Concat(sdar(), byThreshold(), revising(), pipelined()),
	}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return family().Presets() }

// Parameters that several presets share.
var (
	cache = engines.Choice("cache", "exact", []string{"exact", "none"},
		"exact keeps the keys and values of finished text, none recomputes them in every step, with the same tokens as the outcome.").As(engines.RoleCache)
	stepsPerBlock = engines.Int("steps_per_block", 0, 0, 1<<24, "Denoising steps for one block; 0 is one per position, and more than that has no effect.").As(engines.RoleSteps)
	topK          = engines.Int("top_k", 0, 0, 1<<21, "Keep the k most probable tokens; 0 keeps all.")
	topP          = engines.Float("top_p", 1, 1e-6, 1, "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all.")
)

func blockLength(n int) engines.Param {
	return engines.Int("block_length", n, 0, 1<<24,
		"Positions per block, counted from the end of the prompt (from position 0 where the weights' context is block-causal); the last block may be shorter, and 0 is one block over the whole answer.")
}

func thresholdFrom(p float64) engines.Param {
	return engines.Float("threshold", p, 0, 2, "Probability from which a token is committed; 0 fills a block in one step, above 1 commits one token per step.")
}

func thresholdAbove(p float64) engines.Param {
	return engines.Float("threshold", p, 0, 2, "Probability above which a token is committed.")
}

// proposal builds the proposal of the SDAR family from its three parameters.
func proposal(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), o["top_k"].(int), o["top_p"].(float64), sample.Crossing)
}

// fromThreshold commits tokens of at least the threshold probability.
func fromThreshold(o engines.Options) *denoise.Pick {
	return &denoise.Pick{Proposal: proposal(o), Confidence: sample.Probability{}, Selector: sample.Threshold{Theta: o["threshold"].(float64)}}
}

// aboveThreshold commits drawn tokens of more than the threshold probability, and
// the quota's surest ones if these are more.
func aboveThreshold(o engines.Options) *denoise.Pick {
	return &denoise.Pick{Proposal: proposal(o), Confidence: sample.Proposed{}, Selector: sample.Dynamic{Theta: o["threshold"].(float64)}}
}
