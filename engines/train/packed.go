package train

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

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
