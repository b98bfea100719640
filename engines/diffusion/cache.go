package diffusion

import (
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// full is the layout of full attention without cache: the whole sequence in
// every pass, each position seeing every other.
func full() denoise.Layout {
	return denoise.Layout{Kind: "none", Lay: func(s *denoise.Step) { wholeSequence(s, &s.Window) }}
}

// wholeSequence sets a window over the whole sequence. Without a cache, every pass
// would be one.
func wholeSequence(s *denoise.Step, w *network.Window) {
	w.Pos, w.At, w.Tokens = 0, nil, s.Seq
	w.Visible = network.ConstVisible(w.Visible[:0], len(s.Seq), len(s.Seq))
}

// layBlock is the caching of Fast-dLLM: the first pass of a block runs the
// whole sequence and keeps its keys and values; the other passes of the block
// feed a part of the sequence and see the rest as it was then. It is
// approximate, because what is kept was computed with the block still masked.
//
// With suffix, the prefix cache, that part is everything behind the start of the
// block; without it, the dual cache, it is the block alone.
func layBlock(s *denoise.Step, suffix bool) {
	if s.Passes == 0 {
		wholeSequence(s, &s.Window)
		s.Window.PromptRows, s.Window.StoredRows = s.P, s.Start-s.P
		s.Refresh = s.Start > s.P
		return
	}
	w, to := &s.Window, s.End
	if suffix {
		to = len(s.Seq)
	}
	from := s.Source(s.Start)
	w.Pos, w.At, w.Tokens = from, nil, s.Seq[from:to]
	w.Visible = network.ConstVisible(w.Visible[:0], to-from, len(s.Seq))
}

// delayedCache is dKV-Cache (Ma et al. 2025, arXiv 2505.15781, the variant for
// decoded tokens): masks are fed in every pass, and a token in the pass after
// its commit, which is the first one that sees it as itself; from then on its
// keys and values stay, until a refresh feeds the whole sequence. It is
// approximate, because later commits would change them.
type delayedCache struct {
	every int // passes from one refresh to the next
	since int // passes since the last refresh
	at    []int
	toks  []int32
}

func (c *delayedCache) lay(s *denoise.Step) {
	if fresh := s.Window.Cache.Len() == 0; fresh || c.since >= c.every {
		s.Refresh = !fresh
		c.since = 1
		wholeSequence(s, &s.Window)
		s.Window.PromptRows = s.P
		return
	}
	c.since++
	c.at, c.toks = c.at[:0], c.toks[:0]
	next := 0 // the commits of the last pass, ascending
	for p := s.P - 1; p < len(s.Seq); p++ {
		for next < len(s.Commits) && s.Commits[next].Pos+s.P < p {
			next++
		}
		young := next < len(s.Commits) && s.Commits[next].Pos+s.P == p
		source := s.Spec().Shift && p+1 < len(s.Seq) && s.Masked(p+1)
		if p >= s.P && s.Masked(p) || young || source {
			c.at, c.toks = append(c.at, p), append(c.toks, s.Seq[p])
		}
	}
	w := &s.Window
	w.Pos, w.At, w.Tokens = 0, c.at, c.toks
	w.Visible = network.ConstVisible(w.Visible[:0], len(c.at), len(s.Seq))
}
