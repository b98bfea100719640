package quant

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/engines/internal/kernel"
	"github.com/x448/float16"
)

// blocks are n random blocks of a format: any bits, with scales of a usual size.
func blocks(f *Format, n int, rng *rand.Rand) []byte {
	raw := make([]byte, n*f.Bytes)
	for i := range raw {
		raw[i] = byte(rng.Uint32())
	}
	for b := range n {
		block := raw[b*f.Bytes:][:f.Bytes]
		for i := range f.halves {
			at := 2 * i
			if f.Name == "Q6_K" {
				at = 208
			}
			binary.LittleEndian.PutUint16(block[at:], uint16(float16.Fromfloat32(float32(rng.NormFloat64()/50))))
		}
	}
	return raw
}

// TestColumns: what a matrix keeps of the rows of a file is what they are.
func TestColumns(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, f := range Formats {
		const k, n = 512, 37
		m := New(f, k, n)
		raw := blocks(f, n*k/f.Block, rng)
		row := k / f.Block * f.Bytes
		m.Put(0, raw[:5*row])
		m.Put(5, raw[5*row:])
		want, got := make([]float32, k), make([]float32, k)
		again := make([]byte, row)
		for i := range n {
			if m.Row(again, i); !slices.Equal(again, raw[i*row:][:row]) {
				t.Fatalf("%s: row %d is not what was put", f.Name, i)
			}
			f.Decode(want, raw[i*row:][:row])
			m.Column(got, i)
			if !slices.Equal(got, want) {
				t.Fatalf("%s: column %d is %v, want %v", f.Name, i, got[:40], want[:40])
			}
		}
		if size := int64(len(raw)); m.Size() < size || m.Size() > size+size/30 {
			t.Errorf("%s: %d bytes for %d of a file", f.Name, m.Size(), size)
		}
	}
}

// TestQuantise compares the two ways to quantise a row, and both with the definition.
func TestQuantise(t *testing.T) { variants(t, testQuantise) }

func testQuantise(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, group := range []int{16, 32} {
		x := make([]float32, 42*group)
		for i := range x {
			x[i] = float32(rng.NormFloat64() * math.Exp(float64(i/group%9-4)))
		}
		clear(x[3*group : 4*group])
		for i := range group {
			x[4*group+i] = 1e-44 * float32(i)
			x[5*group+i] = float32(i) - 0.5
			x[6*group+i] = 1e-38 * float32(i)
		}
		x[9*group+3], x[10*group], x[11*group+group-1] = float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))
		bits := func(f factor) [3]uint32 {
			return [3]uint32{math.Float32bits(f.d), uint32(f.start), math.Float32bits(f.sum)}
		}
		a, b := make([]int8, len(x)), make([]int8, len(x))
		fa, fb := make([]factor, 42), make([]factor, 42)
		quantiseGeneric(a, fa, x, group, 8)
		quantise(b, fb, x, group, 8)
		for g := range fa {
			if bits(fa[g]) != bits(fb[g]) {
				t.Errorf("groups of %d: factors of group %d are %v and %v", group, g, fa[g], fb[g])
			}
			var sum int32
			for i, v := range x[g*group:][:group] {
				q := a[g*group+i]
				if sum += int32(q); q != b[g*group+i] || q == -128 {
					t.Errorf("groups of %d: number %d of group %d is %d and %d", group, i, g, q, b[g*group+i])
				}
				if d := math.Abs(float64(v) - float64(fa[g].d)*float64(q)); d > float64(fa[g].d)*0.50001+127*smallest {
					t.Errorf("groups of %d: %g is %d times %g", group, v, q, fa[g].d)
				}
			}
			if want := (factor{d: fa[g].d, start: -8 * sum, sum: fa[g].d * float32(sum)}); bits(fa[g]) != bits(want) {
				t.Errorf("groups of %d: %v with a sum of %d", group, fa[g], sum)
			}
		}
	}
}

// multiply is Y = X·W (+ Y) for the given rows, by Mul.
func multiply(pool *kernel.Pool, m *Matrix, x []float32, rows int, y []float32) []float32 {
	y = slices.Clone(y)
	a := NewActivations(pool)
	a.Set(m.Format, x, m.K, rows, m.K)
	a.Mul(m, y, m.N, true)
	return y
}

// TestMul compares products with the sums of what the parts stand for, and rows that are
// computed alone with the same rows among others, on one thread and on three.
func TestMul(t *testing.T) { variants(t, testMul) }

func testMul(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	one, three := kernel.NewPool(1), kernel.NewPool(3)
	defer one.Close()
	defer three.Close()
	for _, f := range Formats {
		for _, k := range []int{256, 768, 1280} {
			const n, rows = 75, 17
			m := New(f, k, n)
			m.Put(0, blocks(f, n*k/f.Block, rng))
			x, y := make([]float32, rows*k), make([]float32, rows*n)
			for i := range x {
				x[i] = float32(rng.NormFloat64())
			}
			for i := range y {
				y[i] = float32(rng.NormFloat64())
			}
			all := multiply(three, m, x, rows, y)
			a := NewActivations(one)
			a.Set(f, x, k, rows, k)
			column := make([]float32, k)
			for c := range n {
				m.Column(column, c)
				for r := range rows {
					want, size := float64(y[r*n+c]), math.Abs(float64(y[r*n+c]))
					for i, w := range column {
						v := float64(w) * float64(a.factors[r*a.groups+i/f.group].d) * float64(a.numbers[r*k+i])
						want, size = want+v, size+math.Abs(v)
					}
					if got := float64(all[r*n+c]); math.Abs(got-want) > 1e-6*size {
						t.Fatalf("%s, k %d: row %d, column %d is %g, want %g", f.Name, k, r, c, got, want)
					}
				}
			}
			for from := 0; from < rows; {
				size := min(1+rng.IntN(8), rows-from)
				if got := multiply(one, m, x[from*k:], size, y[from*n:][:size*n]); !slices.Equal(got, all[from*n:][:size*n]) {
					t.Errorf("%s, k %d: rows %d to %d differ when they are computed alone", f.Name, k, from, from+size)
				}
				from += size
			}
		}
	}
}

// TestLargest: sums of the largest numbers of one sign leave no register too small.
func TestLargest(t *testing.T) { variants(t, testLargest) }

func testLargest(t *testing.T) {
	const k, n, rows = 256, 32, 19
	rng := rand.New(rand.NewPCG(15, 16))
	pool := kernel.NewPool(1)
	defer pool.Close()
	x := slices.Repeat([]float32{1}, rows*k)
	for i := range k {
		x[i] = -1
		x[k+i] -= float32(i % 2 * 2)
	}
	for _, f := range Formats {
		raw := blocks(f, n*k/f.Block, rng)
		for b := 0; b < len(raw); b += f.Bytes {
			for i := range f.Bytes {
				if i < f.first || i >= f.first+2*f.halves {
					raw[b+i] = byte(255 - f.zero/128*127) // all bits, or -128
				}
			}
		}
		m := New(f, k, n)
		m.Put(0, raw)
		got, column := multiply(pool, m, x, rows, make([]float32, rows*n)), make([]float32, k)
		for c := range n {
			m.Column(column, c)
			for r := range rows {
				var want, size float64
				for i, w := range column {
					want, size = want+float64(w)*float64(x[r*k+i]), size+math.Abs(float64(w))
				}
				if math.Abs(float64(got[r*n+c])-want) > 1e-5*size {
					t.Fatalf("%s: row %d, column %d is %g, want %g", f.Name, r, c, got[r*n+c], want)
				}
			}
		}
	}
}

// TestBits: products have one set of bits in assembly, whatever the architecture and the
// width, and one in plain Go, whose sums are not fused; numbers are encoded alike by all.
func TestBits(t *testing.T) { variants(t, testBits) }

func testBits(t *testing.T) {
	const k, n, rows = 768, 37, 11
	rng := rand.New(rand.NewPCG(13, 14))
	pool := kernel.NewPool(1)
	defer pool.Close()
	h := sha256.New()
	for _, f := range Formats {
		m := New(f, k, n)
		m.Put(0, blocks(f, n*k/f.Block, rng))
		x := make([]float32, rows*k)
		for i := range x {
			x[i] = float32(rng.IntN(1<<16)-1<<15) / (1 << 12)
		}
		binary.Write(h, binary.LittleEndian, multiply(pool, m, x, rows, make([]float32, rows*n)))
		raw := make([]byte, len(x)/f.Block*f.Bytes)
		f.Encode(raw, x)
		h.Write(raw)
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)[:8]); !slices.Contains([]string{"ec729a4f91ecf2f6", "1f058a9455756e6a"}, got) {
		t.Errorf("the bits of products are %s", got)
	}
}

// TestUnpack: what the inner loops read is the same however it was unpacked.
func TestUnpack(t *testing.T) { variants(t, testUnpack) }

func testUnpack(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, f := range Formats {
		const k = 512
		m := New(f, k, 2*Width)
		m.Put(0, blocks(f, 2*Width*k/f.Block, rng))
		var s, g unpacked
		got, want := m.unpack(&s, 0, 0, k), m.unpackGeneric(&g, 0, 0, k)
		if !slices.Equal(got.scales, want.scales) {
			t.Errorf("%s: scales differ", f.Name)
		}
		for j := range 2 {
			for i := range k / f.group {
				a := got.numbers[j*got.panel+i*got.group:][:f.group*Width]
				if b := want.numbers[j*want.panel+i*want.group:][:f.group*Width]; !slices.Equal(a, b) {
					t.Fatalf("%s: numbers of group %d of panel %d differ", f.Name, i, j)
				}
			}
		}
	}
}

func BenchmarkMul(b *testing.B) {
	pool := kernel.NewPool(1)
	defer pool.Close()
	const k, n = 2048, 2048
	rng := rand.New(rand.NewPCG(5, 6))
	for _, rows := range []int{1, 4, 32, 256} {
		x, y := make([]float32, rows*k), make([]float32, rows*n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		panels := kernel.NewPanels(k, n)
		for i := range panels.Data {
			panels.Data[i] = float32(rng.NormFloat64())
		}
		report := func(b *testing.B) {
			b.ReportMetric(2*float64(rows)*k*n*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		}
		b.Run(fmt.Sprintf("F32/rows=%d", rows), func(b *testing.B) {
			for b.Loop() {
				pool.MatMul(y, n, x, k, rows, panels, false)
			}
			report(b)
		})
		for _, f := range Formats {
			m := New(f, k, n)
			m.Put(0, blocks(f, n*k/f.Block, rng))
			b.Run(fmt.Sprintf("%s/rows=%d", f.Name, rows), func(b *testing.B) {
				a := NewActivations(pool)
				for b.Loop() {
					a.Set(f, x, k, rows, k)
					a.Mul(m, y, n, false)
				}
				report(b)
			})
		}
	}
}

// TestDraw: drawn numbers have the deviation that was asked for, and a mean of half a step
// at most.
func TestDraw(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for _, f := range Formats {
		x := make([]float32, 200*256)
		raw := make([]byte, len(x)/f.Block*f.Bytes)
		f.Draw(raw, 0.02, rng.Uint64)
		f.Decode(x, raw)
		var sum, squares float64
		for _, v := range x {
			sum, squares = sum+float64(v), squares+float64(v)*float64(v)
		}
		n := float64(len(x))
		if mean, deviation := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 2.5e-3 || math.Abs(deviation-0.02) > 1e-3 {
			t.Errorf("%s: mean %.4f, deviation %.4f", f.Name, mean, deviation)
		}
	}
}

// TestEncode: numbers are as near to what is read back as the format allows, and what a
// file holds is written again as it was read where that is unique.
func TestEncode(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	x := make([]float32, 64*256)
	for i := range x {
		x[i] = float32(rng.NormFloat64() * math.Exp(rng.NormFloat64()/4))
	}
	clear(x[:256])
	// The root of the mean square error, as a part of that of the numbers: less than
	// 1/(levels · some), measured, not derived.
	for name, most := range map[string]float64{"Q8_0": 0.008, "Q4_0": 0.11, "Q4_1": 0.095, "Q5_0": 0.06, "Q5_1": 0.05, "Q4_K": 0.085, "Q5_K": 0.045, "Q6_K": 0.024} {
		f := Named(name)
		raw, back := make([]byte, len(x)/f.Block*f.Bytes), make([]float32, len(x))
		f.Encode(raw, x)
		f.Decode(back, raw)
		var e, s float64
		for i := range x {
			e, s = e+math.Pow(float64(x[i]-back[i]), 2), s+math.Pow(float64(x[i]), 2)
		}
		if got := math.Sqrt(e / s); got > most || got < most/3 {
			t.Errorf("%s: an error of %.4f, want at most %.4f", name, got, most)
		}
		if !slices.Equal(back[:256], make([]float32, 256)) {
			t.Errorf("%s: zeros become %v", name, back[:40])
		}
		var p parts
		again := make([]byte, f.Bytes)
		for b := blocks(f, 50, rng); len(b) > 0; b = b[f.Bytes:] {
			f.layout.split(&p, b[:f.Bytes])
			f.layout.join(again, &p)
			if !slices.Equal(again, b[:f.Bytes]) {
				t.Fatalf("%s: a block is %v when it is put together again, want %v", name, again, b[:f.Bytes])
			}
			p = parts{}
		}
	}
}
