package kernel

import (
	"fmt"
	"testing"
)

// BenchmarkGEMV multiplies one row with a matrix much larger than the cache and,
// for comparison, reads the same memory in a plain AVX2 loop (a maximum, which
// has one load and one cheap operation per 32 bytes).
func BenchmarkGEMV(b *testing.B) {
	const k, n = 1024, 32768 // 128 MB
	panels := &Panels{K: k, N: n, Stride: k * PanelWidth, Data: make([]float32, k*n)}
	for i := range panels.Data {
		panels.Data[i] = float32(i%17) - 8
	}
	x, c := randoms(4*k, 1), make([]float32, 4*n)
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		b.Run(fmt.Sprintf("read-%d", threads), func(b *testing.B) {
			const chunks = 64
			part := len(panels.Data) / chunks
			throughput(b, 4*k*n, "GB/s", func() {
				p.Do(chunks, func(i int) { maximum(panels.Data[i*part : (i+1)*part]) })
			})
		})
		for m := 1; m <= 4; m++ {
			b.Run(fmt.Sprintf("rows=%d-%d", m, threads), func(b *testing.B) {
				throughput(b, 4*k*n, "GB/s", func() { p.MatMul(c, n, x, k, m, panels, false) })
			})
		}
		p.Close()
	}
}

// BenchmarkVectors times the row loops on data in the L1 or L2 cache.
func BenchmarkVectors(b *testing.B) {
	for _, n := range []int{64, 128, 384, 4096} {
		x, y, z, u, v := randoms(n, 1), randoms(n, 2), randoms(n, 3), randoms(n, 4), randoms(n, 5)
		squares := make([]float32, n)
		for _, c := range []struct {
			name string
			f    func()
		}{
			{"Dot", func() { Dot(x, y) }},
			{"Axpy", func() { Axpy(v, x, 1e-9) }},
			{"SumSquares", func() { SumSquares(x) }},
			{"Argmax", func() { Argmax(x) }},
			{"Softmax", func() { copy(v, x); Softmax(v, 0.2) }},
			{"SoftmaxCE", func() { copy(v, x); SoftmaxCE(v, 1, 1) }},
			{"LogSumExp", func() { LogSumExp(x) }},
			{"ExpShift", func() { ExpShift(v, x, 1, 1) }},
			{"RMSNorm", func() { RMSNorm(v, x, y, 1e-5) }},
			{"RMSNormBackward", func() { RMSNormBackward(v, u, x, y, z, 1e-9) }},
			{"SiluMul", func() { SiluMul(v, x, y) }},
			{"SiluMulBackward", func() { SiluMulBackward(v, u, x, y, z) }},
			{"AdamW", func() { AdamW(z, x, u, squares, 1e-4, 0.9, 0.95, 1e-8, 0.1, 1, 1) }},
			{"Rope", func() { Rope(v, 64, x[:32], y[:32]) }},
		} {
			b.Run(fmt.Sprintf("%s/n=%d", c.name, n), func(b *testing.B) {
				throughput(b, float64(n), "Gelement/s", c.f)
			})
		}
	}
}

// BenchmarkPack times packing, which training does for every product whose
// right-hand side is new.
func BenchmarkPack(b *testing.B) {
	for _, kn := range [][2]int{{32, 64}, {384, 384}, {4096, 384}} {
		k, n := kn[0], kn[1]
		panels, src := NewPanels(k, n), randoms(k*n, 1)
		for _, c := range []struct {
			name string
			f    func()
		}{
			{"NN", func() { panels.PackNN(src, n) }},
			{"NT", func() { panels.PackNT(src, k) }},
		} {
			b.Run(fmt.Sprintf("%s/k=%d/n=%d", c.name, k, n), func(b *testing.B) {
				throughput(b, 4*float64(k*n), "GB/s", c.f)
			})
		}
	}
}

// BenchmarkPoolDo is the cost of starting a job that does nothing.
func BenchmarkPoolDo(b *testing.B) {
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		f := func(int) {}
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			for b.Loop() {
				p.Do(8, f)
			}
		})
		p.Close()
	}
}

// BenchmarkPackRaw times packing rows of a file, which loading does for every number.
func BenchmarkPackRaw(b *testing.B) {
	const k, n = 4096, 128
	for _, storage := range []string{"F32", "BF16", "F16"} {
		f := NewFactor(storage, k, n)
		raw := make([]byte, k*n*f.NumberBits()/8)
		b.Run(storage, func(b *testing.B) {
			throughput(b, float64(len(raw)), "GB/s", func() { f.PackRaw(0, raw) })
		})
	}
}
