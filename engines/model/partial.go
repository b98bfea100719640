package model

import (
	"cmp"
	"math"
	"slices"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// features are what partial passes leave in a cache for later ones: the outputs
// of attention and of the MLP for every position and layer.
type features struct {
	out    [2][][]float32 // by half and layer, [position, width]
	filled []bool         // per position
}

// The halves of a layer.
const (
	attentionHalf = iota
	mlpHalf
)

func newFeatures(cfg *Config, capacity int) *features {
	f := &features{filled: make([]bool, capacity)}
	for half := range f.out {
		for range cfg.Layers {
			f.out[half] = append(f.out[half], make([]float32, capacity*cfg.HiddenSize))
		}
	}
	return f
}

// partial is the scratch memory of partial passes.
type partial struct {
	out      []float32 // of half a layer, for the computed rows
	values   []float32 // of the adaptive rows
	old      []float32 // values of one position
	adaptive []row
	similar  []float64 // cosine of old and new values, per adaptive row of a window
	order    []int
	work     []usage.Pass // per window
}

// partialLayers runs the layers for a batch of partial windows. Per layer it
// picks the rows to compute, and adds new or stored outputs to every row.
func (s *Session) partialLayers() {
	m, p := s.m, &s.partial
	p.out = grow(p.out, len(s.all)*m.cfg.HiddenSize)
	p.work = append(p.work[:0], make([]usage.Pass, len(s.batch))...)
	for _, c := range s.caches {
		if c.features == nil {
			c.features = newFeatures(&c.cfg, c.capacity)
		}
	}
	for s.layer = range m.layers {
		s.pickRows()
		s.group()
		if len(s.rows) > 0 {
			s.attention(p.out, false)
		}
		s.take(attentionHalf)
		if len(s.rows) > 0 {
			s.mlp(p.out, false)
		}
		s.take(mlpHalf)
		s.countLayer()
	}
	for i := range s.batch {
		w, c := &s.batch[i], &p.work[i]
		logits := int64(len(w.Logits))
		c[usage.LogitRows] = logits
		c[usage.FLOPs] += m.formula.flops(0, 0, logits)
		c[usage.AttendedKeys] /= int64(m.cfg.Layers)
		for r, mode := range w.Partial.Modes {
			if mode != network.Kept {
				c[usage.QueryTokens]++
			}
			s.caches[i].features.filled[w.Position(r)] = true
		}
		s.costs = append(s.costs, m.split(w, *c, s.weightBytes()))
	}
}

// pickRows sets s.rows to those that the layer computes: the fresh ones, and of
// the adaptive ones those whose values changed most. New values of adaptive rows
// replace the cached ones.
func (s *Session) pickRows() {
	m, p, l := s.m, &s.partial, &s.m.layers[s.layer]
	s.rows, p.adaptive = s.rows[:0], p.adaptive[:0]
	for _, r := range s.all {
		switch {
		case r.mode == network.Fresh || r.mode == network.Adaptive && s.layer == 0:
			s.rows = append(s.rows, r)
		case r.mode == network.Adaptive:
			p.adaptive = append(p.adaptive, r)
		}
	}
	if len(p.adaptive) == 0 {
		return
	}
	for i, r := range p.adaptive {
		s.normRow(i, r.x, l.AttnNorm, l.AttnNormBias)
	}
	p.values = grow(p.values, len(p.adaptive)*l.v.out)
	l.v.mul(s.pool, p.values, s.h, len(p.adaptive), false)
	kv := m.cfg.KVHeads * m.cfg.HeadDim
	p.old = grow(p.old, kv)
	for from := 0; from < len(p.adaptive); {
		window, to := p.adaptive[from].window, from
		p.similar, p.order = p.similar[:0], p.order[:0]
		for ; to < len(p.adaptive) && p.adaptive[to].window == window; to++ {
			v := p.values[to*l.v.out+l.vExtra : (to+1)*l.v.out]
			if l.QKVBias != nil {
				kernel.Add(v, l.QKVBias[len(l.QKVBias)-kv:])
			}
			cache, pos := s.caches[window], p.adaptive[to].pos
			cache.values(s.layer, pos, p.old, false)
			cache.values(s.layer, pos, v, true)
			cache.values(s.layer, pos, v, false) // as it is kept
			p.similar, p.order = append(p.similar, cosine(v, p.old)), append(p.order, to-from)
		}
		slices.SortStableFunc(p.order, func(a, b int) int { return cmp.Compare(p.similar[a], p.similar[b]) })
		for _, i := range p.order[:int(math.Ceil(s.batch[window].Partial.Share*float64(to-from)))] {
			s.rows = append(s.rows, p.adaptive[from+i])
		}
		c, n := &p.work[window], int64(to-from)
		c[usage.FLOPs] += n * 2 * int64(kv) * int64(l.v.in)
		c[usage.CacheReadBytes] += n * int64(kv) * m.cfg.kvBytes()
		c[usage.CacheWriteBytes] += n * int64(kv) * m.cfg.kvBytes()
		from = to
	}
	slices.SortFunc(s.rows, func(a, b row) int { return cmp.Compare(a.x, b.x) })
}

// take stores the new outputs of s.rows and adds every row's to the residual
// stream.
func (s *Session) take(half int) {
	d := s.m.cfg.HiddenSize
	at := func(r *row) []float32 {
		return s.caches[r.window].features.out[half][s.layer][r.pos*d : (r.pos+1)*d]
	}
	for i := range s.rows {
		copy(at(&s.rows[i]), s.partial.out[i*d:])
	}
	for i := range s.all {
		kernel.Add(s.x[i*d:(i+1)*d], at(&s.all[i]))
	}
}

// countLayer adds the work of the layer. Attended keys are summed over the
// layers here, and divided by their number in the end.
func (s *Session) countLayer() {
	m, work, layers := s.m, s.partial.work, int64(s.m.cfg.Layers)
	for i := range work {
		work[i][usage.CacheReadBytes] += int64(len(s.batch[i].Tokens)) * m.cfg.featureBytes()
	}
	for first, end := 0, 0; first < len(s.rows); first = end {
		end = s.windowEnd(first)
		keys, longest := 0, 0
		for _, r := range s.rows[first:end] {
			keys, longest = keys+r.visible, max(longest, r.visible)
		}
		c, n := &work[s.rows[first].window], int64(end-first)
		c[usage.AttendedKeys] += int64(keys)
		c[usage.FLOPs] += m.formula.layers[s.layer]*n + m.formula.key/layers*int64(keys)
		c[usage.CacheReadBytes] += int64(longest)*m.cfg.positionBytes()/layers - n*m.cfg.featureBytes()
		c[usage.CacheWriteBytes] += n*m.cfg.positionBytes()/layers + n*m.cfg.featureBytes()
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
