package train

import (
	"fmt"
	"slices"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// Products is the arithmetic of products of weights.
type Products string

// The kinds of products. Split bfloat16 (kernel.Split) needs a CPU with tile
// registers. Everything else of a step is float32 with either.
const (
	Float32    Products = "float32"    // the default: relative errors of 2⁻²⁴ a factor
	BFloat16x3 Products = "bfloat16x3" // 2⁻¹⁶ a factor, three multiplications
	BFloat16   Products = "bfloat16"   // 2⁻⁸ a factor, as usual on accelerators
)

// ProductKinds lists them.
func ProductKinds() []Products { return []Products{Float32, BFloat16x3, BFloat16} }

// split reports whether numbers are split into bfloat16.
func (p Products) split() bool { return p == BFloat16x3 || p == BFloat16 }

// factor is the right-hand side of a product, k×n, in the layout of the products
// in use: column panels for float32, tiles for split bfloat16 (kernel.Split).
type factor struct {
	k, n     int
	products Products
	panels   kernel.Panels
	split    kernel.Split
}

// pack takes a k×n matrix, or the transposed one, which is n×k.
func (f *factor) pack(products Products, x []float32, k, n int, transposed bool) {
	f.k, f.n, f.products, f.split.HighOnly = k, n, products, products == BFloat16
	switch {
	case products.split() && transposed:
		f.split.RightColumns(x, k, k, n)
	case products.split():
		f.split.RightRows(x, n, k, n)
	case transposed:
		pack(&f.panels, x, k, k, n, true)
	default:
		pack(&f.panels, x, n, k, n, false)
	}
}

// pack fills p with a k×n matrix, or the transposed one, with row stride ld.
func pack(p *kernel.Panels, x []float32, ld, k, n int, transposed bool) {
	p.Reset(k, n)
	if transposed {
		p.PackNT(x, ld)
	} else {
		p.PackNN(x, ld)
	}
}

// linear is a matrix of weights [out, in] as factor of both directions: y = x·Wᵀ
// and dx = dy·W.
type linear struct{ forward, backward factor }

func (l *linear) pack(products Products, weight []float32, in int) {
	out := len(weight) / in
	l.forward.pack(products, weight, in, out, true)
	l.backward.pack(products, weight, out, in, false)
}

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

// multiplier is the scratch of one thread's products.
type multiplier struct {
	products Products // of the factors that are packed here
	left     kernel.Split
	right    factor
}

// mul computes y = x·f, or y += x·f, for m rows of x.
func (u *multiplier) mul(y, x []float32, m int, f *factor, add bool) {
	if f.products.split() {
		u.left.HighOnly = f.split.HighOnly
		u.left.LeftRows(x, f.k, m, f.k)
		kernel.MulSplit(y, f.n, &u.left, &f.split, add)
		return
	}
	kernel.MatMul(y, f.n, x, f.k, m, &f.panels, add)
}

// gradientRows is how many rows of a weight gradient are made at a time from split
// factors, so that the left one stays in the cache.
const gradientRows = 128

// backward sets dx = dy·W and adds dyᵀ·x to dw, for n rows of dy and x.
func (u *multiplier) backward(l *linear, dx, dw, dy, x []float32, n int) {
	u.mul(dx, dy, n, &l.backward, false)
	in, out := l.forward.k, l.forward.n
	u.right.pack(u.products, x, n, in, false)
	if !u.products.split() {
		kernel.MatMulTA(dw, in, dy, out, out, &u.right.panels, true)
		return
	}
	u.left.HighOnly = u.right.split.HighOnly
	for lo := 0; lo < out; lo += gradientRows {
		u.left.LeftColumns(dy[lo:], out, min(gradientRows, out-lo), n)
		kernel.MulSplit(dw[lo*in:], in, &u.left, &u.right.split, true)
	}
}

// check tells why a model cannot be trained with such products here.
func (p Products) check(cfg *model.Config) error {
	switch {
	case !slices.Contains(ProductKinds(), p):
		return fmt.Errorf("unknown products %q, there are %q", p, ProductKinds())
	case !p.split():
		return nil
	case !kernel.CanSplit():
		return fmt.Errorf("products in %s need a CPU with AMX tile registers and Linux; use float32", p)
	}
	for _, d := range []struct {
		name string
		n    int
	}{
		{"hidden size", cfg.HiddenSize}, {"inner width", cfg.IntermediateSize}, {"vocabulary", cfg.VocabSize},
		{"width of the queries", cfg.Heads * cfg.HeadDim}, {"width of the keys", cfg.KVHeads * cfg.HeadDim},
	} {
		if !kernel.SplitFits(d.n) {
			return fmt.Errorf("products in %s need dimensions that are multiples of 32, the %s is %d; use float32", p, d.name, d.n)
		}
	}
	return nil
}
