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
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	build, info, err := family().Choose(net, preset, opts)
	if err != nil {
		return nil, err
	}
	trained, length := net.Spec().ContextBlock, info.Options["block_length"].(int)
	aligned := trained > 0 && build().BlockLength == 0 // the rule leaves it open
	if aligned && length != trained {
		said := "the whole answer"
		if length > 0 {
			said = fmt.Sprint(length)
		}
		info.Untrained = append(info.Untrained, fmt.Sprintf("blocks of %s, the weights were trained with blocks of %d", said, trained))
	}
	return denoise.New(net, info, func() denoise.Decoder {
		d := build()
		d.Aligned, d.Reference = aligned, func(s *denoise.Step, w *network.Window) { window(s, w, 0, s.End) }
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
