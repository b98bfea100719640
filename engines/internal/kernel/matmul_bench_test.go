package kernel

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// throughput times f, which does work units of 1e-9 of the given rate. Besides
// the mean it reports the best sample of at least 20 µs: on a machine shared
// with other programs that is the number which can be compared.
func throughput(b *testing.B, work float64, unit string, f func()) {
	reps := 0
	for start := time.Now(); time.Since(start) < 20*time.Microsecond; reps++ {
		f()
	}
	best := math.Inf(1)
	for b.Loop() {
		start := time.Now()
		for range reps {
			f()
		}
		best = min(best, time.Since(start).Seconds())
	}
	work *= float64(reps) / 1e9
	b.ReportMetric(work*float64(b.N)/b.Elapsed().Seconds(), unit)
	b.ReportMetric(work/best, "best-"+unit)
	b.ReportMetric(0, "ns/op")
}

// benchProduct times f, one m×k by k×n product, with a multiply-add as 2
// operations.
func benchProduct(b *testing.B, m, k, n int, f func()) {
	throughput(b, 2*float64(m)*float64(k)*float64(n), "GFLOP/s", f)
}

func benchOperands(m, k, n int) (a, c []float32, b *Panels) {
	b = NewPanels(k, n)
	b.PackNT(randoms(n*k, 2), k)
	return randoms(m*k, 1), make([]float32, m*n), b
}

func BenchmarkMatMul(b *testing.B) {
	const size = 512
	x, c, panels := benchOperands(size, size, size)
	name := fmt.Sprintf("%dx%dx%d/", size, size, size)
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		for _, bits := range productWidths() {
			restore := useWidth(bits)
			b.Run(fmt.Sprintf("%s%dbit-%d", name, bits, threads), func(b *testing.B) {
				benchProduct(b, size, size, size, func() { p.MatMul(c, size, x, size, size, panels, false) })
			})
			restore()
		}
		p.Close()
	}
	b.Run(name+"generic", func(b *testing.B) {
		benchProduct(b, size, size, size, func() {
			matMulGeneric(c, size, x, size, 1, size, panels, 0, panelCount(size), false)
		})
	})
	b.Run(name+"gonum", func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // gonum uses all threads otherwise
		y := blas32.General{Rows: size, Cols: size, Stride: size, Data: randoms(size*size, 3)}
		xa := blas32.General{Rows: size, Cols: size, Stride: size, Data: x}
		z := blas32.General{Rows: size, Cols: size, Stride: size, Data: c}
		benchProduct(b, size, size, size, func() { blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, xa, y, 0, z) })
	})
}

// BenchmarkShapes runs the products of the model: linear layers for different
// numbers of tokens, their weight gradients (TA, m and N are the layer's sizes,
// K counts tokens), and the small products of attention.
func BenchmarkShapes(b *testing.B) {
	p := NewPool(1)
	defer p.Close()
	for _, m := range []int{1, 8, 32, 128, 1024, 4096} {
		for _, kn := range [][2]int{{128, 128}, {128, 384}, {384, 128}, {384, 384}, {384, 1024}, {1024, 384}, {1024, 1024}} {
			k, n := kn[0], kn[1]
			b.Run(fmt.Sprintf("NN/m=%d/k=%d/n=%d", m, k, n), func(b *testing.B) {
				x, c, panels := benchOperands(m, k, n)
				benchProduct(b, m, k, n, func() { p.MatMul(c, n, x, k, m, panels, false) })
			})
		}
	}
	for _, k := range []int{128, 1024, 4096} {
		for _, mn := range [][2]int{{128, 128}, {128, 384}, {384, 128}, {384, 1024}, {1024, 384}} {
			m, n := mn[0], mn[1]
			b.Run(fmt.Sprintf("TA/k=%d/m=%d/n=%d", k, m, n), func(b *testing.B) {
				x, c, panels := benchOperands(m, k, n)
				benchProduct(b, m, k, n, func() { MatMulTA(c, n, x, m, m, panels, true) })
			})
		}
	}
	for _, s := range [][3]int{{6, 32, 16}, {32, 32, 64}, {128, 32, 128}, {32, 64, 32}, {128, 128, 32}, {1, 32, 128}, {1, 128, 32}, {64, 32, 60}} {
		m, k, n := s[0], s[1], s[2]
		b.Run(fmt.Sprintf("attention/m=%d/k=%d/n=%d", m, k, n), func(b *testing.B) {
			x, c, panels := benchOperands(m, k, n)
			benchProduct(b, m, k, n, func() { MatMul(c, n, x, k, m, panels, false) })
		})
	}
}

// BenchmarkStorage compares the storages of a matrix that is larger than the caches, as
// the layers of large networks are. They take turns, so that a busy machine is busy
// for all of them: the metrics are the least milliseconds, and float32's over others'.
func BenchmarkStorage(b *testing.B) {
	const k, n = 4096, 12288
	wide, factors := NewPanels(k, n), []Factor{NewPanels(k, n), NewBF16(k, n), NewF16(k, n)}
	for i := range wide.Data {
		wide.Data[i] = float32(i%17) - 8
	}
	rows := make([]float32, k*n)
	wide.Columns(rows, 0)
	for _, f := range factors {
		f.PackColumns(0, rows)
	}
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		for _, m := range []int{1, 4, 8, 16, 32, 128, 512} {
			x, c := randoms(m*k, 1), make([]float32, m*n)
			b.Run(fmt.Sprintf("rows=%d/threads=%d", m, threads), func(b *testing.B) {
				best := make([]float64, len(factors))
				for b.Loop() {
					for i, f := range factors {
						start := time.Now()
						p.MatMul(c, n, x, k, m, f, false)
						if s := time.Since(start).Seconds(); best[i] == 0 || s < best[i] {
							best[i] = s
						}
					}
				}
				b.ReportMetric(0, "ns/op")
				for i := range factors {
					name := []string{"F32", "BF16", "F16"}[i]
					b.ReportMetric(1e3*best[i], name+"-ms")
					if i > 0 {
						b.ReportMetric(best[0]/best[i], name+"-gain")
					}
				}
			})
		}
		p.Close()
	}
}
