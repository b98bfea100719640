package model

import (
	"fmt"

	"dllmbench/engines/network"
)

// check reports the first rule that a batch breaks.
func (m *Model) check(batch []network.Window) error {
	for i := range batch {
		w := &batch[i]
		if err := m.checkWindow(w); err != nil {
			return fmt.Errorf("window %d %w", i, err)
		}
		if (w.Partial == nil) != (batch[0].Partial == nil) {
			return fmt.Errorf("window %d: either all windows of a batch are partial or none", i)
		}
	}
	return nil
}

func (m *Model) checkWindow(w *network.Window) error {
	cache, ok := w.Cache.(*Cache)
	switch {
	case len(w.Tokens) == 0:
		return fmt.Errorf("holds no token")
	case w.At != nil && len(w.At) != len(w.Tokens):
		return fmt.Errorf("has %d tokens but %d positions", len(w.Tokens), len(w.At))
	case len(w.Visible) != len(w.Tokens):
		return fmt.Errorf("has %d tokens but %d visible counts", len(w.Tokens), len(w.Visible))
	case w.PromptRows < 0 || w.StoredRows < 0 || w.PromptRows+w.StoredRows > len(w.Tokens):
		return fmt.Errorf("has %d tokens, of which %d are said to be of the prompt and %d to be stored", len(w.Tokens), w.PromptRows, w.StoredRows)
	case !ok || cache == nil || cache.cfg.Layers != m.cfg.Layers || cache.cfg.HeadDim != m.cfg.HeadDim || cache.cfg.KVHeads != m.cfg.KVHeads || cache.cfg.HiddenSize != m.cfg.HiddenSize || cache.cfg.KV != m.cfg.KV:
		return fmt.Errorf("has no cache made for this model")
	}
	end := w.End()
	switch {
	case w.At != nil && !scattered(w.At, cache.length):
		return fmt.Errorf("has positions that do not ascend or do not lie below the cache length %d", cache.length)
	case w.At == nil && (w.Pos < 0 || w.Pos > cache.length):
		return fmt.Errorf("starts at position %d, allowed is 0 to the cache length %d", w.Pos, cache.length)
	case end > cache.capacity:
		return fmt.Errorf("ends at position %d, the cache has room for %d", end, cache.capacity)
	case end > m.spec.Context:
		return fmt.Errorf("ends at position %d, the model's context holds %d (max_position_embeddings)", end, m.spec.Context)
	}
	known := max(cache.length, end)
	for r, id := range w.Tokens {
		if id < 0 || int(id) >= m.cfg.VocabSize {
			return fmt.Errorf("has token id %d in row %d, allowed is 0 to %d", id, r, m.cfg.VocabSize-1)
		}
		if v := w.Visible[r]; v < 1 || v > known {
			return fmt.Errorf("has a row %d that sees %d keys, allowed is 1 to %d", r, v, known)
		}
	}
	for _, r := range w.Logits {
		if r < 0 || r >= len(w.Tokens) {
			return fmt.Errorf("asks for logits of row %d, it has %d rows", r, len(w.Tokens))
		}
	}
	return checkPartial(w, cache)
}

// checkPartial checks what a partial window asks for.
func checkPartial(w *network.Window, cache *Cache) error {
	p := w.Partial
	switch {
	case p == nil:
		return nil
	case len(p.Modes) != len(w.Tokens):
		return fmt.Errorf("has %d tokens but %d modes", len(w.Tokens), len(p.Modes))
	case !(p.Share >= 0 && p.Share <= 1):
		return fmt.Errorf("has the share %g, allowed is 0 to 1", p.Share)
	}
	for i, mode := range p.Modes {
		if mode > network.Kept {
			return fmt.Errorf("has the unknown mode %d in row %d", mode, i)
		}
		if mode != network.Fresh && !cache.hasFeatures(w.Position(i)) {
			return fmt.Errorf("is to take over row %d, and no earlier pass left anything for it", i)
		}
	}
	return nil
}

// scattered reports whether positions ascend and lie below the length of a cache.
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
