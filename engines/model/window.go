package model

import "fmt"

// Window is one sequence's part of a forward pass: the consecutive positions
// [Pos, Pos+len(Tokens)).
//
// The pass writes their keys and values into Cache, overwriting what was there,
// and row i attends to the keys [0, Visible[i]). That one number per row
// expresses every mask a decoder needs: Pos+i+1 is causal, the total length is
// full attention, and the end of a block is block diffusion.
type Window struct {
	Tokens  []int32
	Pos     int
	Visible []int // one per token: number of leading keys the row sees
	Cache   *Cache
	Logits  []int // rows (indices into Tokens) whose logits are wanted; nil for none
}

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
		end := w.Pos + len(w.Tokens)
		switch {
		case len(w.Tokens) == 0:
			return fmt.Errorf("window %d holds no token", i)
		case len(w.Visible) != len(w.Tokens):
			return fmt.Errorf("window %d has %d tokens but %d visible counts", i, len(w.Tokens), len(w.Visible))
		case w.Cache == nil || w.Cache.cfg.Layers != m.cfg.Layers || w.Cache.cfg.HeadDim != m.cfg.HeadDim || w.Cache.cfg.KVHeads != m.cfg.KVHeads:
			return fmt.Errorf("window %d has no cache made for this model", i)
		case w.Pos < 0 || w.Pos > w.Cache.length:
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

func (m *Model) cost(w *Window) Cost {
	c := Cost{QueryTokens: int64(len(w.Tokens)), LogitRows: int64(len(w.Logits))}
	longest := 0
	for _, v := range w.Visible {
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
