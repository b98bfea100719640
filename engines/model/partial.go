package model

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"dllmbench/engines/internal/kernel"
)

// Mode says what a partial pass does with a row.
type Mode uint8

// The modes of a row.
const (
	Fresh    Mode = iota // everything is computed
	Adaptive             // values are computed; if they changed little, the rest is taken over
	Kept                 // everything is taken over
)

// Partial is the feature caching of dLLM-Cache (Liu et al. 2025, arXiv
// 2506.06295): for rows that are not fresh, the outputs of attention and MLP
// that an earlier pass left in Store are added to the residual stream instead
// of being computed. Of the adaptive rows, the Share whose values turned the
// furthest from the stored ones (lowest cosine similarity, in each layer for
// itself) are computed after all; in the first layer all of them are, since
// little work depends on it and their tokens may have changed.
type Partial struct {
	Store *Features
	Modes []Mode  // of each row
	Share float64 // of the adaptive rows, in [0, 1]; rounded up
}

// Features holds what partial passes leave for later ones: the outputs of
// attention and MLP for every position of one sequence and layer.
type Features struct {
	width    int
	att, mlp [][]float32 // per layer, [position, width]
	filled   []bool      // per position
}

// NewFeatures makes an empty store for a sequence of up to capacity positions.
func (m *Model) NewFeatures(capacity int) *Features {
	f := &Features{width: m.cfg.HiddenSize, filled: make([]bool, capacity)}
	for range m.cfg.Layers {
		f.att = append(f.att, make([]float32, capacity*f.width))
		f.mlp = append(f.mlp, make([]float32, capacity*f.width))
	}
	return f
}

// Capacity is the number of positions there is room for.
func (f *Features) Capacity() int { return len(f.filled) }

// Bytes is the size of the features of the filled positions.
func (f *Features) Bytes() int64 {
	n := 0
	for _, ok := range f.filled {
		if ok {
			n++
		}
	}
	return int64(n) * 2 * 4 * int64(len(f.att)) * int64(f.width)
}

// Reset forgets everything.
func (f *Features) Reset() { clear(f.filled) }

func (p *Partial) check(w *Window) error {
	if p == nil {
		return nil
	}
	switch {
	case p.Store == nil || w.Cache != nil && (len(p.Store.att) != w.Cache.cfg.Layers || p.Store.width != w.Cache.cfg.HiddenSize):
		return fmt.Errorf("a partial window needs features made for this model")
	case len(p.Modes) != len(w.Tokens):
		return fmt.Errorf("a partial window has %d tokens but %d modes", len(w.Tokens), len(p.Modes))
	case !(p.Share >= 0 && p.Share <= 1):
		return fmt.Errorf("the share of a partial window is %g, allowed is 0 to 1", p.Share)
	case len(w.Tokens) > 0 && w.end() > len(p.Store.filled):
		return fmt.Errorf("a partial window ends at position %d, its features hold %d", w.end(), len(p.Store.filled))
	}
	for i, m := range p.Modes {
		if m > Kept {
			return fmt.Errorf("row %d has the unknown mode %d", i, m)
		}
		if m != Fresh && !p.Store.filled[w.Position(i)] {
			return fmt.Errorf("row %d is to be taken over, and no earlier pass left anything for it", i)
		}
	}
	return nil
}

// partial runs the layers for a batch of partial windows; begin has been called.
// Per layer it picks the rows to compute, runs the ordinary steps on these as a
// batch of their own, and adds stored or new outputs to every row.
func (s *Session) partial() (Pass, error) {
	m, whole := s.m, s.batch
	m.values.Do(m.packValues)
	d, f := m.cfg.HiddenSize, m.cfg.IntermediateSize
	q, kv := m.cfg.Heads*m.cfg.HeadDim, m.cfg.KVHeads*m.cfg.HeadDim
	wide := q + 2*kv
	rows := slices.Clone(s.rows)
	for i := range s.costs {
		s.costs[i] = Cost{}
	}
	s.pool.Do((len(rows)+rowChunk-1)/rowChunk, s.doEmbed)

	out := make([]float32, len(rows)*d)     // of the computed rows
	values := make([]float32, len(rows)*kv) // of the adaptive rows
	normed := make([]float32, len(rows)*d)
	for s.layer = range m.layers {
		l := &m.layers[s.layer]
		for r := range rows {
			kernel.RMSNorm(normed[r*d:(r+1)*d], s.x[r*d:(r+1)*d], l.attnNorm, float32(m.cfg.NormEps))
		}
		picked := s.pickRows(whole, rows, normed, values)
		compact := s.compact(whole, rows, picked)
		n := len(picked)
		for i, r := range picked {
			copy(s.h[i*d:(i+1)*d], normed[r*d:(r+1)*d])
		}
		chunks := (n + rowChunk - 1) / rowChunk
		if n > 0 {
			s.pool.MatMul(s.qkv, wide, s.h, d, n, l.qkv, false)
			s.pool.Do(chunks, s.doKV)
			s.pool.Do(len(s.heads), s.doAttention)
			s.pool.MatMul(out, d, s.att, q, n, l.o, false)
		}
		s.take(whole, rows, picked, out, func(f *Features) []float32 { return f.att[s.layer] })
		for i, r := range picked {
			s.normRow(s.h, i, r, l.mlpNorm)
		}
		if n > 0 {
			s.pool.MatMul(s.gu, 2*f, s.h, d, n, l.gateUp, false)
			s.pool.Do(chunks, s.doSilu)
			s.pool.MatMul(out, d, s.act, f, n, l.down, false)
		}
		s.take(whole, rows, picked, out, func(f *Features) []float32 { return f.mlp[s.layer] })
		s.countPartial(whole, compact)
	}
	s.batch, s.rows = whole, append(s.rows[:0], rows...)
	for i := range whole {
		w, c := &whole[i], &s.costs[i]
		c.AttendedKeys /= int64(m.cfg.Layers)
		c.LogitRows = int64(len(w.Logits))
		c.FLOPs += 2 * int64(d) * int64(m.cfg.VocabSize) * c.LogitRows
		for r, mode := range w.Partial.Modes {
			if mode != Kept {
				c.QueryTokens++
			}
			w.Partial.Store.filled[w.Position(r)] = true
		}
	}
	s.project()
	return s.pass(len(rows)), nil
}

// pickRows lists the batch rows that the layer computes: the fresh ones, and
// of the adaptive ones those whose values changed most. New values of adaptive
// rows replace the cached ones.
func (s *Session) pickRows(whole []Window, rows []rowRef, normed, values []float32) []int {
	m, l := s.m, &s.m.layers[s.layer]
	d, kv := m.cfg.HiddenSize, m.cfg.KVHeads*m.cfg.HeadDim
	var picked, adaptive []int
	for r, ref := range rows {
		switch whole[ref.window].Partial.Modes[ref.row] {
		case Fresh:
			picked = append(picked, r)
		case Adaptive:
			if s.layer == 0 {
				picked = append(picked, r)
			} else {
				copy(s.h[len(adaptive)*d:][:d], normed[r*d:(r+1)*d])
				adaptive = append(adaptive, r)
			}
		}
	}
	if len(adaptive) == 0 {
		return picked
	}
	s.pool.MatMul(values, kv, s.h, d, len(adaptive), l.v, false)
	old := make([]float32, kv)
	for from := 0; from < len(adaptive); {
		window := rows[adaptive[from]].window
		w := &whole[window]
		var similar []float64
		to := from
		for ; to < len(adaptive) && rows[adaptive[to]].window == window; to++ {
			v := values[to*kv : (to+1)*kv]
			if l.qkvBias != nil {
				kernel.Add(v, l.qkvBias[len(l.qkvBias)-kv:])
			}
			pos := w.Position(rows[adaptive[to]].row)
			w.Cache.value(s.layer, pos, old)
			similar = append(similar, cosine(v, old))
			w.Cache.setValue(s.layer, pos, v)
		}
		order := make([]int, to-from)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(similar[a], similar[b]) })
		for _, i := range order[:int(math.Ceil(w.Partial.Share*float64(to-from)))] {
			picked = append(picked, adaptive[from+i])
		}
		c := &s.costs[window]
		c.FLOPs += 2 * int64(to-from) * int64(d) * int64(kv)
		c.CacheReadBytes += 4 * int64(to-from) * int64(kv)
		c.CacheWriteBytes += 4 * int64(to-from) * int64(kv)
		from = to
	}
	slices.Sort(picked)
	return picked
}

// compact makes the picked rows the batch of the ordinary steps.
func (s *Session) compact(whole []Window, rows []rowRef, picked []int) []Window {
	batch := make([]Window, len(whole))
	s.rows, s.heads = s.rows[:0], s.heads[:0]
	for i := range whole {
		batch[i] = Window{Cache: whole[i].Cache, At: []int{}}
	}
	for _, r := range picked {
		ref := rows[r]
		from, to := &whole[ref.window], &batch[ref.window]
		s.rows = append(s.rows, rowRef{ref.window, len(to.Tokens)})
		to.Tokens = append(to.Tokens, from.Tokens[ref.row])
		to.At = append(to.At, from.Position(ref.row))
		to.Visible = append(to.Visible, from.Visible[ref.row])
	}
	first := 0
	for i := range batch {
		for h := range s.m.cfg.KVHeads {
			if len(batch[i].Tokens) > 0 {
				s.heads = append(s.heads, headRef{i, h, first})
			}
		}
		first += len(batch[i].Tokens)
	}
	s.batch = batch
	return batch
}

// take stores the outputs of the picked rows and adds every row's to the
// residual stream.
func (s *Session) take(whole []Window, rows []rowRef, picked []int, out []float32, of func(*Features) []float32) {
	d := s.m.cfg.HiddenSize
	for i, r := range picked {
		w := &whole[rows[r].window]
		pos := w.Position(rows[r].row)
		copy(of(w.Partial.Store)[pos*d:(pos+1)*d], out[i*d:(i+1)*d])
	}
	for r, ref := range rows {
		w := &whole[ref.window]
		pos := w.Position(ref.row)
		kernel.Add(s.x[r*d:(r+1)*d], of(w.Partial.Store)[pos*d:(pos+1)*d])
	}
}

// countPartial adds the work of one layer. Attended keys are summed over the
// layers here, and divided by their number in the end.
func (s *Session) countPartial(whole, compact []Window) {
	m := s.m
	layers := int64(m.cfg.Layers)
	width := int64(m.cfg.Heads) * int64(m.cfg.HeadDim)
	for i := range compact {
		w, c := &compact[i], &s.costs[i]
		keys, longest := int64(0), 0
		for _, v := range w.Visible {
			keys += int64(v)
			longest = max(longest, v)
		}
		perPosition := w.Cache.bytesPerPosition() / layers
		n := int64(len(w.Tokens))
		c.AttendedKeys += keys
		c.FLOPs += n*m.bodyFLOPs/layers + 4*width*keys
		feature := 2 * 4 * int64(m.cfg.HiddenSize)
		c.CacheReadBytes += int64(longest)*perPosition + (int64(len(whole[i].Tokens))-n)*feature
		c.CacheWriteBytes += n*perPosition + n*feature
	}
}

// packValues makes the value columns of every layer a matrix of their own.
func (m *Model) packValues() {
	kv := m.cfg.KVHeads * m.cfg.HeadDim
	for i := range m.layers {
		l := &m.layers[i]
		from := l.qkv.N - kv
		v := kernel.NewPanels(l.qkv.K, kv)
		const w = kernel.PanelWidth
		for k := range v.K {
			for n := range kv {
				c := from + n
				v.Data[n/w*v.Stride+k*w+n%w] = l.qkv.Data[c/w*l.qkv.Stride+k*w+c%w]
			}
		}
		l.v = v
	}
}

// cosine is the cosine of the angle between two vectors, 0 if one is zero.
func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}
