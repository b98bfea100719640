package train

import (
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
	rope *model.Angles // of the positions at work
	grad *model.Weights
	loss [parts]float64 // summed weighted cross-entropy, not yet averaged
	unit [parts]float32 // factor from a row's cross-entropy to the total loss

	segs  []segment
	first []int // first row of each segment
	rows  []row
	open  []int // rows with a target: of the last layer's MLP only their output counts

	act []activations // per layer
	// Residual stream after the last layer, and gradients; all row-major.
	x, dx, dh, dqkv, datt, dgu, dact []float32
	some                             []float32 // rows of x or dx that an MLP works on, gathered
	logits, hidden, dhidden          []float32
	hiddenInv                        []float32
	products                         multiplier
	attn                             attention
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

func newLane(w *model.Weights, p *packed) *lane {
	return &lane{
		cfg: w.Config, w: w, p: p, grad: model.NewWeights(w.Config),
		products: multiplier{products: p.products}, act: make([]activations, w.Config.Layers),
	}
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
	ln.open = ln.open[:0]
	last := int32(0)
	for r := range ln.rows {
		last = max(last, ln.rows[r].pos)
		if ln.rows[r].target != noTarget {
			ln.open = append(ln.open, r)
		}
	}
	ln.rope = ln.p.rotations.Upto(int(last) + 1)
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
	ln.x, ln.dx, ln.dh = grow(ln.x, n*c.HiddenSize), grow(ln.dx, n*c.HiddenSize), grow(ln.dh, n*c.HiddenSize)
	ln.some = grow(ln.some, n*c.HiddenSize)
	ln.dqkv, ln.datt = grow(ln.dqkv, n*wide), grow(ln.datt, n*q)
	ln.dgu, ln.dact = grow(ln.dgu, n*2*c.IntermediateSize), grow(ln.dact, n*c.IntermediateSize)
}

// step runs one microbatch; unit holds the factor of each part.
func (ln *lane) step(segs []segment, unit [parts]float32) {
	ln.unit = unit
	ln.load(segs)
	ln.forward()
	ln.outputs()
	ln.backward()
}
