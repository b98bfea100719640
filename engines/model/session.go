package model

import (
	"math"

	"dllmbench/engines/internal/kernel"
)

// Session runs forward passes of one model. It owns the scratch memory and the
// worker threads, so that a pass allocates nothing once it has seen its largest
// batch. A Session is not safe for concurrent use.
type Session struct {
	m    *Model
	pool *kernel.Pool

	batch     []Window
	layer     int
	rows      []rowRef  // one per row of the batch
	heads     []headRef // one per window and kv head
	logitRows []int     // batch rows whose logits are wanted
	costs     []Cost
	out       [][]float32
	tally     Tally

	x, h, qkv, att, gu, act, logits []float32
	scratch                         chan []float32 // score tiles, one per thread

	// Bound once, so that handing them to the pool does not allocate.
	doEmbed, doAttnNorm, doKV, doAttention, doMLPNorm, doSilu, doFinalNorm func(int)
}

type rowRef struct {
	window, row int // row within the window
}

type headRef struct {
	window, kvHead int
	first          int // first batch row of the window
}

// rowChunk is how many rows one task of the element-wise steps handles.
const rowChunk = 16

// scoreRows is how many query rows share one tile of attention scores.
const scoreRows = 48

// NewSession prepares a session that uses the given number of threads (≥ 1).
func NewSession(m *Model, threads int) *Session {
	s := &Session{m: m, pool: kernel.NewPool(threads), scratch: make(chan []float32, threads)}
	for range threads {
		s.scratch <- nil
	}
	s.doEmbed = s.chunked(s.embedRow)
	s.doAttnNorm = s.chunked(s.attnNormRow)
	s.doKV = s.chunked(s.kvRow)
	s.doMLPNorm = s.chunked(s.mlpNormRow)
	s.doSilu = s.chunked(s.siluRow)
	s.doAttention = s.attend
	s.doFinalNorm = s.finalNormRow
	return s
}

// Model returns the model the session runs.
func (s *Session) Model() *Model { return s.m }

// Threads is the number of threads a pass uses.
func (s *Session) Threads() int { return s.pool.Threads() }

// Close stops the worker threads.
func (s *Session) Close() { s.pool.Close() }

// NewCache makes an empty cache for up to capacity positions.
func (s *Session) NewCache(capacity int) *Cache { return newCache(s.m.cfg, capacity) }

// Tally is all that a session has computed since it was made, whoever asked for
// it. Decoders count their own work request by request; the tally tells whether
// they forgot any.
type Tally struct {
	Passes int64
	Rows   int64 // rows pushed through the network
}

// Tally returns the session's tally.
func (s *Session) Tally() Tally { return s.tally }

// Pass is the outcome of one forward pass. Its slices are valid until the next
// pass of the same session.
type Pass struct {
	// Logits has one row of VocabSize values per row asked for, in the order of
	// the batch and then of Window.Logits.
	Logits [][]float32
	Cost   []Cost // per window
	Bytes  int64  // bytes of weights read by the whole pass
}

// Forward runs one pass over all windows of the batch; the windows may differ
// in length, position and mask. Each output row is computed by the same
// operations in the same order whatever else is in the batch, so a row's
// logits are bit-identical alone, batched, cached or recomputed.
//
// The error is non-nil when a window breaks a rule stated at Window; nothing is
// computed then.
func (s *Session) Forward(batch []Window) (Pass, error) {
	m := s.m
	if err := m.check(batch); err != nil {
		return Pass{}, err
	}
	s.begin(batch)
	if len(batch) > 0 && batch[0].Partial != nil {
		return s.partial()
	}
	d, f := m.cfg.HiddenSize, m.cfg.IntermediateSize
	q := m.cfg.Heads * m.cfg.HeadDim
	wide := q + 2*m.cfg.KVHeads*m.cfg.HeadDim
	n := len(s.rows)
	chunks := (n + rowChunk - 1) / rowChunk

	s.pool.Do(chunks, s.doEmbed)
	for s.layer = range m.layers {
		l := &m.layers[s.layer]
		s.pool.Do(chunks, s.doAttnNorm)
		s.pool.MatMul(s.qkv, wide, s.h, d, n, l.qkv, false)
		s.pool.Do(chunks, s.doKV)
		s.pool.Do(len(s.heads), s.doAttention)
		s.pool.MatMul(s.x, d, s.att, q, n, l.o, true)
		s.pool.Do(chunks, s.doMLPNorm)
		s.pool.MatMul(s.gu, 2*f, s.h, d, n, l.gateUp, false)
		s.pool.Do(chunks, s.doSilu)
		s.pool.MatMul(s.x, d, s.act, f, n, l.down, true)
	}
	s.project()

	return s.pass(n), nil
}

// pass is the outcome of a pass over n rows.
func (s *Session) pass(n int) Pass {
	d := int64(s.m.cfg.HiddenSize)
	pass := Pass{Logits: s.out, Cost: s.costs, Bytes: s.m.bodyBytes + 4*int64(n)*d}
	if len(s.logitRows) > 0 {
		pass.Bytes += 4 * d * int64(s.m.cfg.VocabSize)
	}
	s.tally.Passes++
	for _, c := range s.costs {
		s.tally.Rows += c.QueryTokens
	}
	return pass
}

// begin lays out the batch: rows, attention tasks, costs, and scratch sizes.
func (s *Session) begin(batch []Window) {
	m := s.m
	s.batch = batch
	s.rows, s.heads, s.costs, s.logitRows = s.rows[:0], s.heads[:0], s.costs[:0], s.logitRows[:0]
	for i := range batch {
		w := &batch[i]
		first := len(s.rows)
		for r := range w.Tokens {
			s.rows = append(s.rows, rowRef{i, r})
		}
		for h := range m.cfg.KVHeads {
			s.heads = append(s.heads, headRef{i, h, first})
		}
		for _, r := range w.Logits {
			s.logitRows = append(s.logitRows, first+r)
		}
		s.costs = append(s.costs, m.Cost(w, 0, len(w.Tokens)))
		w.Cache.length = max(w.Cache.length, w.end())
	}
	n := len(s.rows)
	q, kv := m.cfg.Heads*m.cfg.HeadDim, m.cfg.KVHeads*m.cfg.HeadDim
	s.x = grow(s.x, n*m.cfg.HiddenSize)
	s.h = grow(s.h, max(n, len(s.logitRows))*m.cfg.HiddenSize)
	s.qkv = grow(s.qkv, n*(q+2*kv))
	s.att = grow(s.att, n*q)
	s.gu = grow(s.gu, n*2*m.cfg.IntermediateSize)
	s.act = grow(s.act, n*m.cfg.IntermediateSize)
	s.logits = grow(s.logits, len(s.logitRows)*m.cfg.VocabSize)
}

func grow(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// chunked turns a step on one row into a pool task on rowChunk rows.
func (s *Session) chunked(row func(int)) func(int) {
	return func(chunk int) {
		for r := chunk * rowChunk; r < min((chunk+1)*rowChunk, len(s.rows)); r++ {
			row(r)
		}
	}
}

func (s *Session) embedRow(r int) {
	d := s.m.cfg.HiddenSize
	ref := s.rows[r]
	id := int(s.batch[ref.window].Tokens[ref.row])
	copy(s.x[r*d:(r+1)*d], s.m.embed[id*d:(id+1)*d])
}

func (s *Session) attnNormRow(r int) { s.normRow(s.h, r, r, s.m.layers[s.layer].attnNorm) }
func (s *Session) mlpNormRow(r int)  { s.normRow(s.h, r, r, s.m.layers[s.layer].mlpNorm) }

func (s *Session) normRow(dst []float32, to, from int, weight []float32) {
	d := s.m.cfg.HiddenSize
	kernel.RMSNorm(dst[to*d:(to+1)*d], s.x[from*d:(from+1)*d], weight, float32(s.m.cfg.NormEps))
}

// kvRow finishes a row's query and key (bias, norm, rotation) and stores its
// key and value in the cache.
func (s *Session) kvRow(r int) {
	cfg, l, ref := &s.m.cfg, &s.m.layers[s.layer], s.rows[r]
	w := &s.batch[ref.window]
	hd := cfg.HeadDim
	q, kv := cfg.Heads*hd, cfg.KVHeads*hd
	row := s.qkv[r*(q+2*kv) : (r+1)*(q+2*kv)]
	if l.qkvBias != nil {
		kernel.Add(row, l.qkvBias)
	}
	if l.qNorm != nil {
		eps := float32(cfg.NormEps)
		for i := 0; i < q; i += hd {
			kernel.RMSNorm(row[i:i+hd], row[i:i+hd], l.qNorm, eps)
		}
		for i := q; i < q+kv; i += hd {
			kernel.RMSNorm(row[i:i+hd], row[i:i+hd], l.kNorm, eps)
		}
	}
	pos := w.Position(ref.row)
	cos, sin := s.m.rotation(pos)
	kernel.Rope(row[:q+kv], hd, cos, sin)
	w.Cache.write(s.layer, pos, row[q:q+kv], row[q+kv:])
}

// attend computes the attention of one window's query heads that share one
// key/value head, a tile of scoreRows rows at a time.
func (s *Session) attend(task int) {
	cfg, ref := &s.m.cfg, s.heads[task]
	w := &s.batch[ref.window]
	hd, q := cfg.HeadDim, cfg.Heads*cfg.HeadDim
	wide := q + 2*cfg.KVHeads*hd
	group := cfg.Heads / cfg.KVHeads
	scale := float32(1 / math.Sqrt(float64(hd)))
	scores := <-s.scratch
	for t := 0; t < len(w.Tokens); t += scoreRows {
		n := min(scoreRows, len(w.Tokens)-t)
		keys := 0
		for _, v := range w.Visible[t : t+n] {
			keys = max(keys, v)
		}
		ld := roundUp(keys, kernel.PanelWidth)
		scores = grow(scores, scoreRows*ld)
		k, v := w.Cache.keys(s.layer, ref.kvHead, keys), w.Cache.values(s.layer, ref.kvHead, keys)
		for g := range group {
			head := ref.kvHead*group + g
			kernel.MatMul(scores, ld, s.qkv[(ref.first+t)*wide+head*hd:], wide, n, &k, false)
			for i := range n {
				row := scores[i*ld : i*ld+keys]
				visible := w.Visible[t+i]
				kernel.Softmax(row[:visible], scale)
				clear(row[visible:])
			}
			kernel.MatMul(s.att[(ref.first+t)*q+head*hd:], q, scores, ld, n, &v, false)
		}
	}
	s.scratch <- scores
}

func (s *Session) siluRow(r int) {
	f := s.m.cfg.IntermediateSize
	gu := s.gu[r*2*f : (r+1)*2*f]
	kernel.SiluMul(s.act[r*f:(r+1)*f], gu[:f], gu[f:])
}

func (s *Session) finalNormRow(i int) { s.normRow(s.h, i, s.logitRows[i], s.m.norm) }

// project computes the logits of the rows that were asked for.
func (s *Session) project() {
	n, v := len(s.logitRows), s.m.cfg.VocabSize
	s.out = s.out[:0]
	if n == 0 {
		return
	}
	s.pool.Do(n, s.doFinalNorm)
	s.pool.MatMul(s.logits, v, s.h, s.m.cfg.HiddenSize, n, s.m.head, false)
	for i := range n {
		s.out = append(s.out, s.logits[i*v:(i+1)*v:(i+1)*v])
	}
}
