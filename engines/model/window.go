package model

import (
	"fmt"
	"slices"
)

// Window is one sequence's part of a forward pass: the consecutive positions
// [Pos, Pos+len(Tokens)), or with At any positions that the cache already holds.
//
// The pass writes their keys and values into Cache, overwriting what was there,
// and row i attends to the keys [0, Visible[i]). That one number per row
// expresses every mask a decoder needs: Pos+i+1 is causal, the total length is
// full attention, and the end of a block is block diffusion.
type Window struct {
	Tokens  []int32
	Pos     int
	At      []int // position of each row, ascending and all below the cache length; nil for consecutive ones
	Visible []int // one per token: number of leading keys the row sees
	Cache   *Cache
	Logits  []int // rows (indices into Tokens) whose logits are wanted; nil for none

	// Partial, when not nil, lets the pass take over what an earlier one left for
	// some rows; see Partial. All windows of a batch have it, or none.
	Partial *Partial
}

// Position is the position of row i.
func (w *Window) Position(i int) int {
	if w.At != nil {
		return w.At[i]
	}
	return w.Pos + i
}

// Row is the row of a position, or -1 if the window does not hold it.
func (w *Window) Row(pos int) int {
	if w.At != nil {
		if i, found := slices.BinarySearch(w.At, pos); found {
			return i
		}
		return -1
	}
	if i := pos - w.Pos; i >= 0 && i < len(w.Tokens) {
		return i
	}
	return -1
}

// end is the first position behind the window.
func (w *Window) end() int { return w.Position(len(w.Tokens)-1) + 1 }

// CausalVisible appends the causal mask of n rows starting at position pos.
func CausalVisible(dst []int, pos, n int) []int {
	for i := range n {
		dst = append(dst, pos+i+1)
	}
	return dst
}

// ConstVisible appends n rows that all see the first keys positions.
func ConstVisible(dst []int, n, keys int) []int {
	for range n {
		dst = append(dst, keys)
	}
	return dst
}

// Cost counts the work that one window's part of a pass took.
type Cost struct {
	QueryTokens     int64
	AttendedKeys    int64 // sum over rows of the keys seen (in one layer)
	LogitRows       int64
	FLOPs           int64 // matrix products and attention; a multiply-add is 2
	CacheReadBytes  int64 // keys and values read, each position once per pass and layer
	CacheWriteBytes int64
}

func (m *Model) check(batch []Window) error {
	for i := range batch {
		w := &batch[i]
		if len(w.Tokens) == 0 {
			return fmt.Errorf("window %d holds no token", i)
		}
		if (w.Partial == nil) != (batch[0].Partial == nil) {
			return fmt.Errorf("window %d: either all windows of a batch are partial or none", i)
		}
		if err := w.Partial.check(w); err != nil {
			return fmt.Errorf("window %d: %w", i, err)
		}
		if w.At != nil && len(w.At) != len(w.Tokens) {
			return fmt.Errorf("window %d has %d tokens but %d positions", i, len(w.Tokens), len(w.At))
		}
		end := w.end()
		switch {
		case len(w.Visible) != len(w.Tokens):
			return fmt.Errorf("window %d has %d tokens but %d visible counts", i, len(w.Tokens), len(w.Visible))
		case w.Cache == nil || w.Cache.cfg.Layers != m.cfg.Layers || w.Cache.cfg.HeadDim != m.cfg.HeadDim || w.Cache.cfg.KVHeads != m.cfg.KVHeads:
			return fmt.Errorf("window %d has no cache made for this model", i)
		case w.At != nil && !scattered(w.At, w.Cache.length):
			return fmt.Errorf("window %d: positions must ascend and lie below the cache length %d", i, w.Cache.length)
		case w.At == nil && (w.Pos < 0 || w.Pos > w.Cache.length):
			return fmt.Errorf("window %d starts at position %d, allowed is 0 to the cache length %d", i, w.Pos, w.Cache.length)
		case end > w.Cache.capacity:
			return fmt.Errorf("window %d ends at position %d, the cache has room for %d", i, end, w.Cache.capacity)
		case end > m.cfg.MaxPositions:
			return fmt.Errorf("window %d ends at position %d, the model's context holds %d (max_position_embeddings)", i, end, m.cfg.MaxPositions)
		}
		known := max(w.Cache.length, end)
		for r, id := range w.Tokens {
			if id < 0 || int(id) >= m.cfg.VocabSize {
				return fmt.Errorf("window %d, row %d: token id %d, allowed is 0 to %d", i, r, id, m.cfg.VocabSize-1)
			}
			if v := w.Visible[r]; v < 1 || v > known {
				return fmt.Errorf("window %d, row %d sees %d keys, allowed is 1 to %d", i, r, v, known)
			}
		}
		for _, r := range w.Logits {
			if r < 0 || r >= len(w.Tokens) {
				return fmt.Errorf("window %d: logits of row %d asked for, the window has %d rows", i, r, len(w.Tokens))
			}
		}
	}
	return nil
}

// scattered tells whether positions ascend and lie below the length of a cache.
func scattered(at []int, length int) bool {
	last := -1
	for _, p := range at {
		if p <= last || p >= length {
			return false
		}
		last = p
	}
	return true
}

// Cost is the work of rows [from, to) of a window, as if it were not partial.
// Cache reads are those of the row that sees most.
func (m *Model) Cost(w *Window, from, to int) Cost {
	c := Cost{QueryTokens: int64(to - from)}
	for _, r := range w.Logits {
		if r >= from && r < to {
			c.LogitRows++
		}
	}
	longest := 0
	for _, v := range w.Visible[from:to] {
		c.AttendedKeys += int64(v)
		longest = max(longest, v)
	}
	width := int64(m.cfg.Heads) * int64(m.cfg.HeadDim)
	c.FLOPs = c.QueryTokens*m.bodyFLOPs +
		4*int64(m.cfg.Layers)*width*c.AttendedKeys +
		2*int64(m.cfg.HiddenSize)*int64(m.cfg.VocabSize)*c.LogitRows
	c.CacheReadBytes = int64(longest) * w.Cache.bytesPerPosition()
	c.CacheWriteBytes = c.QueryTokens * w.Cache.bytesPerPosition()
	return c
}
