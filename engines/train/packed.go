package train

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// packed holds the weights in the layouts of both directions.
type packed struct {
	products  Products
	rotations *model.Rotations
	layers    []packedLayer
	head      linear
}

type packedLayer struct{ qkv, o, gateUp, down linear }

func newPacked(cfg *model.Config, products Products) *packed {
	return &packed{products: products, rotations: cfg.Rotations(), layers: make([]packedLayer, cfg.Layers)}
}

// pack refreshes the factors from the weights, one layer per pool task.
func (p *packed) pack(w *model.Weights, pool *kernel.Pool) {
	c := &w.Config
	pool.Do(len(p.layers)+1, func(i int) {
		if i == len(p.layers) {
			p.head.pack(p.products, w.Head, c.HiddenSize)
			return
		}
		l, src := &p.layers[i], &w.Layers[i]
		l.qkv.pack(p.products, src.QKV, c.HiddenSize)
		l.o.pack(p.products, src.O, c.Heads*c.HeadDim)
		l.gateUp.pack(p.products, src.GateUp, c.HiddenSize)
		l.down.pack(p.products, src.Down, c.IntermediateSize)
	})
}
