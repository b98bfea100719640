package kernel

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// bf16Operands are operands whose right-hand side is rounded to bfloat16, in both
// storages.
func bf16Operands(m, k, n int) (*operands, *BF16) {
	o := newOperands(m, k, n)
	rows := make([]float32, n*k)
	for j := range n {
		for kk := range k {
			rows[j*k+kk] = widenBF16(RoundBF16(o.bt[j*(k+1)+kk]))
		}
	}
	o.b.PackColumns(0, rows)
	b := NewBF16(k, n)
	b.PackColumns(0, rows)
	return o, b
}

// TestBF16Bits: a product with bfloat16 has the bits of the product with the same
// numbers in float32, whatever the number of rows, threads and the register width.
func TestBF16Bits(t *testing.T) {
	one, two := NewPool(1), NewPool(2)
	defer one.Close()
	defer two.Close()
	check := func(m, k, n int) {
		o, b := bf16Operands(m, k, n)
		for _, add := range []bool{false, true} {
			want := slices.Clone(o.c)
			MatMul(want, o.ldc, o.a, o.lda, m, o.b, add)
			for name, f := range atEveryWidth(map[string]func(c []float32){
				"1 thread":  func(c []float32) { one.MatMul(c, o.ldc, o.a, o.lda, m, b, add) },
				"2 threads": func(c []float32) { two.MatMul(c, o.ldc, o.a, o.lda, m, b, add) },
			}) {
				c := slices.Clone(o.c)
				if f(c); !slices.Equal(c, want) {
					t.Fatalf("%s %dx%dx%d add=%v: bfloat16 changes the product", name, m, k, n, add)
				}
			}
		}
	}
	forEachShape(check)
	for m := 1; m <= 40; m++ {
		check(m, 640, 200)
	}
	check(400, 321, 80)
	check(3, 0, 20)
}

// TestBF16Packing: numbers come back from panels, by whatever way they came there.
func TestBF16Packing(t *testing.T) {
	for _, k := range []int{1, 5, 8, 27, 64} {
		for _, n := range []int{1, 16, 33, 100} {
			rows := randoms(k*n, 7)
			raw := make([]byte, 2*k*n)
			for i, v := range rows {
				binary.LittleEndian.PutUint16(raw[2*i:], RoundBF16(v))
				rows[i] = widenBF16(RoundBF16(v))
			}
			for _, first := range []int{0, 1, 16, n} { // rows come in two parts
				first = min(first, n)
				rounded, copied := NewBF16(k, n), NewBF16(k, n)
				rounded.PackColumns(0, rows[:first*k])
				rounded.PackColumns(first, rows[first*k:])
				if !copied.PackRaw(0, raw[:2*first*k]) || !copied.PackRaw(first, raw[2*first*k:]) || !slices.Equal(rounded.Data, copied.Data) {
					t.Fatalf("%dx%d in parts from %d: rows of bytes are packed otherwise", k, n, first)
				}
				for _, f := range []Factor{rounded, rounded.From(n / PanelWidth * PanelWidth)} {
					_, columns := f.Size()
					got := make([]float32, k*columns)
					if f.Columns(got, 0); !slices.Equal(got, rows[k*(n-columns):]) {
						t.Fatalf("%dx%d: columns come back changed", k, n)
					}
				}
			}
			for i := range k * n {
				bad := slices.Clone(raw)
				binary.LittleEndian.PutUint16(bad[2*i:], 0xff80|uint16(i%3))
				if NewBF16(k, n).PackRaw(0, bad) {
					t.Fatalf("%dx%d: number %d is not finite", k, n, i)
				}
			}
		}
	}
	for v, want := range map[float32]uint16{1: 0x3f80, -2: 0xc000, 1 + 0x1p-8: 0x3f80, 1 + 0x1p-8 + 0x1p-20: 0x3f81, 1 + 3*0x1p-8: 0x3f82} {
		if got := RoundBF16(v); got != want {
			t.Errorf("%g rounds to %#x, want %#x", v, got, want)
		}
	}
	if v := widenBF16(0x7f7f); math.IsInf(float64(v), 0) || !finiteBF16([]byte{0x7f, 0x7f}) {
		t.Error("the largest bfloat16 is finite")
	}
}

func TestBF16DoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	pool := NewPool(2)
	defer pool.Close()
	for _, m := range []int{1, 5, 96} {
		o, b := bf16Operands(m, 128, 136)
		if got := testing.AllocsPerRun(20, func() { pool.MatMul(o.c, o.ldc, o.a, o.lda, m, b, false) }); got >= 1 {
			t.Errorf("%d rows: a product with bfloat16 allocates %g times", m, got)
		}
	}
}
