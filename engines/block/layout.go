package block

import (
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// layCached feeds what is finished and not yet stored, and the block at work.
//
// Finished text is stored for good by the first pass that shows it together
// with all it sees. Where context is block-causal, a trained block may reach
// into the block at work: its finished rows are fed in every pass, like those
// at work, until it is full.
func layCached(s *denoise.Step) {
	stored := s.Cached
	s.Cached = final(s)
	// A candidate in front of which the block at work begins may be predicted by
	// a row that is stored already; it is fed again for its logits.
	window(s, &s.Window, min(stored, s.Source(s.Candidates[0])), last(s))
	s.Window.PromptRows = max(0, min(s.P, s.Cached)-stored)
	s.Window.StoredRows = s.Cached - stored - s.Window.PromptRows
}

// window covers [from, to), where to is the end of the block at work or its
// start: finished text sees itself as the weights were trained, the block at
// work sees all of it and itself.
func window(s *denoise.Step, w *network.Window, from, to int) {
	w.Pos, w.At, w.Tokens, w.Visible = from, nil, s.Seq[from:to], w.Visible[:0]
	for p := from; p < to; p++ {
		keys := to
		if p < s.Start {
			keys = min(denoise.Sees(s.Spec(), p), to)
		}
		w.Visible = append(w.Visible, keys)
	}
}

// final is the number of leading positions that have seen all they will ever
// see once the block at work is laid: the finished ones, without those of a
// trained block that is not full.
func final(s *denoise.Step) int {
	if spec := s.Spec(); spec.ContextBlock > 0 {
		return s.Start / spec.ContextBlock * spec.ContextBlock
	}
	return s.Start
}

// last is the end of the window: that of the block at work, or its start if
// all candidates are predicted by finished rows that see nothing of it.
func last(s *denoise.Step) int {
	if source := s.Source(s.Candidates[len(s.Candidates)-1]); source < s.Start && denoise.Sees(s.Spec(), source) <= s.Start {
		return s.Start
	}
	return s.End
}

// layPart is layCached with a second cache inside the block at work (the block
// cache of Fast-dLLM v2): the first pass of each part feeds the whole block, the
// others only the part (and the row in front of it, where that predicts its
// first mask). It is approximate, because the rest of the block was computed
// with the part as it was. Finished blocks are stored exactly.
func layPart(s *denoise.Step) {
	if s.PartPasses == 0 || s.Window.Cache.Len() < s.End { // nothing is kept of the block
		layCached(s)
		return
	}
	window(s, &s.Window, min(s.From, s.Source(s.Candidates[0])), s.End)
	n := s.To - s.Window.Pos
	s.Window.Tokens, s.Window.Visible = s.Window.Tokens[:n], s.Window.Visible[:n]
}
