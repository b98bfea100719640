package train

import (
	"math"

	"dllmbench/engines/internal/kernel"
)

// attention is the scratch of the training attention. Scores exist for one tile
// of rows at a time and are computed again in the backward pass from the saved
// log-sum-exp (FlashAttention, arXiv 2205.14135, section 3.1), and a tile only
// touches keys that at least one of its rows may see.
type attention struct {
	kT, vT, k, v   kernel.Panels // keys and values as right-hand sides: [dim × keys] and [keys × dim]
	qTile, doTile  kernel.Panels // query and output gradient tile as right-hand side: [rows × dim]
	scores, dprobs []float32     // [tileRows, width]
}

// tileRows is how many query rows share one tile of scores.
const tileRows = 32

// tile is a run of rows of one segment and the two ranges of keys, [0, prefix)
// and [from, to), that they may see, rounded to whole panels. In a score row
// the second range follows the first.
type tile struct {
	lo, n    int // first row within the segment, number of rows
	prefix   int
	from, to int
	width    int
	segRows  []row
}

func roundUp(n int) int { return (n + kernel.PanelWidth - 1) / kernel.PanelWidth * kernel.PanelWidth }

// tiles calls do for every tile of a segment.
func tiles(seg *segment, do func(t *tile)) {
	n := len(seg.rows)
	for lo := 0; lo < n; {
		hi := min(lo+tileRows, n)
		if lo < seg.split {
			hi = min(hi, seg.split)
		}
		t := tile{lo: lo, n: hi - lo, segRows: seg.rows}
		from, to := n, 0
		for i := lo; i < hi; i++ {
			r := &seg.rows[i]
			t.prefix = max(t.prefix, int(r.prefix))
			if r.to > r.from {
				from, to = min(from, int(r.from)), max(to, int(r.to))
			}
		}
		t.prefix = roundUp(t.prefix)
		if from < to {
			t.from, t.to = from/kernel.PanelWidth*kernel.PanelWidth, roundUp(to)
		}
		t.width = t.prefix + t.to - t.from
		do(&t)
		lo = hi
	}
}

// eachRange calls do for the key ranges of the tile: score column, first key, count.
func (t *tile) eachRange(do func(column, key, n int)) {
	if t.prefix > 0 {
		do(0, 0, t.prefix)
	}
	if t.to > t.from {
		do(t.prefix, t.from, t.to-t.from)
	}
}

// mask sets the scores of keys that row i of the tile may not see to -∞.
func (t *tile) mask(scores []float32, i int) {
	r := &t.segRows[t.lo+i]
	hide(scores[r.prefix:t.prefix])
	if t.to > t.from {
		second := scores[t.prefix:t.width]
		lo, hi := int(r.from)-t.from, int(r.to)-t.from
		if r.to <= r.from {
			lo, hi = 0, 0
		}
		hide(second[:lo])
		hide(second[hi:])
	}
}

var minusInf = float32(math.Inf(-1))

func hide(x []float32) {
	for i := range x {
		x[i] = minusInf
	}
}

// columns is the view of a [dim × keys] right-hand side from key on.
func columns(p *kernel.Panels, key, n int) kernel.Panels {
	return kernel.Panels{K: p.K, N: n, Stride: p.Stride, Data: p.Data[key/kernel.PanelWidth*p.Stride:]}
}

// lines is the view of a [keys × dim] right-hand side from key on. Keys beyond
// the segment have no storage: their probability is 0, so they are left out.
func lines(p *kernel.Panels, key, n int) kernel.Panels {
	return kernel.Panels{K: min(n, p.K-key), N: p.N, Stride: p.Stride, Data: p.Data[key*kernel.PanelWidth:]}
}

// scoresOf fills at.scores with masked, unscaled scores of the tile.
func (at *attention) scoresOf(t *tile, q []float32, ld int) {
	at.scores = grow(at.scores, tileRows*t.width)
	t.eachRange(func(column, key, n int) {
		k := columns(&at.kT, key, n)
		kernel.MatMul(at.scores[column:], t.width, q, ld, t.n, &k, false)
	})
	for i := range t.n {
		t.mask(at.scores[i*t.width:(i+1)*t.width], i)
	}
}

// walk calls group for each segment and head of keys and values, and then do for
// each tile of rows of each query head h that reads them. first is the first row of
// the segment.
func (ln *lane) walk(group func(first, n, kv int), do func(t *tile, first, h, kv int)) {
	queries := ln.cfg.Heads / ln.cfg.KVHeads
	for s := range ln.segs {
		seg, first := &ln.segs[s], ln.first[s]
		for kv := range ln.cfg.KVHeads {
			group(first, len(seg.rows), kv)
			for h := kv * queries; h < (kv+1)*queries; h++ {
				tiles(seg, func(t *tile) { do(t, first, h, kv) })
			}
		}
	}
}

func (at *attention) forward(ln *lane, a *activations) {
	c := &ln.cfg
	hd, q := c.HeadDim, c.Heads*c.HeadDim
	wide, scale := q+2*c.KVHeads*hd, invSqrt(hd)
	ln.walk(func(first, n, kv int) {
		base := a.qkv[first*wide:]
		pack(&at.kT, base[q+kv*hd:], wide, hd, n, true)
		pack(&at.v, base[q+(c.KVHeads+kv)*hd:], wide, n, hd, false)
	}, func(t *tile, first, h, _ int) {
		r0 := first + t.lo
		at.scoresOf(t, a.qkv[r0*wide+h*hd:], wide)
		for i := range t.n {
			top, sum := kernel.Softmax(at.scores[i*t.width:(i+1)*t.width], scale)
			a.lse[(r0+i)*c.Heads+h] = top + float32(math.Log(float64(sum)))
		}
		t.eachRange(func(column, key, n int) {
			v := lines(&at.v, key, n)
			kernel.MatMul(a.att[r0*q+h*hd:], q, at.scores[column:], t.width, t.n, &v, column > 0)
		})
	})
}

// backward turns ln.datt into ln.dqkv.
func (at *attention) backward(ln *lane, a *activations) {
	c := &ln.cfg
	hd, q := c.HeadDim, c.Heads*c.HeadDim
	wide, scale := q+2*c.KVHeads*hd, invSqrt(hd)
	clear(ln.dqkv)
	ln.walk(func(first, n, kv int) {
		keys, values := a.qkv[first*wide+q+kv*hd:], a.qkv[first*wide+q+(c.KVHeads+kv)*hd:]
		pack(&at.kT, keys, wide, hd, n, true)
		pack(&at.k, keys, wide, n, hd, false)
		pack(&at.vT, values, wide, hd, n, true)
	}, func(t *tile, first, h, kv int) {
		r0 := first + t.lo
		queries, dout := a.qkv[r0*wide+h*hd:], ln.datt[r0*q+h*hd:]
		at.scoresOf(t, queries, wide)
		at.dprobs = grow(at.dprobs, tileRows*t.width)
		t.eachRange(func(column, key, n int) {
			v := columns(&at.vT, key, n)
			kernel.MatMul(at.dprobs[column:], t.width, dout, q, t.n, &v, false)
		})
		for i := range t.n {
			r := r0 + i
			dot := kernel.Dot(ln.datt[r*q+h*hd:r*q+(h+1)*hd], a.att[r*q+h*hd:r*q+(h+1)*hd])
			p, dp := at.scores[i*t.width:(i+1)*t.width], at.dprobs[i*t.width:(i+1)*t.width]
			kernel.ExpShift(p, p, scale, a.lse[r*c.Heads+h])
			softmaxBackward(dp, p, dot, scale)
		}
		pack(&at.qTile, queries, wide, t.n, hd, false)
		pack(&at.doTile, dout, q, t.n, hd, false)
		t.eachRange(func(column, key, n int) {
			k := lines(&at.k, key, n)
			kernel.MatMul(ln.dqkv[r0*wide+h*hd:], wide, at.dprobs[column:], t.width, t.n, &k, column > 0)
			dkeys := ln.dqkv[(first+key)*wide+q+kv*hd:]
			kernel.MatMulTA(dkeys, wide, at.dprobs[column:], t.width, k.K, &at.qTile, true)
			kernel.MatMulTA(dkeys[c.KVHeads*hd:], wide, at.scores[column:], t.width, k.K, &at.doTile, true)
		})
	})
}

// softmaxBackward turns the gradient of probabilities p into that of the
// unscaled scores, in place: dp = p·(dp - dot)·scale with dot = Σ p·dp.
func softmaxBackward(dp, p []float32, dot, scale float32) {
	for i, x := range p {
		dp[i] = x * (dp[i] - dot) * scale
	}
}

// invSqrt is 1/√n, the attention scale.
func invSqrt(n int) float32 { return float32(1 / math.Sqrt(float64(n))) }
