package block

import (
	"dllmbench/engines/internal/denoise"
)

// partCached is cached with a second cache inside the block at work (the block
// cache of Fast-dLLM v2): the first pass of each part feeds the whole block, the
// others only the part (and the row in front of it, where that predicts its
// first mask). It is approximate, because the rest of the block was computed
// with the part as it was. Finished blocks are stored exactly.
type partCached struct{ cached }

// Lay implements denoise.Layout.
func (l partCached) Lay(s *denoise.Step) {
	if s.PartPasses == 0 || s.Window.Cache.Len() < s.End { // nothing is kept of the block
		l.cached.Lay(s)
		return
	}
	window(s, &s.Window, min(s.From, s.Source(s.Candidates[0])), s.End)
	n := s.To - s.Window.Pos
	s.Window.Tokens, s.Window.Visible = s.Window.Tokens[:n], s.Window.Visible[:n]
}

// Kind implements denoise.Layout.
func (partCached) Kind() string { return "approximate" }
