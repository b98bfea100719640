package block

import (
	"math"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// pipelined are rules that begin a block before the last one is full.
func pipelined() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		{Preset: engines.Preset{
			Name: "d2f", Cache: "exact",
			Doc:    "Several blocks at once: a block is begun when a share of the one in front of it is written, every pass commits all tokens above the threshold, and of blocks whose predecessor is nearly full the surest in any case. Ends as soon as the end of the text and all before it are written.",
			Source: "Wang et al. 2025 (Discrete Diffusion Forcing), arXiv 2508.09192, pipelined parallel decoding; github.com/zhijie-group/Discrete-Diffusion-Forcing",
			Differs: "Blocks that were begun behind the end of the text are left as they are instead of being filled. Finished text sees itself as the weights were trained; the published code, whose weights are LLaDA's with an adapter, has the prompt see all of itself, and so has this one with such weights (context full)." +
				" With weights whose context is block-causal blocks are counted from position 0.",
			Params: []engines.Param{blockLength(32), denoise.BlockAdd, denoise.BlockWake, thresholdAbove(0.9), denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			r := &pipeline{denoise.Pipelined(o, denoise.Pick{Proposal: proposal(o), Confidence: sample.Proposed{}}, math.Nextafter(o["threshold"].(float64), math.Inf(1)))}
			lay := denoise.Layout{Kind: "exact", Lay: r.lay}
			if o["cache"] == "none" {
				lay = denoise.Layout{Kind: "none", Lay: func(s *denoise.Step) { r.window(s, &s.Window, 0) }}
			}
			return denoise.Decoder{
				Rule: r, Layout: lay, Reference: func(s *denoise.Step, w *network.Window) { r.window(s, w, 0) },
				BlockLength: denoise.WholeAnswer, Stop: denoise.StopAtPrefix,
			}, nil
		}, Untrained: func(_ *network.Spec, o engines.Options) []string {
			if o["block_add"].(float64) == 1 {
				return nil
			}
			return []string{"blocks see unfinished ones in front of them (block_add below 1), which weights are trained for by discrete diffusion forcing alone"}
		}},
	}
}

// pipeline is the rule with its attention: open blocks see all in front of them and
// themselves, whatever is finished of it.
type pipeline struct{ *denoise.Pipeline }

// lay feeds the open blocks from the first that has masks on, and what is finished and
// not yet stored.
func (r *pipeline) lay(s *denoise.Step) {
	stored, front := s.Cached, r.Front(s)
	if n := s.Spec().ContextBlock; n > 0 { // rows of a trained block that is not full change with it
		front -= front % n
	}
	s.Cached = front
	r.window(s, &s.Window, min(stored, s.Source(s.Candidates[0])))
	s.Window.PromptRows = max(0, min(s.P, s.Cached)-stored)
	s.Window.StoredRows = s.Cached - stored - s.Window.PromptRows
}

// window covers what is behind from, up to the end of the last open block.
func (r *pipeline) window(s *denoise.Step, w *network.Window, from int) {
	to, front, spec := r.Opened(), r.Front(s), s.Spec()
	w.Pos, w.At, w.Tokens, w.Visible = from, nil, s.Seq[from:to], w.Visible[:0]
	for p := from; p < to; p++ {
		keys := s.P
		if p < front && !spec.FullContext {
			keys = min(denoise.Sees(spec, p), to)
		} else if p >= s.P {
			keys = r.End(p)
		}
		w.Visible = append(w.Visible, keys)
	}
}
