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
	chunk     int                                // rows of a task of the element-wise steps
	kvChunk   int                                // rows of a task of kvRow: neighbours in a cache share its lines
	all       []row                              // one per row of the batch
	rows      []row                              // those that the layer at work computes: all, or in a partial pass some
	heads     []headRef                          // the attention of rows
	together  int                                // of heads, in one task of the pool
	tiles     []tile                             // of it, where it is shared out by keys
	logitRows []int                              // batch rows whose logits are wanted
	each      func(window, i int, row []float32) // takes them, if it is not nil
	places    [][2]int                           // of logitRows, for it
	given     int                                // of them, the first in logits
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
	scratch                         []attending // one per thread

	// Bound once, so that handing them to the pool does not allocate.
	doEmbed, doAttnNorm, doKV, doAttention, doTile, doFold, doMLPNorm, doActivate, doRoute, doFinalNorm, doBias, doOutNorm, doGive func(int)
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

// What one task of the element-wise steps handles: as few rows as keep all threads busy,
// but not so few numbers that starting it costs more.
const (
	mostChunk  = 16
	leastChunk = 4096 // numbers
)

func chunkOf(n, width, threads int) int {
	return max(1, min(mostChunk, max(n/(4*threads), leastChunk/width)))
}

// NewSession prepares a session that uses the given number of threads (≥ 1).
func NewSession(m *Model, threads int) *Session {
	s := &Session{m: m, pool: newProducts(threads), scratch: make([]attending, threads)}
	s.doEmbed = s.chunked(s.embedRow)
	s.doAttnNorm = s.chunked(s.attnNormRow)
	s.doKV = func(task int) {
		for r := s.kvChunk * task; r < min(s.kvChunk*(task+1), len(s.rows)); r++ {
			s.kvRow(r)
		}
	}
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
	s.doAttention, s.doTile, s.doFold = s.attend, s.attendTile, s.foldTiles
	s.doFinalNorm, s.doGive = s.finalNormRow, s.give
	return s
}

var _ network.Streamer = (*Session)(nil)

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
	return s.ForwardEach(batch, nil)
}

// ForwardEach implements network.Streamer.
func (s *Session) ForwardEach(batch []network.Window, each func(window, i int, row []float32)) (network.Pass, error) {
	s.each = each
	if err := s.m.check(batch); err != nil {
		return network.Pass{}, err
	}
	s.begin(batch)
	s.pool.Do(s.chunks(len(s.all)), s.doEmbed)
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
	s.caches, s.all, s.costs, s.logitRows, s.places = s.caches[:0], s.all[:0], s.costs[:0], s.logitRows[:0], s.places[:0]
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
		for k, r := range w.Logits {
			s.logitRows, s.places = append(s.logitRows, first+r), append(s.places, [2]int{i, k})
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
	s.chunk = chunkOf(n, m.cfg.HiddenSize, s.Threads())
	q, kv := m.cfg.Heads*m.cfg.HeadDim, m.cfg.KVHeads*m.cfg.HeadDim
	s.x = grow(s.x, n*m.cfg.HiddenSize)
	s.h = grow(s.h, max(n, len(s.logitRows))*m.cfg.HiddenSize)
	s.qkv = grow(s.qkv, n*(q+2*kv))
	s.att = grow(s.att, n*q)
	inner := m.cfg.inner()
	s.gu = grow(s.gu, min(n, feedRows)*2*inner)
	s.act = grow(s.act, min(n, feedRows)*inner)
	s.mix.begin(&m.cfg, n)
	wanted := len(s.logitRows)
	if s.each != nil {
		wanted = min(wanted, givenRows)
	}
	s.logits = grow(s.logits, wanted*m.cfg.VocabSize)
}

func grow[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

// chunks is the number of pool tasks for a step on n rows.
func (s *Session) chunks(n int) int { return (n + s.chunk - 1) / s.chunk }

// chunked turns a step on one of s.rows into a pool task on s.chunk rows.
func (s *Session) chunked(step func(int)) func(int) {
	return func(chunk int) {
		for r := chunk * s.chunk; r < min((chunk+1)*s.chunk, len(s.rows)); r++ {
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

func (s *Session) finalNormRow(i int) {
	s.normRow(i, s.logitRows[i], s.m.norm, s.m.normBias)
}

// project computes the logits of the rows that were asked for.
func (s *Session) project() {
	n, v := len(s.logitRows), s.m.cfg.VocabSize
	s.out = s.out[:0]
	if n == 0 {
		return
	}
	s.pool.Do(n, s.doFinalNorm)
	if s.each != nil {
		for s.given = 0; s.given < n; s.given += givenRows {
			rows := min(givenRows, n-s.given)
			s.head(s.given, rows)
			s.pool.Do(rows, s.doGive)
		}
		return
	}
	s.head(0, n)
	for i := range n {
		s.out = append(s.out, s.logits[i*v:(i+1)*v:(i+1)*v])
	}
}

// givenRows is how many rows of logits there are at a time where they are given away:
// enough for wide products.
const givenRows = 64

// head computes the logits of some of the rows that were asked for.
func (s *Session) head(first, n int) {
	s.m.head.mul(s.pool, s.logits, s.h[first*s.m.cfg.HiddenSize:], n, false)
	s.addBias(s.logits, s.m.headBias, n)
}

func (s *Session) give(i int) {
	v, at := s.m.cfg.VocabSize, s.places[s.given+i]
	s.each(at[0], at[1], s.logits[i*v:(i+1)*v:(i+1)*v])
}
