package train

import (
	"math"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// lane computes loss and gradient of some segments on one thread, with its own
// activations and its own gradient. A step is split over a fixed number of
// lanes, whatever the number of threads, so results do not depend on threads
// and threads never wait for each other inside a step.
type lane struct {
	cfg  model.Config
	w    *model.Weights
	p    *packed
	rope ropeTable
	grad *model.Weights
	loss [parts]float64 // summed weighted cross-entropy, not yet averaged
	unit [parts]float32 // factor from a row's cross-entropy to the total loss

	segs  []segment
	first []int // first row of each segment
	rows  []row

	act []activations // per layer
	// Residual stream after the last layer, and gradients; all row-major.
	x, dx, dh, dqkv, datt, dgu, dact, dmid []float32
	logits, hidden, dhidden                []float32
	hiddenInv                              []float32
	panels                                 kernel.Panels // right-hand side of weight gradients
	attn                                   attention
}

// activations are what one layer's backward pass needs from its forward pass.
type activations struct {
	x, h1, h2, mid []float32 // [rows, hidden]: input, normed input, normed middle, after attention
	inv1, inv2     []float32 // [rows]: inverse root mean squares
	raw, qkv       []float32 // [rows, q+2kv] before and after q/k norm and rotation (raw only with q/k norm)
	qkInv          []float32 // [rows, heads+kvHeads]
	att            []float32 // [rows, q]
	lse            []float32 // [rows, heads]: log of the softmax's denominator
	gu, act        []float32 // [rows, 2·intermediate], [rows, intermediate]
}

// packed holds the weights in the layouts of both directions: y = x·Wᵀ (forward)
// and dx = dy·W (backward).
type packed struct {
	layers             []packedLayer
	head, headBackward *kernel.Panels
}

type packedLayer struct {
	qkv, o, gateUp, down                                 *kernel.Panels
	qkvBackward, oBackward, gateUpBackward, downBackward *kernel.Panels
}

func newPacked(cfg *model.Config) *packed {
	d, f := cfg.HiddenSize, cfg.IntermediateSize
	q, wide := cfg.Heads*cfg.HeadDim, (cfg.Heads+2*cfg.KVHeads)*cfg.HeadDim
	p := &packed{head: kernel.NewPanels(d, cfg.VocabSize), headBackward: kernel.NewPanels(cfg.VocabSize, d)}
	for range cfg.Layers {
		p.layers = append(p.layers, packedLayer{
			qkv: kernel.NewPanels(d, wide), o: kernel.NewPanels(q, d), gateUp: kernel.NewPanels(d, 2*f), down: kernel.NewPanels(f, d),
			qkvBackward: kernel.NewPanels(wide, d), oBackward: kernel.NewPanels(d, q), gateUpBackward: kernel.NewPanels(2*f, d), downBackward: kernel.NewPanels(d, f),
		})
	}
	return p
}

// pack refreshes the panels from the weights, one layer per pool task.
func (p *packed) pack(w *model.Weights, pool *kernel.Pool) {
	pool.Do(len(p.layers)+1, func(i int) {
		both := func(forward, backward *kernel.Panels, weight []float32) {
			forward.PackNT(weight, forward.K) // weight is [out, in]
			backward.PackNN(weight, backward.N)
		}
		if i == len(p.layers) {
			both(p.head, p.headBackward, w.Head)
			return
		}
		l, src := &p.layers[i], &w.Layers[i]
		both(l.qkv, l.qkvBackward, src.QKV)
		both(l.o, l.oBackward, src.O)
		both(l.gateUp, l.gateUpBackward, src.GateUp)
		both(l.down, l.downBackward, src.Down)
	})
}

func newLane(w *model.Weights, p *packed) *lane {
	ln := &lane{cfg: w.Config, w: w, p: p, rope: newRopeTable(w.Config), grad: model.NewWeights(w.Config)}
	ln.act = make([]activations, w.Config.Layers)
	return ln
}

func grow(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n, n+n/4)
	}
	return x[:n]
}

// load takes the segments of the next microbatch.
func (ln *lane) load(segs []segment) {
	ln.segs, ln.first, ln.rows = segs, ln.first[:0], ln.rows[:0]
	for _, s := range segs {
		ln.first = append(ln.first, len(ln.rows))
		ln.rows = append(ln.rows, s.rows...)
	}
	n, c := len(ln.rows), &ln.cfg
	q, wide := c.Heads*c.HeadDim, (c.Heads+2*c.KVHeads)*c.HeadDim
	for i := range ln.act {
		a := &ln.act[i]
		a.x, a.h1, a.h2, a.mid = grow(a.x, n*c.HiddenSize), grow(a.h1, n*c.HiddenSize), grow(a.h2, n*c.HiddenSize), grow(a.mid, n*c.HiddenSize)
		a.inv1, a.inv2 = grow(a.inv1, n), grow(a.inv2, n)
		a.qkv, a.att, a.lse = grow(a.qkv, n*wide), grow(a.att, n*q), grow(a.lse, n*c.Heads)
		if c.QKNorm() {
			a.raw, a.qkInv = grow(a.raw, n*wide), grow(a.qkInv, n*(c.Heads+c.KVHeads))
		}
		a.gu, a.act = grow(a.gu, n*2*c.IntermediateSize), grow(a.act, n*c.IntermediateSize)
	}
	ln.x, ln.dx, ln.dh, ln.dmid = grow(ln.x, n*c.HiddenSize), grow(ln.dx, n*c.HiddenSize), grow(ln.dh, n*c.HiddenSize), grow(ln.dmid, n*c.HiddenSize)
	ln.dqkv, ln.datt = grow(ln.dqkv, n*wide), grow(ln.datt, n*q)
	ln.dgu, ln.dact = grow(ln.dgu, n*2*c.IntermediateSize), grow(ln.dact, n*c.IntermediateSize)
}

// forward fills the activations and leaves the last residual stream in ln.x.
func (ln *lane) forward() {
	c, n := &ln.cfg, len(ln.rows)
	d, f, hd := c.HiddenSize, c.IntermediateSize, c.HeadDim
	q, wide := c.Heads*hd, (c.Heads+2*c.KVHeads)*hd
	eps := float32(c.NormEps)
	for r := range ln.rows {
		id := int(ln.rows[r].token)
		copy(ln.x[r*d:(r+1)*d], ln.w.Embed[id*d:(id+1)*d])
	}
	for i := range ln.act {
		a, w, p := &ln.act[i], &ln.w.Layers[i], &ln.p.layers[i]
		copy(a.x, ln.x)
		for r := range n {
			a.inv1[r] = kernel.RMSNorm(a.h1[r*d:(r+1)*d], a.x[r*d:(r+1)*d], w.AttnNorm, eps)
		}
		kernel.MatMul(a.qkv, wide, a.h1, d, n, p.qkv, false)
		for r := range n {
			ln.finishHeads(a, w, r)
		}
		ln.attn.forward(ln, a)
		copy(a.mid, a.x)
		kernel.MatMul(a.mid, d, a.att, q, n, p.o, true)
		for r := range n {
			a.inv2[r] = kernel.RMSNorm(a.h2[r*d:(r+1)*d], a.mid[r*d:(r+1)*d], w.MLPNorm, eps)
		}
		kernel.MatMul(a.gu, 2*f, a.h2, d, n, p.gateUp, false)
		for r := range n {
			gu := a.gu[r*2*f : (r+1)*2*f]
			kernel.SiluMul(a.act[r*f:(r+1)*f], gu[:f], gu[f:])
		}
		copy(ln.x, a.mid)
		kernel.MatMul(ln.x, d, a.act, f, n, p.down, true)
	}
}

// finishHeads applies bias, q/k norm and rotation to one row of queries and keys.
func (ln *lane) finishHeads(a *activations, w *model.Layer, r int) {
	c := &ln.cfg
	hd := c.HeadDim
	heads := c.Heads + c.KVHeads
	wide := (c.Heads + 2*c.KVHeads) * hd
	row := a.qkv[r*wide : (r+1)*wide]
	if w.QKVBias != nil {
		kernel.Add(row, w.QKVBias)
	}
	if w.QNorm != nil {
		raw := a.raw[r*wide : (r+1)*wide]
		copy(raw, row)
		for h := range heads {
			norm := w.QNorm
			if h >= c.Heads {
				norm = w.KNorm
			}
			a.qkInv[r*heads+h] = kernel.RMSNorm(row[h*hd:(h+1)*hd], raw[h*hd:(h+1)*hd], norm, float32(c.NormEps))
		}
	}
	cos, sin := ln.rope.at(int(ln.rows[r].pos))
	kernel.Rope(row[:heads*hd], hd, cos, sin)
}

// ropeTable holds cos and sin per position, [maxPositions, headDim/2].
type ropeTable struct {
	half     int
	cos, sin []float32
}

func newRopeTable(cfg model.Config) ropeTable {
	cos, sin := cfg.Rotations()
	return ropeTable{cfg.HeadDim / 2, cos, sin}
}

func (t *ropeTable) at(pos int) (cos, sin []float32) {
	return t.cos[pos*t.half : (pos+1)*t.half], t.sin[pos*t.half : (pos+1)*t.half]
}

// crossEntropyRows is how many rows of logits exist at a time.
const crossEntropyRows = 96

// outputs computes the loss and starts the backward pass: it fills ln.dx with
// the gradient of the last residual stream. Logits exist only for rows with a
// target and only a few at a time.
func (ln *lane) outputs() {
	c := &ln.cfg
	d, v := c.HiddenSize, c.VocabSize
	clear(ln.dx)
	ln.logits = grow(ln.logits, crossEntropyRows*v)
	ln.hidden, ln.dhidden = grow(ln.hidden, crossEntropyRows*d), grow(ln.dhidden, crossEntropyRows*d)
	ln.hiddenInv = grow(ln.hiddenInv, crossEntropyRows)
	var group [crossEntropyRows]int
	n := 0
	flush := func() {
		for i, r := range group[:n] {
			ln.hiddenInv[i] = kernel.RMSNorm(ln.hidden[i*d:(i+1)*d], ln.x[r*d:(r+1)*d], ln.w.Norm, float32(c.NormEps))
		}
		kernel.MatMul(ln.logits, v, ln.hidden, d, n, ln.p.head, false)
		for i, r := range group[:n] {
			row := &ln.rows[r]
			ce := kernel.SoftmaxCE(ln.logits[i*v:(i+1)*v], int(row.target), row.weight*ln.unit[row.part])
			ln.loss[row.part] += float64(ce) * float64(row.weight)
		}
		kernel.MatMul(ln.dhidden, d, ln.logits, v, n, ln.p.headBackward, false)
		ln.weightGrad(ln.grad.Head, ln.logits, v, ln.hidden, d, n)
		for i, r := range group[:n] {
			kernel.RMSNormBackward(ln.dx[r*d:(r+1)*d], ln.grad.Norm, ln.dhidden[i*d:(i+1)*d], ln.x[r*d:(r+1)*d], ln.w.Norm, ln.hiddenInv[i])
		}
		n = 0
	}
	for r := range ln.rows {
		if ln.rows[r].target == noTarget {
			continue
		}
		group[n] = r
		if n++; n == crossEntropyRows {
			flush()
		}
	}
	if n > 0 {
		flush()
	}
}

// weightGrad adds dyᵀ·x to dw, where dy is [n, out] and x is [n, in].
func (ln *lane) weightGrad(dw, dy []float32, out int, x []float32, in, n int) {
	ln.panels.Reset(n, in)
	ln.panels.PackNN(x, in)
	kernel.MatMulTA(dw, in, dy, out, out, &ln.panels, true)
}

// backward adds the gradient of everything below the outputs to ln.grad.
func (ln *lane) backward() {
	c, n := &ln.cfg, len(ln.rows)
	d, f, hd := c.HiddenSize, c.IntermediateSize, c.HeadDim
	q, wide := c.Heads*hd, (c.Heads+2*c.KVHeads)*hd
	for i := len(ln.act) - 1; i >= 0; i-- {
		a, w, p, g := &ln.act[i], &ln.w.Layers[i], &ln.p.layers[i], &ln.grad.Layers[i]

		kernel.MatMul(ln.dact, f, ln.dx, d, n, p.downBackward, false)
		ln.weightGrad(g.Down, ln.dx, d, a.act, f, n)
		for r := range n {
			gu, dgu := a.gu[r*2*f:(r+1)*2*f], ln.dgu[r*2*f:(r+1)*2*f]
			kernel.SiluMulBackward(dgu[:f], dgu[f:], ln.dact[r*f:(r+1)*f], gu[:f], gu[f:])
		}
		kernel.MatMul(ln.dh, d, ln.dgu, 2*f, n, p.gateUpBackward, false)
		ln.weightGrad(g.GateUp, ln.dgu, 2*f, a.h2, d, n)
		for r := range n { // ln.dx becomes the gradient of a.mid
			kernel.RMSNormBackward(ln.dx[r*d:(r+1)*d], g.MLPNorm, ln.dh[r*d:(r+1)*d], a.mid[r*d:(r+1)*d], w.MLPNorm, a.inv2[r])
		}

		kernel.MatMul(ln.datt, q, ln.dx, d, n, p.oBackward, false)
		ln.weightGrad(g.O, ln.dx, d, a.att, q, n)
		ln.attn.backward(ln, a)
		for r := range n {
			ln.finishHeadsBackward(a, w, g, r)
		}
		kernel.MatMul(ln.dh, d, ln.dqkv, wide, n, p.qkvBackward, false)
		ln.weightGrad(g.QKV, ln.dqkv, wide, a.h1, d, n)
		for r := range n {
			kernel.RMSNormBackward(ln.dx[r*d:(r+1)*d], g.AttnNorm, ln.dh[r*d:(r+1)*d], a.x[r*d:(r+1)*d], w.AttnNorm, a.inv1[r])
		}
	}
	for r := range ln.rows {
		id := int(ln.rows[r].token)
		kernel.Add(ln.grad.Embed[id*d:(id+1)*d], ln.dx[r*d:(r+1)*d])
	}
}

// finishHeadsBackward undoes finishHeads on one row of ln.dqkv.
func (ln *lane) finishHeadsBackward(a *activations, w, g *model.Layer, r int) {
	c := &ln.cfg
	hd := c.HeadDim
	heads := c.Heads + c.KVHeads
	wide := (c.Heads + 2*c.KVHeads) * hd
	drow := ln.dqkv[r*wide : (r+1)*wide]
	cos, sin := ln.rope.at(int(ln.rows[r].pos))
	kernel.RopeBackward(drow[:heads*hd], hd, cos, sin)
	if w.QNorm != nil {
		raw := a.raw[r*wide : (r+1)*wide]
		var dy [256]float32
		tmp := dy[:0]
		if hd > len(dy) {
			tmp = make([]float32, 0, hd)
		}
		for h := range heads {
			norm, dnorm := w.QNorm, g.QNorm
			if h >= c.Heads {
				norm, dnorm = w.KNorm, g.KNorm
			}
			dhead := drow[h*hd : (h+1)*hd]
			tmp = append(tmp[:0], dhead...)
			clear(dhead)
			kernel.RMSNormBackward(dhead, dnorm, tmp, raw[h*hd:(h+1)*hd], norm, a.qkInv[r*heads+h])
		}
	}
	if w.QKVBias != nil {
		kernel.Add(g.QKVBias, drow)
	}
}

// step runs one microbatch; unit holds the factor of each part.
func (ln *lane) step(segs []segment, unit [parts]float32) {
	ln.unit = unit
	ln.load(segs)
	ln.forward()
	ln.outputs()
	ln.backward()
}

// invSqrt is 1/√n, the attention scale.
func invSqrt(n int) float32 { return float32(1 / math.Sqrt(float64(n))) }
