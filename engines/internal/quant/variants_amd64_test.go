//go:build amd64 && !purego

package quant

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/engines/internal/kernel"
)

// variants runs a test with every inner loop that this machine has.
func variants(t *testing.T, test func(*testing.T)) {
	hasAMX, isTiles, hasWide, hasNarrow, hasDots := hasTiles(), tiles, wide, narrow, dots
	defer func() { tiles, wide, narrow, dots = isTiles, hasWide, hasNarrow, hasDots }()
	for _, v := range []struct {
		loops                     string
		tiles, wide, narrow, dots bool
	}{
		{"amx-int8", true, true, true, false}, {"avx512-vnni", false, true, true, false},
		{"avx-vnni", false, false, true, true}, {"avx2", false, false, true, false}, {"generic", false, false, false, false},
	} {
		tiles, wide, narrow, dots = v.tiles, v.wide, v.narrow, v.dots
		if (!v.tiles || hasAMX) && (!v.wide || hasWide) && (!v.narrow || hasNarrow) && (!v.dots || hasDots) {
			if Loops() != v.loops {
				t.Errorf("the loops are called %s", Loops())
			}
			t.Run(v.loops, test)
		}
	}
}

// TestTiles: tile registers change no bit of a product, with whole tiles of rows and a rest, in
// strides that are wider than the rows, and where columns fill no panel.
func TestTiles(t *testing.T) {
	if !hasTiles() {
		t.Skip("no tile registers for bytes on this machine (AMX-INT8 with AVX-512 VNNI, on Linux)")
	}
	defer func(before bool) { tiles = before }(tiles)
	rng := rand.New(rand.NewPCG(17, 18))
	pool := kernel.NewPool(2)
	defer pool.Close()
	for _, f := range Formats {
		for _, size := range []struct{ rows, k, n int }{{16, f.Block, 1}, {33, 3 * f.Block, 32}, {47, 1280, 45}, {80, 512, 96}} {
			m := New(f, size.k, size.n)
			m.Put(0, blocks(f, size.n*size.k/f.Block, rng))
			ldx, ldy := size.k+3, size.n+5
			x, y := make([]float32, size.rows*ldx), make([]float32, size.rows*ldy)
			for i := range x {
				x[i] = float32(rng.NormFloat64())
			}
			for i := range y {
				y[i] = float32(rng.NormFloat64())
			}
			a := NewActivations(pool)
			a.Set(f, x, ldx, size.rows, size.k)
			for _, add := range []bool{false, true} {
				got, want := slices.Clone(y), slices.Clone(y)
				tiles = false
				a.Mul(m, want, ldy, add)
				tiles = true
				if a.Mul(m, got, ldy, add); !slices.Equal(got, want) {
					t.Errorf("%s, %s: products differ", f.Name, fmt.Sprint(size, add))
				}
			}
		}
	}
}
