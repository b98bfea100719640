package train

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// forward fills the activations and leaves the last residual stream in ln.x.
func (ln *lane) forward() {
	c, n := &ln.cfg, len(ln.rows)
	d, eps := c.HiddenSize, float32(c.NormEps)
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
		ln.products.mul(a.qkv, a.h1, n, &p.qkv.forward, false)
		for r := range n {
			ln.finishHeads(a, w, r)
		}
		ln.attn.forward(ln, a)
		copy(a.mid, a.x)
		ln.products.mul(a.mid, a.att, n, &p.o.forward, true)
		ln.mlp(i)
	}
}

// mlp adds the MLP of layer i to the residual stream. In the last layer only rows
// with a target go through it: no other row's output is read.
func (ln *lane) mlp(i int) {
	c, a, w, p := &ln.cfg, &ln.act[i], &ln.w.Layers[i], &ln.p.layers[i]
	d, f, n := c.HiddenSize, c.IntermediateSize, len(ln.rows)
	x, in, eps := ln.x, a.mid, float32(c.NormEps)
	last := i == len(ln.act)-1
	if last {
		n, x, in = len(ln.open), ln.some, ln.some
		gather(in, a.mid, ln.open, d)
	} else {
		copy(x, in)
	}
	for r := range n {
		a.inv2[r] = kernel.RMSNorm(a.h2[r*d:(r+1)*d], in[r*d:(r+1)*d], w.MLPNorm, eps)
	}
	ln.products.mul(a.gu, a.h2, n, &p.gateUp.forward, false)
	for r := range n {
		gu := a.gu[r*2*f : (r+1)*2*f]
		kernel.SiluMul(a.act[r*f:(r+1)*f], gu[:f], gu[f:])
	}
	ln.products.mul(x, a.act, n, &p.down.forward, true)
	if last {
		for j, r := range ln.open {
			copy(ln.x[r*d:(r+1)*d], x[j*d:(j+1)*d])
		}
	}
}

// gather copies some rows of d numbers to the front of dst.
func gather(dst, src []float32, rows []int, d int) {
	for j, r := range rows {
		copy(dst[j*d:(j+1)*d], src[r*d:(r+1)*d])
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
	cos, sin := ln.rope.At(int(ln.rows[r].pos))
	kernel.Rope(row[:heads*hd], hd, cos, sin)
}
