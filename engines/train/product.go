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

func (p Products) kind() Products {
	if p == "" {
		return Float32
	}
	return p
}

// factor is the right-hand side of a product, k×n, in the layout of the products
// in use: column panels for float32, tiles for split bfloat16 (kernel.Split).
type factor struct {
	k, n     int
	useSplit bool // of what both factors are made
	panels   kernel.Panels
	split    kernel.Split
}

func newFactor(products Products, k, n int) *factor {
	return &factor{k: k, n: n, useSplit: products != Float32, split: kernel.Split{HighOnly: products == BFloat16}}
}

// pack takes a k×n matrix with row stride ld.
func (f *factor) pack(x []float32, ld int) {
	if f.useSplit {
		f.split.RightRows(x, ld, f.k, f.n)
		return
	}
	f.panels.Reset(f.k, f.n)
	f.panels.PackNN(x, ld)
}

// packTransposed takes an n×k matrix with row stride ld.
func (f *factor) packTransposed(x []float32, ld int) {
	if f.useSplit {
		f.split.RightColumns(x, ld, f.k, f.n)
		return
	}
	f.panels.Reset(f.k, f.n)
	f.panels.PackNT(x, ld)
}

// multiplier is the scratch of one thread's products.
type multiplier struct {
	left  kernel.Split
	right factor
}

// use chooses the products. The factors given to mul must be of the same kind.
func (u *multiplier) use(products Products) {
	u.right = *newFactor(products, 0, 0)
	u.left.HighOnly = products == BFloat16
}

// mul computes c = x·f, or c += x·f, for m rows of x.
func (u *multiplier) mul(c []float32, ldc int, x []float32, ld, m int, f *factor, add bool) {
	if f.useSplit {
		u.left.LeftRows(x, ld, m, f.k)
		kernel.MulSplit(c, ldc, &u.left, &f.split, add)
		return
	}
	kernel.MatMul(c, ldc, x, ld, m, &f.panels, add)
}

// gradientRows is how many rows of a weight gradient are made at a time from split
// factors, so that the left one stays in the cache.
const gradientRows = 128

// addOuter adds dyᵀ·x to dw [out, in], where dy is [n, out] and x is [n, in].
func (u *multiplier) addOuter(dw, dy []float32, out int, x []float32, in, n int) {
	u.right.k, u.right.n = n, in
	u.right.pack(x, in)
	if !u.right.useSplit {
		kernel.MatMulTA(dw, in, dy, out, out, &u.right.panels, true)
		return
	}
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
	case p == Float32:
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
