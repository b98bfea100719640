package train

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

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
		ln.products.mul(ln.logits, ln.hidden, n, &ln.p.head.forward, false)
		for i, r := range group[:n] {
			row := &ln.rows[r]
			ce := kernel.SoftmaxCE(ln.logits[i*v:(i+1)*v], int(row.target), row.weight*ln.unit[row.part])
			ln.loss[row.part] += float64(ce) * float64(row.weight)
		}
		ln.products.backward(&ln.p.head, ln.dhidden, ln.grad.Head, ln.logits, ln.hidden, n)
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

// backward adds the gradient of everything below the outputs to ln.grad.
func (ln *lane) backward() {
	c, n := &ln.cfg, len(ln.rows)
	d := c.HiddenSize
	for i := len(ln.act) - 1; i >= 0; i-- {
		a, w, p, g := &ln.act[i], &ln.w.Layers[i], &ln.p.layers[i], &ln.grad.Layers[i]

		ln.mlpBackward(i)

		ln.products.backward(&p.o, ln.datt, g.O, ln.dx, a.att, n)
		ln.attn.backward(ln, a)
		for r := range n {
			ln.finishHeadsBackward(a, w, g, r)
		}
		ln.products.backward(&p.qkv, ln.dh, g.QKV, ln.dqkv, a.h1, n)
		for r := range n {
			kernel.RMSNormBackward(ln.dx[r*d:(r+1)*d], g.AttnNorm, ln.dh[r*d:(r+1)*d], a.x[r*d:(r+1)*d], w.AttnNorm, a.inv1[r])
		}
	}
	for r := range ln.rows {
		id := int(ln.rows[r].token)
		kernel.Add(ln.grad.Embed[id*d:(id+1)*d], ln.dx[r*d:(r+1)*d])
	}
}

// mlpBackward turns ln.dx, the gradient of what leaves layer i, into that of a.mid.
func (ln *lane) mlpBackward(i int) {
	c, a, w, p, g := &ln.cfg, &ln.act[i], &ln.w.Layers[i], &ln.p.layers[i], &ln.grad.Layers[i]
	d, f, n, dy := c.HiddenSize, c.IntermediateSize, len(ln.rows), ln.dx
	last := i == len(ln.act)-1
	if last { // the gradient of all other rows is 0
		n, dy = len(ln.open), ln.some
		gather(dy, ln.dx, ln.open, d)
	}
	if n == 0 {
		return
	}
	ln.products.backward(&p.down, ln.dact, g.Down, dy, a.act, n)
	for r := range n {
		gu, dgu := a.gu[r*2*f:(r+1)*2*f], ln.dgu[r*2*f:(r+1)*2*f]
		kernel.SiluMulBackward(dgu[:f], dgu[f:], ln.dact[r*f:(r+1)*f], gu[:f], gu[f:])
	}
	ln.products.backward(&p.gateUp, ln.dh, g.GateUp, ln.dgu, a.h2, n)
	for j := range n {
		r := j
		if last {
			r = ln.open[j]
		}
		kernel.RMSNormBackward(ln.dx[r*d:(r+1)*d], g.MLPNorm, ln.dh[j*d:(j+1)*d], a.mid[r*d:(r+1)*d], w.MLPNorm, a.inv2[j])
	}
}

// finishHeadsBackward undoes finishHeads on one row of ln.dqkv.
func (ln *lane) finishHeadsBackward(a *activations, w, g *model.Layer, r int) {
	c := &ln.cfg
	hd := c.HeadDim
	heads := c.Heads + c.KVHeads
	wide := (c.Heads + 2*c.KVHeads) * hd
	drow := ln.dqkv[r*wide : (r+1)*wide]
	cos, sin := ln.rope.At(int(ln.rows[r].pos))
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
