package train

import (
	"errors"
	"fmt"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// factor is the right-hand side of a product, k×n, in the layout of the products
// in use: column panels for float32, tiles for split bfloat16 (kernel.Split).
type factor struct {
	k, n     int
	useSplit bool
	panels   kernel.Panels
	split    kernel.Split
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

// checkSplit tells why a model cannot be trained with split products here.
func checkSplit(cfg *model.Config) error {
	if !kernel.CanSplit() {
		return errors.New("products of split bfloat16 need a CPU with AMX tile registers and Linux; use float32")
	}
	for _, d := range []struct {
		name string
		n    int
	}{
		{"hidden size", cfg.HiddenSize}, {"inner width", cfg.IntermediateSize}, {"vocabulary", cfg.VocabSize},
		{"width of the queries", cfg.Heads * cfg.HeadDim}, {"width of the keys", cfg.KVHeads * cfg.HeadDim},
	} {
		if !kernel.SplitFits(d.n) {
			return fmt.Errorf("products of split bfloat16 need dimensions that are multiples of 32, the %s is %d; use float32", d.name, d.n)
		}
	}
	return nil
}
