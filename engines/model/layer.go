package model

import "dllmbench/engines/internal/kernel"

// attention computes the attention of the layer at work for s.rows and writes
// its output to dst, or adds it there.
func (s *Session) attention(dst []float32, add bool) {
	l, n := &s.m.layers[s.layer], len(s.rows)
	s.pool.Do(s.chunks(n), s.doAttnNorm)
	l.QKV.mul(s.pool, s.qkv, s.h, n, false)
	if s.kvChunk = s.chunk; len(s.batch) == n { // a microsecond or more each, in caches of their own
		s.kvChunk = 2
	}
	s.pool.Do((n+s.kvChunk-1)/s.kvChunk, s.doKV)
	if len(s.tiles) == 0 {
		s.pool.Do((len(s.heads)+s.together-1)/s.together, s.doAttention)
	} else {
		s.pool.Do(len(s.tiles), s.doTile)
		s.pool.Do(len(s.heads), s.doFold)
	}
	out, sum := s.halfTo(dst, l.AttnOutNorm, add, n)
	l.O.mul(s.pool, out, s.att, n, sum)
	s.addBias(out, l.OBias, n)
	s.outNorm(dst, l.AttnOutNorm, add, n)
}

// halfTo is where half a layer goes, and whether it is added there: to dst, or to
// memory of its own if it has to be normalised first.
func (s *Session) halfTo(dst, norm []float32, add bool, n int) ([]float32, bool) {
	if norm == nil {
		return dst, add
	}
	s.half = grow(s.half, n*len(norm))
	return s.half, false
}

// outNorm normalises what halfTo kept back and brings it to dst.
func (s *Session) outNorm(dst, norm []float32, add bool, n int) {
	if norm == nil {
		return
	}
	s.normed.dst, s.normed.weight, s.normed.add = dst, norm, add
	s.pool.Do(s.chunks(n), s.doOutNorm)
}

func (s *Session) outNormRow(r int) {
	d, o := s.m.cfg.HiddenSize, &s.normed
	half, dst := s.half[r*d:(r+1)*d], o.dst[r*d:(r+1)*d]
	if !o.add {
		kernel.RMSNorm(dst, half, o.weight, s.m.normEps)
		return
	}
	kernel.RMSNorm(half, half, o.weight, s.m.normEps)
	kernel.Add(dst, half)
}

// mlp is attention's counterpart for the second half of the layer.
func (s *Session) mlp(dst []float32, add bool) {
	l, n := &s.m.layers[s.layer], len(s.rows)
	s.pool.Do(s.chunks(n), s.doMLPNorm)
	out, sum := s.halfTo(dst, l.MLPOutNorm, add, n)
	if l.GateUp != nil {
		s.feed(&l.FFN, out, s.h, n, sum)
	} else if !sum {
		clear(out[:n*s.m.cfg.HiddenSize])
	}
	if l.Experts != nil {
		s.experts(out)
	}
	s.outNorm(dst, l.MLPOutNorm, add, n)
}

// feedRows is how many rows go through a feed-forward network at a time. It bounds the
// memory of what is widest, and is enough for wide products.
const feedRows = 512

// feed computes a feed-forward network for n rows of x.
func (s *Session) feed(w *FFN[[]float32, *matrix], dst, x []float32, n int, add bool) {
	s.inner, s.upBias = w.Down.in, w.GateUpBias
	for from := 0; from < n; from += feedRows {
		s.fed = min(feedRows, n-from)
		w.GateUp.mul(s.pool, s.gu, x[from*w.GateUp.in:], s.fed, false)
		s.pool.Do(s.chunks(s.fed), s.doActivate)
		w.Down.mul(s.pool, dst[from*w.Down.out:], s.act, s.fed, add)
	}
	s.addBias(dst, w.DownBias, n)
}

// addBias adds a bias to each of n rows, if there is one.
func (s *Session) addBias(rows, bias []float32, n int) {
	if bias == nil {
		return
	}
	s.biased.x, s.biased.bias = rows[:n*len(bias)], bias
	s.pool.Do(s.chunks(n), s.doBias)
}

func (s *Session) biasRows(chunk int) {
	x, bias := s.biased.x, s.biased.bias
	for from := chunk * s.chunk * len(bias); from < min((chunk+1)*s.chunk*len(bias), len(x)); from += len(bias) {
		kernel.Add(x[from:from+len(bias)], bias)
	}
}

func (s *Session) attnNormRow(r int) {
	s.normRow(r, s.rows[r].x, s.m.layers[s.layer].AttnNorm, s.m.layers[s.layer].AttnNormBias)
}

func (s *Session) mlpNormRow(r int) {
	s.normRow(r, s.rows[r].x, s.m.layers[s.layer].MLPNorm, s.m.layers[s.layer].MLPNormBias)
}

// normRow normalises a row of the residual stream into row to of s.h.
func (s *Session) normRow(to, from int, weight, bias []float32) {
	d := s.m.cfg.HiddenSize
	h, x := s.h[to*d:(to+1)*d], s.x[from*d:(from+1)*d]
	if s.m.layerNorm {
		kernel.LayerNorm(h, x, weight, bias, s.m.normEps)
		return
	}
	kernel.RMSNorm(h, x, weight, s.m.normEps)
}

// kvRow finishes a row's query and key (bias, norm, rotation) and stores its
// key and value in the cache.
func (s *Session) kvRow(r int) {
	cfg, l, ref := &s.m.cfg, &s.m.layers[s.layer], &s.rows[r]
	hd := cfg.HeadDim
	q, kv := cfg.Heads*hd, cfg.KVHeads*hd
	row := s.qkv[r*(q+2*kv) : (r+1)*(q+2*kv)]
	if l.QKVBias != nil {
		kernel.Add(row, l.QKVBias)
	}
	if l.QNorm != nil {
		for i := 0; i < q; i += hd {
			kernel.RMSNorm(row[i:i+hd], row[i:i+hd], l.QNorm, s.m.normEps)
		}
		for i := q; i < q+kv; i += hd {
			kernel.RMSNorm(row[i:i+hd], row[i:i+hd], l.KNorm, s.m.normEps)
		}
	}
	if s.m.rotations != nil {
		angles := s.angles
		if l.window > 0 {
			angles = s.local
		}
		s.rotate(row[:q+kv], angles, ref.pos)
	}
	if cfg.Scaling != nil && cfg.Scaling.Growth > 0 {
		kernel.Scale(row[:q], cfg.Scaling.size(ref.pos))
	}
	s.caches[ref.window].write(s.layer, ref.pos, row[q:q+kv], row[q+kv:])
}

// rotate turns the heads in x to a position.
func (s *Session) rotate(x []float32, angles *Angles, pos int) {
	hd := s.m.cfg.HeadDim
	cos, sin := angles.At(pos)
	turned := 2 * len(cos)
	if turned == hd {
		kernel.Rope(x, hd, cos, sin)
		return
	}
	for i := 0; i < len(x); i += hd {
		kernel.Rope(x[i:i+turned], turned, cos, sin)
	}
}

func (s *Session) silu(chunk int) {
	f := s.inner
	for r := chunk * s.chunk; r < min((chunk+1)*s.chunk, s.fed); r++ {
		gu := s.gu[r*2*f : (r+1)*2*f]
		if s.upBias != nil {
			kernel.Add(gu, s.upBias)
		}
		kernel.SiluMul(s.act[r*f:(r+1)*f], gu[:f], gu[f:])
	}
}

func (s *Session) geglu(chunk int) {
	f := s.inner
	for r := chunk * s.chunk; r < min((chunk+1)*s.chunk, s.fed); r++ {
		act, up := s.act[r*f:(r+1)*f], s.gu[(2*r+1)*f:(2*r+2)*f]
		kernel.Gelu(act, s.gu[2*r*f:(2*r+1)*f])
		for i := range act {
			act[i] *= up[i]
		}
	}
}

func (s *Session) gelu(chunk int) {
	f := s.inner
	for r := chunk * s.chunk; r < min((chunk+1)*s.chunk, s.fed); r++ {
		up := s.gu[r*f : (r+1)*f]
		if s.upBias != nil {
			kernel.Add(up, s.upBias)
		}
		kernel.Gelu(s.act[r*f:(r+1)*f], up)
	}
}
