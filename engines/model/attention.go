package model

import (
	"math"
	"sync/atomic"

	"dllmbench/engines/internal/kernel"
)

// Attention goes through the keys in tiles of fixed positions, so that no more than
// queryRows×keyTile scores exist per thread, however long the text is. A tile has a
// softmax of its own; the weighted values of the tiles that a row sees are then put
// together in the order of their positions (online softmax: Milakov and Gimelshein,
// arXiv:1805.02867; Dao et al., arXiv:2205.14135). What a row gets depends on the keys
// that it sees and on nothing else, and one tile alone is plain attention.
//
// Query heads that share keys and values are rows of the same products, which read
// these once.
const (
	keyTile      = 1024 // a multiple of kernel.PanelWidth
	mostTogether = 2048 // scores of tasks that are handed out together: larger ones would leave a thread waiting
	queryRows    = 48   // of query heads, in one task; four times as many on several tiles, where there are enough tasks
)

// headRef is a task of attention: some rows of a window, with the query heads that
// share a kv head.
type headRef struct {
	window, kvHead int
	first, n       int  // its rows
	keys           int  // that the rows see at most
	direct         bool // the only tile goes where the output is wanted
	tile           int  // in Session.tiles, its first
}

func (h *headRef) tiles() int { return (h.keys + keyTile - 1) / keyTile }

// tile is the attention of a task over one tile: by row and query head the weighted
// values, and what their softmax was divided by.
type tile struct {
	task, index int
	out         []float32
	top, sum    []float32 // see kernel.Softmax
}

// attending is the memory of a thread while it computes a task.
type attending struct {
	busy      atomic.Bool
	q, scores []float32
	tile      tile
	top, sum  []float64 // of the tiles that were put together
	k, v      kernel.Half
}

// firstKey is the first key that a row sees of those that are not too far in front of it.
func (r *row) firstKey(window int) int { return max(0, min(r.pos+1, r.visible)-window) }

// windowEnd is the end of the rows that are of the same window as a given one.
func (s *Session) windowEnd(first int) int {
	end := first + 1
	for end < len(s.rows) && s.rows[end].window == s.rows[first].window {
		end++
	}
	return end
}

// group makes the attention tasks of s.rows. Those with most keys come first, and
// where tasks are few, threads share them out by tiles.
func (s *Session) group() {
	cfg := &s.m.cfg
	group := cfg.Heads / cfg.KVHeads
	step, enough, longest := max(1, queryRows/group), 4*s.Threads(), 0
	for i := range s.rows {
		longest = max(longest, s.rows[i].visible)
	}
	if longest > keyTile && (len(s.rows)+4*step-1)/(4*step)*cfg.KVHeads >= enough {
		step *= 4
	}
	s.heads = s.heads[:0]
	tiles := 0
	for from, end := 0, 0; from < len(s.rows); from = end {
		end = s.windowEnd(from)
		count := (end - from + step - 1) / step
		size := (end - from + count - 1) / count
		for head := range cfg.KVHeads {
			for first := from + (end-from-1)/size*size; first >= from; first -= size {
				ref := headRef{window: s.rows[first].window, kvHead: head, first: first, n: min(size, end-first), tile: tiles}
				for _, r := range s.rows[first : first+ref.n] {
					ref.keys = max(ref.keys, r.visible)
				}
				ref.direct = ref.keys <= keyTile && (group == 1 || ref.n == 1)
				s.heads, tiles = append(s.heads, ref), tiles+ref.tiles()
			}
		}
	}
	s.together = max(1, min(len(s.heads)/(8*s.Threads()), mostTogether/s.fit(group)))
	s.tiles = s.tiles[:0]
	if s.Threads() == 1 || len(s.heads) >= enough || tiles == len(s.heads) {
		return
	}
	s.tiles = grow(s.tiles, tiles)
	for i := range s.heads {
		for t := range s.heads[i].tiles() {
			p := &s.tiles[s.heads[i].tile+t]
			p.task, p.index = i, t
		}
	}
}

// fit makes the memory of all threads large enough for every task, so that it does not depend
// on who computes what when it grows. It returns the most scores that a task has.
func (s *Session) fit(group int) (scores int) {
	rows, out := 0, 0
	scores = 1
	for i := range s.heads {
		h := &s.heads[i]
		n := h.n * group
		rows, scores = max(rows, n), max(scores, n*roundUp(min(keyTile, h.keys), kernel.PanelWidth))
		if !h.direct {
			out = max(out, n*s.m.cfg.HeadDim)
		}
	}
	for i := range s.scratch {
		w := &s.scratch[i]
		w.scores, w.tile.out = grow(w.scores, scores), grow(w.tile.out, out)
		w.tile.top, w.tile.sum = grow(w.tile.top, rows), grow(w.tile.sum, rows)
		w.top, w.sum = grow(w.top, rows), grow(w.sum, rows)
		if group > 1 {
			w.q = grow(w.q, rows*s.m.cfg.HeadDim)
		}
	}
	return scores
}

// attending takes memory that no other thread uses. There is one for each thread.
func (s *Session) attending() *attending {
	for i := 0; ; i = (i + 1) % len(s.scratch) {
		if w := &s.scratch[i]; w.busy.CompareAndSwap(false, true) {
			return w
		}
	}
}

// attend computes the tasks of a part.
func (s *Session) attend(part int) {
	w := s.attending()
	for task := part * s.together; task < min((part+1)*s.together, len(s.heads)); task++ {
		ref := &s.heads[task]
		for t := range ref.tiles() {
			w.tile.index = t
			s.weigh(w, &w.tile, ref)
			s.fold(w, &w.tile, ref)
		}
	}
	w.busy.Store(false)
}

// attendTile computes a tile of a task, and foldTiles puts those of a task together.
func (s *Session) attendTile(i int) {
	w := s.attending()
	s.weigh(w, &s.tiles[i], &s.heads[s.tiles[i].task])
	w.busy.Store(false)
}

func (s *Session) foldTiles(task int) {
	ref, w := &s.heads[task], s.attending()
	for t := range ref.tiles() {
		s.fold(w, &s.tiles[ref.tile+t], ref)
	}
	w.busy.Store(false)
}

// weigh computes a tile.
func (s *Session) weigh(w *attending, p *tile, ref *headRef) {
	cfg, cache := &s.m.cfg, s.caches[ref.window]
	hd, q, group := cfg.HeadDim, cfg.Heads*cfg.HeadDim, cfg.Heads/cfg.KVHeads
	wide, shared, rows := q+2*cfg.KVHeads*hd, group*hd, ref.n*group
	from, head := p.index*keyTile, ref.kvHead*shared
	keys := min(keyTile, ref.keys-from)
	ld := roundUp(keys, kernel.PanelWidth)
	p.top, p.sum = grow(p.top, rows), grow(p.sum, rows)

	window := s.m.layers[s.layer].window
	if window > 0 && !ref.direct {
		nearest := ref.keys
		for _, r := range s.rows[ref.first : ref.first+ref.n] {
			nearest = min(nearest, r.firstKey(window))
		}
		if nearest >= from+keys {
			clear(p.sum)
			p.out = grow(p.out, rows*hd)
			clear(p.out)
			return
		}
	}
	a, lda := s.qkv[ref.first*wide+head:], wide
	out, ldo := s.att[ref.first*q+head:], q
	if group > 1 {
		lda, ldo = hd, hd
		if ref.n > 1 {
			w.q = grow(w.q, rows*hd)
			for i := range ref.n {
				copy(w.q[i*shared:(i+1)*shared], a[i*wide:])
			}
			a = w.q
		}
	}
	if !ref.direct {
		p.out = grow(p.out, rows*hd)
		out, ldo = p.out, hd
	}
	w.scores = grow(w.scores, rows*ld)
	cache.scores(w, s.layer, ref.kvHead, from, keys, w.scores, a, lda, rows)
	r := 0
	for i := range ref.n {
		at := &s.rows[ref.first+i]
		first, end := 0, min(max(0, at.visible-from), keys)
		if window > 0 { // the products with keys in front of it count as FLOPs, and nothing else
			first = min(max(0, at.firstKey(window)-from), end)
		}
		for range group {
			row := w.scores[r*ld : r*ld+keys]
			clear(row[:first])
			p.top[r], p.sum[r] = kernel.Softmax(row[first:end], s.m.attnScale)
			clear(row[end:])
			r++
		}
	}
	cache.weighed(w, s.layer, ref.kvHead, from, keys, out, ldo, rows)
}

// fold puts a tile together with those in front of it.
func (s *Session) fold(w *attending, p *tile, ref *headRef) {
	if ref.direct {
		return
	}
	hd, q, group := s.m.cfg.HeadDim, s.m.cfg.Heads*s.m.cfg.HeadDim, s.m.cfg.Heads/s.m.cfg.KVHeads
	if p.index == 0 {
		w.top, w.sum = grow(w.top, ref.n*group), grow(w.sum, ref.n*group)
		clear(w.sum)
	}
	for r := range ref.n * group {
		out, dst := p.out[r*hd:(r+1)*hd], s.att[(ref.first+r/group)*q+(ref.kvHead*group+r%group)*hd:][:hd]
		top, sum := float64(p.top[r]), float64(p.sum[r])
		switch {
		case w.sum[r] == 0: // no key yet
			copy(dst, out)
			w.top[r], w.sum[r] = top, sum
		case sum != 0:
			most := max(top, w.top[r])
			before, here := w.sum[r]*math.Exp(w.top[r]-most), sum*math.Exp(top-most)
			all := before + here
			kernel.Scale(dst, float32(before/all))
			kernel.Axpy(dst, out, float32(here/all))
			w.top[r], w.sum[r] = most, all
		}
	}
}
