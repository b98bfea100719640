package model

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Session runs forward passes of one model. It owns the scratch memory and the
// worker threads, so that a pass allocates nothing once the session has seen
// its largest batch and its highest position. A Session is not safe for
// concurrent use.
type Session struct {
	m    *Model
	pool *products

	batch     []network.Window
	caches    []*Cache // of the windows
	layer     int
	all       []row     // one per row of the batch
	rows      []row     // those that the layer at work computes: all, or in a partial pass some
	heads     []headRef // one per window and kv head of rows
	logitRows []int     // batch rows whose logits are wanted
	costs     []network.Cost
	out       [][]float32
	tally     Tally
	angles    *Angles
	local     *Angles // of sliding layers
	partial   partial
	mix       mixing

	biased struct { // what doBias works on
		x, bias []float32
	}
	half   []float32 // what half a layer adds, before it is normalised
	normed struct {  // what doOutNorm works on
		dst, weight []float32
		add         bool
	}

	inner, fed                      int       // width of the feed-forward network at work, and its rows
	upBias                          []float32 // of that network, or nil
	x, h, qkv, att, gu, act, logits []float32
	scratch                         chan []float32 // score tiles, one per thread

	// Bound once, so that handing them to the pool does not allocate.
	doEmbed, doAttnNorm, doKV, doAttention, doMLPNorm, doActivate, doRoute, doFinalNorm, doBias, doOutNorm func(int)
}

// row is one row of a batch.
type row struct {
	window  int
	x       int // its place in the residual stream
	token   int32
	pos     int
	visible int
	mode    network.Mode
}

// headRef is the attention of one window's query heads that share a kv head.
type headRef struct {
	window, kvHead int
	first, n       int // its rows
}

// rowChunk is how many rows one task of the element-wise steps handles.
const rowChunk = 16

// scoreRows is how many query rows share one tile of attention scores.
const scoreRows = 48

// NewSession prepares a session that uses the given number of threads (≥ 1).
func NewSession(m *Model, threads int) *Session {
	s := &Session{m: m, pool: newProducts(threads), scratch: make(chan []float32, threads)}
	for range threads {
		s.scratch <- nil
	}
	s.doEmbed = s.chunked(s.embedRow)
	s.doAttnNorm = s.chunked(s.attnNormRow)
	s.doKV = s.chunked(s.kvRow)
	s.doMLPNorm = s.chunked(s.mlpNormRow)
	s.doActivate = s.silu
	if m.cfg.architecture().gelu {
		s.doActivate = s.gelu
	} else if m.cfg.architecture().geglu {
		s.doActivate = s.geglu
	}
	s.doOutNorm = s.chunked(s.outNormRow)
	s.doBias = s.biasRows
	s.doRoute = s.chunked(s.routeRow)
	s.doAttention = s.attend
	s.doFinalNorm = s.finalNormRow
	return s
}

var _ network.Network = (*Session)(nil)

// Model returns the model the session runs.
func (s *Session) Model() *Model { return s.m }

// Spec implements network.Network.
func (s *Session) Spec() network.Spec { return s.m.spec }

// Threads is the number of threads a pass uses.
func (s *Session) Threads() int { return s.pool.Threads() }

// Close stops the worker threads.
func (s *Session) Close() { s.pool.Close() }

// NewCache makes an empty cache for up to capacity positions.
func (s *Session) NewCache(capacity int) network.Cache { return newCache(s.m.cfg, capacity) }

// Tally is all that a session has computed since it was made, whoever asked for
// it. Decoders count their own work request by request; the tally shows whether
// they forgot any.
type Tally struct {
	Passes int64
	Rows   int64 // rows pushed through the network
}

// Tally returns the session's tally.
func (s *Session) Tally() Tally { return s.tally }

// Forward implements network.Network. Each output row is computed by the same
// operations in the same order whatever else is in the batch, so a row's
// logits are bit-identical alone, batched, cached or recomputed.
func (s *Session) Forward(batch []network.Window) (network.Pass, error) {
	if err := s.m.check(batch); err != nil {
		return network.Pass{}, err
	}
	s.begin(batch)
	s.pool.Do(chunks(len(s.all)), s.doEmbed)
	if len(batch) > 0 && batch[0].Partial != nil {
		s.partialLayers()
	} else {
		for s.layer = range s.m.layers {
			s.attention(s.x, true)
			s.mlp(s.x, true)
		}
		for i := range batch {
			s.costs = append(s.costs, s.m.Cost(&batch[i], s.weightBytes()))
		}
	}
	s.project()
	s.tally.Passes++
	for i := range s.costs {
		for kind := range s.costs[i] {
			s.tally.Rows += s.costs[i][kind][usage.QueryTokens]
		}
	}
	return network.Pass{Logits: s.out, Cost: s.costs}, nil
}

// attention computes the attention of the layer at work for s.rows and writes
// its output to dst, or adds it there.
func (s *Session) attention(dst []float32, add bool) {
	l, n := &s.m.layers[s.layer], len(s.rows)
	s.pool.Do(chunks(n), s.doAttnNorm)
	l.QKV.mul(s.pool, s.qkv, s.h, n, false)
	s.pool.Do(chunks(n), s.doKV)
	s.pool.Do(len(s.heads), s.doAttention)
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
	s.pool.Do(chunks(n), s.doOutNorm)
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
	s.pool.Do(chunks(n), s.doMLPNorm)
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

// feed computes a feed-forward network for n rows of x.
func (s *Session) feed(w *FFN[[]float32, *matrix], dst, x []float32, n int, add bool) {
	w.GateUp.mul(s.pool, s.gu, x, n, false)
	s.inner, s.upBias, s.fed = w.Down.in, w.GateUpBias, n
	s.pool.Do(chunks(n), s.doActivate)
	w.Down.mul(s.pool, dst, s.act, n, add)
	s.addBias(dst, w.DownBias, n)
}

// addBias adds a bias to each of n rows, if there is one.
func (s *Session) addBias(rows, bias []float32, n int) {
	if bias == nil {
		return
	}
	s.biased.x, s.biased.bias = rows[:n*len(bias)], bias
	s.pool.Do(chunks(n), s.doBias)
}

func (s *Session) biasRows(chunk int) {
	x, bias := s.biased.x, s.biased.bias
	for from := chunk * rowChunk * len(bias); from < min((chunk+1)*rowChunk*len(bias), len(x)); from += len(bias) {
		kernel.Add(x[from:from+len(bias)], bias)
	}
}

// weightBytes are those that the pass reads.
func (s *Session) weightBytes() int64 {
	row := s.m.embed.rowBytes()
	if s.m.positions != nil {
		row += int64(s.m.cfg.HiddenSize) * kernel.FloatBytes
	}
	bytes := s.m.bodyBytes + s.mix.bytes + int64(len(s.all))*row
	if len(s.logitRows) > 0 {
		bytes += s.m.head.bytes()
	}
	return bytes
}

// begin lays out the batch: rows, attention tasks, and scratch sizes.
func (s *Session) begin(batch []network.Window) {
	m := s.m
	s.batch = batch
	s.caches, s.all, s.costs, s.logitRows = s.caches[:0], s.all[:0], s.costs[:0], s.logitRows[:0]
	last := 0
	for i := range batch {
		w := &batch[i]
		first := len(s.all)
		for r, id := range w.Tokens {
			s.all = append(s.all, row{window: i, x: first + r, token: id, pos: w.Position(r), visible: w.Visible[r]})
			if w.Partial != nil {
				s.all[first+r].mode = w.Partial.Modes[r]
			}
		}
		for _, r := range w.Logits {
			s.logitRows = append(s.logitRows, first+r)
		}
		c := w.Cache.(*Cache)
		c.length = max(c.length, w.End())
		s.caches = append(s.caches, c)
		last = max(last, w.End())
	}
	if m.rotations != nil {
		s.angles = m.rotations.Upto(last)
	}
	if m.local != nil {
		s.local = m.local.Upto(last)
	}
	s.rows = append(s.rows[:0], s.all...)
	s.group()
	n := len(s.all)
	q, kv := m.cfg.Heads*m.cfg.HeadDim, m.cfg.KVHeads*m.cfg.HeadDim
	s.x = grow(s.x, n*m.cfg.HiddenSize)
	s.h = grow(s.h, max(n, len(s.logitRows))*m.cfg.HiddenSize)
	s.qkv = grow(s.qkv, n*(q+2*kv))
	s.att = grow(s.att, n*q)
	inner := m.cfg.inner()
	s.gu = grow(s.gu, n*2*inner)
	s.act = grow(s.act, n*inner)
	s.mix.begin(&m.cfg, n)
	s.logits = grow(s.logits, len(s.logitRows)*m.cfg.VocabSize)
}

// group makes the attention tasks of s.rows.
func (s *Session) group() {
	s.heads = s.heads[:0]
	for first := 0; first < len(s.rows); {
		window, n := s.rows[first].window, 1
		for first+n < len(s.rows) && s.rows[first+n].window == window {
			n++
		}
		for h := range s.m.cfg.KVHeads {
			s.heads = append(s.heads, headRef{window, h, first, n})
		}
		first += n
	}
}

func grow[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

// chunks is the number of pool tasks for a step on n rows.
func chunks(n int) int { return (n + rowChunk - 1) / rowChunk }

// chunked turns a step on one of s.rows into a pool task on rowChunk rows.
func (s *Session) chunked(step func(int)) func(int) {
	return func(chunk int) {
		for r := chunk * rowChunk; r < min((chunk+1)*rowChunk, len(s.rows)); r++ {
			step(r)
		}
	}
}

func (s *Session) embedRow(r int) {
	d := s.m.cfg.HiddenSize
	s.m.embed.rows(s.x[r*d:(r+1)*d], int(s.rows[r].token))
	if s.m.embedScale != 0 {
		kernel.Scale(s.x[r*d:(r+1)*d], s.m.embedScale)
	}
	if s.m.positions != nil {
		kernel.Add(s.x[r*d:(r+1)*d], s.m.positions[s.rows[r].pos*d:(s.rows[r].pos+1)*d])
	}
}

func (s *Session) attnNormRow(r int) {
	s.normRow(r, s.rows[r].x, s.m.layers[s.layer].AttnNorm, s.m.layers[s.layer].AttnNormBias)
}
func (s *Session) mlpNormRow(r int) {
	s.normRow(r, s.rows[r].x, s.m.layers[s.layer].MLPNorm, s.m.layers[s.layer].MLPNormBias)
}
func (s *Session) finalNormRow(i int) {
	s.normRow(i, s.logitRows[i], s.m.norm, s.m.normBias)
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

// attend computes the attention of one window's query heads that share one
// key/value head, a tile of scoreRows rows at a time.
func (s *Session) attend(task int) {
	cfg, ref := &s.m.cfg, s.heads[task]
	cache := s.caches[ref.window]
	hd, q := cfg.HeadDim, cfg.Heads*cfg.HeadDim
	wide := q + 2*cfg.KVHeads*hd
	group, window := cfg.Heads/cfg.KVHeads, s.m.layers[s.layer].window
	scores := <-s.scratch
	for t := 0; t < ref.n; t += scoreRows {
		first := ref.first + t
		rows := s.rows[first : first+min(scoreRows, ref.n-t)]
		keys := 0
		for i := range rows {
			keys = max(keys, rows[i].visible)
		}
		ld := roundUp(keys, kernel.PanelWidth)
		scores = grow(scores, scoreRows*ld)
		k, v := cache.keyPanels(s.layer, ref.kvHead, keys), cache.valuePanels(s.layer, ref.kvHead, keys)
		for g := range group {
			head := ref.kvHead*group + g
			kernel.MatMul(scores, ld, s.qkv[first*wide+head*hd:], wide, len(rows), &k, false)
			for i := range rows {
				row := scores[i*ld : i*ld+keys]
				first, visible := 0, rows[i].visible
				if window > 0 { // the products with keys in front of it count as FLOPs, and nothing else
					first = max(0, min(rows[i].pos+1, visible)-window)
				}
				clear(row[:first])
				kernel.Softmax(row[first:visible], s.m.attnScale)
				clear(row[visible:])
			}
			kernel.MatMul(s.att[first*q+head*hd:], q, scores, ld, len(rows), &v, false)
		}
	}
	s.scratch <- scores
}

func (s *Session) silu(chunk int) {
	f := s.inner
	for r := chunk * rowChunk; r < min((chunk+1)*rowChunk, s.fed); r++ {
		gu := s.gu[r*2*f : (r+1)*2*f]
		if s.upBias != nil {
			kernel.Add(gu, s.upBias)
		}
		kernel.SiluMul(s.act[r*f:(r+1)*f], gu[:f], gu[f:])
	}
}

func (s *Session) geglu(chunk int) {
	f := s.inner
	for r := chunk * rowChunk; r < min((chunk+1)*rowChunk, s.fed); r++ {
		act, up := s.act[r*f:(r+1)*f], s.gu[(2*r+1)*f:(2*r+2)*f]
		kernel.Gelu(act, s.gu[2*r*f:(2*r+1)*f])
		for i := range act {
			act[i] *= up[i]
		}
	}
}

func (s *Session) gelu(chunk int) {
	f := s.inner
	for r := chunk * rowChunk; r < min((chunk+1)*rowChunk, s.fed); r++ {
		up := s.gu[r*f : (r+1)*f]
		if s.upBias != nil {
			kernel.Add(up, s.upBias)
		}
		kernel.Gelu(s.act[r*f:(r+1)*f], up)
	}
}

// project computes the logits of the rows that were asked for.
func (s *Session) project() {
	n, v := len(s.logitRows), s.m.cfg.VocabSize
	s.out = s.out[:0]
	if n == 0 {
		return
	}
	s.pool.Do(n, s.doFinalNorm)
	s.m.head.mul(s.pool, s.logits, s.h, n, false)
	s.addBias(s.logits, s.m.headBias, n)
	for i := range n {
		s.out = append(s.out, s.logits[i*v:(i+1)*v:(i+1)*v])
	}
}
