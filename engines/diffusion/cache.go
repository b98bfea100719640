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

// blockCache is the caching of Fast-dLLM: the first pass of a block runs the
// whole sequence and keeps its keys and values; the other passes of the block
// feed a part of the sequence and see the rest as it was then. It is
// approximate, because what is kept was computed with the block still masked.
//
// That part is the block with so many positions around it: none is Fast-dLLM's dual
// cache, all that is behind it is its prefix cache, and some on both sides, after passes
// over the whole sequence to begin with, are dInfer's vicinity refresh.
type blockCache struct {
	before, after int // positions around the block
	warm          int // passes over the whole sequence before the first that leaves something to the cache
}

func (c blockCache) lay(s *denoise.Step) {
	if s.Passes == 0 || c.warm > 0 && s.Job.Step <= c.warm {
		wholeSequence(s, &s.Window)
		s.Window.PromptRows, s.Window.StoredRows = s.P, s.Start-s.P
		s.Refresh = s.Start > s.P || s.Job.Step > 0
		return
	}
	w, from, to := &s.Window, s.Source(s.Start), min(s.End+c.after, len(s.Seq))
	from = max(0, min(from, s.Start-c.before))
	w.Pos, w.At, w.Tokens = from, nil, s.Seq[from:to]
	w.Visible = network.ConstVisible(w.Visible[:0], to-from, len(s.Seq))
}

// windowCache is blockCache around a sliding window: it is renewed once so many
// tokens were written since, and feeds the window of this pass and the beginning of the
// last one's, with some positions around them.
type windowCache struct {
	rule   *denoise.Sliding
	suffix bool // all that is behind the window too
	around int  // positions
	every  int  // tokens
	since  int  // tokens written since the last renewal
}

func (c *windowCache) lay(s *denoise.Step) {
	c.since += len(s.Commits)
	if fresh := s.Window.Cache.Len() == 0; fresh || c.since >= c.every {
		c.since, s.Refresh = 0, !fresh
		wholeSequence(s, &s.Window)
		s.Window.PromptRows = s.P
		return
	}
	w, to := &s.Window, len(s.Seq)
	if !c.suffix {
		to = min(c.rule.Right+c.around, to)
	}
	from := min(max(c.rule.Was-c.around, s.P), s.Source(c.rule.Left))
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

// greedyCache is the greedy variant of dKV-Cache: a pass feeds
// what it will write, what the last one wrote and the masks nearest to what it will
// write, and sees all else as it was when it was fed last. Which positions a pass writes
// must be known before it.
type greedyCache struct {
	every  int // passes of a block from one over the whole sequence to the next
	window int // masks around each position
	fed    []bool
	at     []int
	toks   []int32
}

func (c *greedyCache) lay(s *denoise.Step) {
	if s.Passes%c.every == 0 {
		s.Refresh = s.Window.Cache.Len() > 0
		wholeSequence(s, &s.Window)
		s.Window.PromptRows = s.P
		return
	}
	c.fed = append(c.fed[:0], make([]bool, len(s.Seq))...)
	for _, k := range s.Commits {
		c.fed[s.P+k.Pos] = true
	}
	for _, p := range s.Candidates {
		c.fed[p], c.fed[s.Source(p)] = true, true
	}
	for _, p := range s.Candidates {
		c.near(s, p)
	}
	c.at, c.toks = c.at[:0], c.toks[:0]
	for p, fed := range c.fed {
		if fed {
			c.at, c.toks = append(c.at, p), append(c.toks, s.Seq[p])
		}
	}
	w := &s.Window
	w.Pos, w.At, w.Tokens = 0, c.at, c.toks
	w.Visible = network.ConstVisible(w.Visible[:0], len(c.at), len(s.Seq))
}

// near adds the masks around a position, left and right in turns.
func (c *greedyCache) near(s *denoise.Step, pos int) {
	left, right := pos-1, pos+1
	for n, turn := c.window, 0; n > 0 && (left >= s.P || right < len(s.Seq)); turn++ {
		p := right
		if turn%2 == 0 {
			p = left
			left--
		} else {
			right++
		}
		if p >= s.P && p < len(s.Seq) && s.Masked(p) && !c.fed[p] {
			c.fed[p] = true
			n--
		}
	}
}
