package likelihood

import (
	"fmt"
	"slices"
	"sync"

	"dllmbench/engines/network"
)

// Token is how improbable a token of a text is behind those in front of it.
type Token struct {
	Nats float64       // -log of its probability, ≥ 0
	Top  []Alternative // the most probable tokens in its place, from the most probable
}

// Alternative is a token that could stand in the place of another.
type Alternative struct {
	ID   int32
	Nats float64
}

// Tokens rates each token of the answer from left to right, with so many alternatives. What
// the call before read of the same beginning is not read again, so that a text that grows up
// to room tokens is read once. The error says which token or length is not allowed.
func (s *Scorer) Tokens(t Text, top, room int) ([]Token, error) {
	if err := s.check(t, true); err != nil {
		return nil, err
	}
	l := &s.lanes[0]
	if n := len(t.Prompt) + len(t.Answer); l.cache == nil || l.cache.Capacity() < n {
		s.begin(max(n, room), 1)
	}
	known := min(l.cache.Len(), len(l.seq), len(t.Prompt)-1)
	for i, id := range l.seq[:known] {
		if id != t.Prompt[i] {
			known = i
			break
		}
	}
	return s.read(t, known, top)
}

// read makes the pass of Tokens from a position on, in front of which the text was read.
func (s *Scorer) read(t Text, from, top int) ([]Token, error) {
	l := &s.lanes[0]
	l.cache.Truncate(from)
	l.seq = append(append(l.seq[:0], t.Prompt...), t.Answer[:len(t.Answer)-1]...)
	w := &l.window
	w.Pos, w.Tokens, w.Cache, w.Logits = from, l.seq[from:], l.cache, w.Logits[:0]
	w.Visible = network.CausalVisible(w.Visible[:0], from, len(l.seq)-from)
	if w.PromptRows = 0; from == 0 {
		w.PromptRows = len(t.Prompt)
	}
	for i := range t.Answer {
		w.Logits = append(w.Logits, len(t.Prompt)-1+i-from)
	}
	list := make([]Token, len(t.Answer))
	var mu sync.Mutex // of failed: rows may come on several threads
	var failed error
	rate := func(_, i int, row []float32) {
		var err error
		if list[i], err = rated(row, t.Answer[i], top); err != nil {
			mu.Lock()
			failed = fmt.Errorf("token %d of the answer: %w", i, err)
			mu.Unlock()
		}
	}
	batch := append(s.batch[:0], *w)
	if net, ok := s.net.(network.Streamer); ok && len(w.Logits)*s.spec.Vocab >= network.ManyLogits {
		if _, err := net.ForwardEach(batch, rate); err != nil {
			return nil, err
		}
		return list, failed
	}
	pass, err := s.net.Forward(batch)
	if err != nil {
		return nil, err
	}
	for i, row := range pass.Logits {
		rate(0, i, row)
	}
	return list, failed
}

// rated rates a token by its row of logits.
func rated(row []float32, id int32, top int) (t Token, err error) {
	sum := logSum(row)
	if t.Nats, err = behind(row, sum, id); err != nil || top == 0 {
		return t, err
	}
	var best []int
	for i, x := range row {
		if len(best) == top {
			if !(x > row[best[top-1]]) {
				continue
			}
			best = best[:top-1]
		}
		at := len(best)
		for at > 0 && x > row[best[at-1]] {
			at--
		}
		best = slices.Insert(best, at, i)
	}
	for _, i := range best {
		if nats, err := behind(row, sum, int32(i)); err == nil {
			t.Top = append(t.Top, Alternative{int32(i), nats})
		}
	}
	return t, nil
}
