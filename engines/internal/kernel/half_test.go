package kernel

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/x448/float16"
)

// halves are the storages of 16 bits.
var halves = map[string]func(k, n int) *Half{"bfloat16": NewBF16, "float16": NewF16}

// halfOperands are operands whose right-hand side is rounded to 16 bits, in both
// storages.
func halfOperands(m, k, n int, kind func(k, n int) *Half) (*operands, *Half) {
	o := newOperands(m, k, n)
	b := kind(k, n)
	rows := make([]float32, n*k)
	for j := range n {
		copy(rows[j*k:(j+1)*k], o.bt[j*(k+1):])
	}
	b.PackColumns(0, rows)
	b.Columns(rows, 0)
	o.b.PackColumns(0, rows)
	return o, b
}

// TestHalfBits: a product with 16-bit numbers has the bits of the product with the same
// numbers in float32, whatever the number of rows, threads and the register width.
func TestHalfBits(t *testing.T) {
	one, two := NewPool(1), NewPool(2)
	defer one.Close()
	defer two.Close()
	check := func(m, k, n int) {
		for storage, kind := range halves {
			o, b := halfOperands(m, k, n, kind)
			for _, add := range []bool{false, true} {
				want := slices.Clone(o.c)
				MatMul(want, o.ldc, o.a, o.lda, m, o.b, add)
				if c := slices.Clone(o.c); !add {
					if b.MatMul(c, o.ldc, o.a, o.lda, m); !slices.Equal(c, want) {
						t.Fatalf("%dx%dx%d: %s changes the product", m, k, n, storage)
					}
				}
				for name, f := range atEveryWidth(map[string]func(c []float32){
					"1 thread":  func(c []float32) { one.MatMul(c, o.ldc, o.a, o.lda, m, b, add) },
					"2 threads": func(c []float32) { two.MatMul(c, o.ldc, o.a, o.lda, m, b, add) },
				}) {
					c := slices.Clone(o.c)
					if f(c); !slices.Equal(c, want) {
						t.Fatalf("%s %dx%dx%d add=%v: %s changes the product", name, m, k, n, add, storage)
					}
				}
			}
		}
	}
	forEachShape(check)
	for m := 1; m <= 40; m++ {
		if m <= tileRows || !testing.Short() { // the processor may be emulated
			check(m, 640, 200)
		}
	}
	check(400, 321, 80)
	check(3, 0, 20)
}

// TestHalfPacking: numbers come back from panels, by whatever way they came there.
func TestHalfPacking(t *testing.T) {
	for _, kind := range halves {
		for _, k := range []int{1, 5, 8, 27, 64} {
			for _, n := range []int{1, 16, 33, 100} {
				_, whole := halfOperands(1, k, n, kind)
				rows, raw := make([]float32, k*n), make([]byte, 2*k*n)
				whole.Columns(rows, 0)
				for i, v := range rows {
					binary.LittleEndian.PutUint16(raw[2*i:], whole.kind.round(v))
				}
				for _, first := range []int{0, 1, 16, n} { // rows come in two parts
					first = min(first, n)
					rounded, copied := kind(k, n), kind(k, n)
					rounded.PackColumns(0, rows[:first*k])
					rounded.PackColumns(first, rows[first*k:])
					if !copied.PackRaw(0, raw[:2*first*k]) || !copied.PackRaw(first, raw[2*first*k:]) || !slices.Equal(rounded.Data, copied.Data) {
						t.Fatalf("%s %dx%d in parts from %d: rows of bytes are packed otherwise", whole.kind.name, k, n, first)
					}
					for _, f := range []Factor{rounded, rounded.From(n / PanelWidth * PanelWidth)} {
						_, columns := f.Size()
						got := make([]float32, k*columns)
						if f.Columns(got, 0); !slices.Equal(got, rows[k*(n-columns):]) {
							t.Fatalf("%s %dx%d: columns come back changed", whole.kind.name, k, n)
						}
					}
				}
				for i := range k * n {
					bad := slices.Clone(raw)
					binary.LittleEndian.PutUint16(bad[2*i:], uint16(whole.kind.exponents)|uint16(i%2<<15|i%3))
					if kind(k, n).PackRaw(0, bad) {
						t.Fatalf("%s %dx%d: number %d is not finite", whole.kind.name, k, n, i)
					}
				}
			}
		}
	}
}

// TestHalfNumbers: every number has the value that its type gives it, in each loop.
func TestHalfNumbers(t *testing.T) {
	want := map[string]func(v uint16) float32{
		"bfloat16": func(v uint16) float32 { return math.Float32frombits(uint32(v) << 16) },
		"float16":  func(v uint16) float32 { return float16.Frombits(v).Float32() },
	}
	for name, kind := range halves {
		b := kind(1<<16/PanelWidth, PanelWidth)
		for i := range b.Data {
			b.Data[i] = uint16(i)
		}
		expanded := make([]float32, 1<<16)
		b.expand(expanded, 0, 0, b.K)
		for i, got := range expanded {
			number, raw := uint16(i), []byte{byte(i), byte(i >> 8)}
			w := want[name](number)
			finite := !math.IsNaN(float64(w)) && !math.IsInf(float64(w), 0)
			if b.kind.finite(raw) != finite || b.kind.finite(append([]byte{0, 0, 0, 0, 0, 0}, raw...)) != finite {
				t.Fatalf("%s %#x is %g", name, number, w)
			}
			if finite && (math.Float32bits(got) != math.Float32bits(w) || math.Float32bits(b.kind.widen(number)) != math.Float32bits(w) || b.kind.round(w) != number) {
				t.Fatalf("%s %#x is %g and not %g or %g", name, number, w, got, b.kind.widen(number))
			}
		}
	}
	for v, want := range map[float32]uint16{1: 0x3f80, -2: 0xc000, 1 + 0x1p-8: 0x3f80, 1 + 0x1p-8 + 0x1p-20: 0x3f81, 1 + 3*0x1p-8: 0x3f82} {
		if got := RoundBF16(v); got != want {
			t.Errorf("%g rounds to %#x, want %#x", v, got, want)
		}
	}
}

func TestHalfDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	pool := NewPool(2)
	defer pool.Close()
	for storage, kind := range halves {
		for _, m := range []int{1, 5, 96} {
			o, b := halfOperands(m, 128, 136, kind)
			if got := testing.AllocsPerRun(20, func() { pool.MatMul(o.c, o.ldc, o.a, o.lda, m, b, false) }); got >= 1 {
				t.Errorf("%d rows: a product with %s allocates %g times", m, storage, got)
			}
		}
	}
}
