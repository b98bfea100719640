package train

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// packed holds the weights in the layouts of both directions: y = x·Wᵀ (forward)
// and dx = dy·W (backward).
type packed struct {
	products           Products
	rotations          *model.Rotations
	layers             []packedLayer
	head, headBackward *factor
}

type packedLayer struct {
	qkv, o, gateUp, down                                 *factor
	qkvBackward, oBackward, gateUpBackward, downBackward *factor
}

func newPacked(cfg *model.Config, products Products) *packed {
	d, f := cfg.HiddenSize, cfg.IntermediateSize
	q, wide := cfg.Heads*cfg.HeadDim, (cfg.Heads+2*cfg.KVHeads)*cfg.HeadDim
	factor := func(k, n int) *factor { return newFactor(products, k, n) }
	p := &packed{products: products, rotations: cfg.Rotations(), head: factor(d, cfg.VocabSize), headBackward: factor(cfg.VocabSize, d)}
	for range cfg.Layers {
		p.layers = append(p.layers, packedLayer{
			qkv: factor(d, wide), o: factor(q, d), gateUp: factor(d, 2*f), down: factor(f, d),
			qkvBackward: factor(wide, d), oBackward: factor(d, q), gateUpBackward: factor(2*f, d), downBackward: factor(d, f),
		})
	}
	return p
}

// pack refreshes the factors from the weights, one layer per pool task.
func (p *packed) pack(w *model.Weights, pool *kernel.Pool) {
	pool.Do(len(p.layers)+1, func(i int) {
		both := func(forward, backward *factor, weight []float32) {
			forward.packTransposed(weight, forward.k) // weight is [out, in]
			backward.pack(weight, backward.n)
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
