package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestRMSNorm(t *testing.T) {
	for _, n := range lengths() {
		x, w := randoms(n, 1), randoms(n, 2)
		got, want := padded(t, make([]float32, n)), make([]float32, n)
		inv := RMSNorm(got, x, w, 1e-5)
		var mean float64
		for _, v := range x {
			mean += float64(v) * float64(v) / float64(n)
		}
		if exact := 1 / math.Sqrt(mean+1e-5); math.Abs(float64(inv)-exact) > 1e-7*exact {
			t.Errorf("n %d: inv %g, want %g", n, inv, exact)
		}
		rmsScaleGeneric(want, x, w, inv)
		near(t, "RMSNorm", got, want, 0, 0)
		RMSNorm(x, x, w, 1e-5)
		near(t, "RMSNorm in place", x, want, 0, 0)
	}
}

func TestRMSNormBackward(t *testing.T) {
	for _, n := range lengths() {
		x, w, dy := randoms(n, 1), randoms(n, 2), randoms(n, 3)
		dx, dw := padded(t, randoms(n, 4)), padded(t, randoms(n, 5))
		slowX, slowW := randoms(n, 4), randoms(n, 5)
		inv := RMSNorm(make([]float32, n), x, w, 1e-5)
		RMSNormBackward(dx, dw, dy, x, w, inv)
		rmsBackwardGeneric(slowX, slowW, dy, x, w, inv)
		// Values up to about 30, a sum of n terms divided by n.
		near(t, "dx", dx, slowX, 1e-6, 1e-5)
		near(t, "dw", dw, slowW, 1e-6, 1e-5)
	}
}

// gradient is the central difference of f, in float64, with respect to x[i].
func gradient(f func() float64, x []float64, i int) float64 {
	const h = 1e-5
	old := x[i]
	x[i] = old + h
	up := f()
	x[i] = old - h
	down := f()
	x[i] = old
	return (up - down) / (2 * h)
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// TestBackwardAgainstDifferences checks the backward formulas themselves.
func TestBackwardAgainstDifferences(t *testing.T) {
	const n = 19
	x, w, dy := randoms(n, 1), randoms(n, 2), randoms(n, 3)
	wideX, wideW := widen(x), widen(w)
	norm := func() float64 {
		var mean, out float64
		for _, v := range wideX {
			mean += v * v / n
		}
		for i, v := range wideX {
			out += float64(dy[i]) * v / math.Sqrt(mean+1e-5) * wideW[i]
		}
		return out
	}
	silu := func() float64 {
		var out float64
		for i, g := range wideX {
			out += float64(dy[i]) * g / (1 + math.Exp(-g)) * wideW[i]
		}
		return out
	}
	dx, dw := make([]float32, n), make([]float32, n)
	RMSNormBackward(dx, dw, dy, x, w, RMSNorm(make([]float32, n), x, w, 1e-5))
	dgate, dup := make([]float32, n), make([]float32, n)
	SiluMulBackward(dgate, dup, dy, x, w)
	for i := range n {
		for _, c := range []struct {
			name string
			got  float32
			want float64
		}{
			{"RMSNorm dx", dx[i], gradient(norm, wideX, i)},
			{"RMSNorm dw", dw[i], gradient(norm, wideW, i)},
			{"SiluMul dgate", dgate[i], gradient(silu, wideX, i)},
			{"SiluMul dup", dup[i], gradient(silu, wideW, i)},
		} {
			if math.Abs(float64(c.got)-c.want) > 1e-5 {
				t.Errorf("%s[%d] = %g, difference quotient %g", c.name, i, c.got, c.want)
			}
		}
	}
}

func TestSiluMul(t *testing.T) {
	for _, n := range append(lengths(), 0) {
		gate, up, dout := randoms(n, 1), randoms(n, 2), randoms(n, 3)
		got, want := padded(t, make([]float32, n)), make([]float32, n)
		SiluMul(got, gate, up)
		siluMulGeneric(want, gate, up)
		near(t, "SiluMul", got, want, 1e-6, 0)

		dgate, dup := padded(t, randoms(n, 4)), padded(t, randoms(n, 5))
		slowGate, slowUp := make([]float32, n), make([]float32, n)
		SiluMulBackward(dgate, dup, dout, gate, up)
		siluMulBackwardGeneric(slowGate, slowUp, dout, gate, up)
		near(t, "dgate", dgate, slowGate, 1e-6, 1e-6)
		near(t, "dup", dup, slowUp, 1e-6, 0)

		SiluMulBackward(gate, up, dout, gate, up)
		near(t, "dgate in place", gate, dgate, 0, 0)
		near(t, "dup in place", up, dup, 0, 0)
	}
}

func TestGelu(t *testing.T) {
	for _, n := range append(lengths(), 0) {
		x := randoms(n, 1)
		for i := range x {
			x[i] *= 4
		}
		got, want := padded(t, make([]float32, n)), make([]float32, n)
		Gelu(got, x)
		geluGeneric(want, x)
		near(t, "Gelu", got, want, 1e-6, 1e-9)
		for i, v := range widen(x) {
			exact := v / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v)))
			if math.Abs(float64(got[i])-exact) > 1e-6*math.Abs(exact)+1e-6 {
				t.Errorf("gelu(%g) = %g, want %g", v, got[i], exact)
			}
		}
		Gelu(x, x)
		near(t, "Gelu in place", x, got, 0, 0)
	}
	x := []float32{-1e30, -30, 0, 30, 1e30, nan}
	fast, slow := make([]float32, len(x)), make([]float32, len(x))
	Gelu(fast, x)
	geluGeneric(slow, x)
	for i, want := range []float32{0, 0, 0, 30, 1e30, nan} {
		for name, got := range map[string]float32{"Gelu": fast[i], "generic": slow[i]} {
			if got != want && want == want || (got != got) != (want != want) {
				t.Errorf("%s: gelu(%g) = %g, want %g", name, x[i], got, want)
			}
		}
	}
}

func TestLayerNorm(t *testing.T) {
	for _, n := range lengths() {
		x, w, b := randoms(n, 1), randoms(n, 2), randoms(n, 3)
		got := padded(t, make([]float32, n))
		LayerNorm(got, x, w, b, 1e-5)
		var mean, variance float64
		for _, v := range x {
			mean += float64(v) / float64(n)
		}
		for _, v := range x {
			variance += (float64(v) - mean) * (float64(v) - mean) / float64(n)
		}
		want := make([]float32, n)
		for i, v := range x {
			want[i] = float32((float64(v)-mean)/math.Sqrt(variance+1e-5)*float64(w[i]) + float64(b[i]))
		}
		near(t, "LayerNorm", got, want, 1e-5, 2e-5)
		LayerNorm(x, x, w, nil, 1e-5)
		Add(x, b)
		near(t, "LayerNorm in place and without a bias", x, got, 0, 0)
	}
}

func TestSiluMulExtremes(t *testing.T) {
	gate := []float32{0, 50, 200, -50, -200, -1e30, 1e30, -inf, inf, nan}
	up := slices.Repeat([]float32{1}, len(gate))
	fast, slow := make([]float32, len(gate)), make([]float32, len(gate))
	SiluMul(fast, gate, up)
	siluMulGeneric(slow, gate, up)
	for i, g := range gate {
		want := float64(g) / (1 + math.Exp(-float64(g)))
		for name, got := range map[string]float32{"SiluMul": fast[i], "generic": slow[i]} {
			if math.IsNaN(want) != (got != got) || math.Abs(float64(got)-want) > 1e-6*math.Abs(want)+1e-35 {
				t.Errorf("%s: silu(%g) = %g, want %g", name, g, got, want)
			}
		}
	}
}

func TestRope(t *testing.T) {
	for _, headDim := range []int{2, 6, 8, 16, 24, 32, 48, 64, 128} {
		for _, heads := range []int{0, 1, 3, 8} {
			h := headDim / 2
			cos, sin := make([]float32, h), make([]float32, h)
			for i := range h {
				angle := 7 * math.Pow(10000, -float64(i)/float64(h))
				cos[i], sin[i] = float32(math.Cos(angle)), float32(math.Sin(angle))
			}
			x := randoms(heads*headDim, 1)
			got, want := padded(t, x), slices.Clone(x)
			Rope(got, headDim, cos, sin)
			ropeGeneric(want, headDim, cos, sin, 1)
			near(t, "Rope", got, want, 0, 1e-6)
			RopeBackward(got, headDim, cos, sin)
			near(t, "RopeBackward after Rope", got, x, 0, 2e-6)
		}
	}
}

// TestRopeConvention pins the pairing of Llama checkpoints: element i with
// element i+headDim/2.
func TestRopeConvention(t *testing.T) {
	x := []float32{1, 2, 3, 4}
	Rope(x, 4, []float32{0, 1}, []float32{1, 0}) // a quarter turn for pair 0 only
	if want := []float32{-3, 2, 1, 4}; !slices.Equal(x, want) {
		t.Errorf("got %v, want %v", x, want)
	}
}

func TestAdamW(t *testing.T) {
	const lr, beta1, beta2, eps, decay = 3e-4, 0.9, 0.95, 1e-8, 0.1
	for _, n := range append(lengths(), 0) {
		w, m, v := padded(t, randoms(n, 1)), padded(t, make([]float32, n)), padded(t, make([]float32, n))
		slowW, slowM, slowV := slices.Clone(w), make([]float32, n), make([]float32, n)
		wide := widen(w)
		wideM, wideV := make([]float64, n), make([]float64, n)
		for step := 1; step <= 5; step++ {
			g := randoms(n, uint64(10+step))
			bias1, bias2 := 1-math.Pow(beta1, float64(step)), 1-math.Pow(beta2, float64(step))
			AdamW(w, g, m, v, lr, beta1, beta2, eps, decay, float32(bias1), float32(bias2))
			adamWGeneric(slowW, g, slowM, slowV, lr, beta1, beta2, eps, decay, float32(bias1), float32(bias2))
			for i, d := range widen(g) {
				wideM[i] = beta1*wideM[i] + (1-beta1)*d
				wideV[i] = beta2*wideV[i] + (1-beta2)*d*d
				wide[i] -= lr * (wideM[i]/bias1/(math.Sqrt(wideV[i]/bias2)+eps) + decay*wide[i])
			}
		}
		near(t, "m", m, slowM, 1e-6, 1e-7)
		near(t, "v", v, slowV, 1e-6, 1e-7)
		near(t, "w", w, slowW, 0, 1e-6)
		for i := range w {
			if math.Abs(float64(w[i])-wide[i]) > 1e-6 {
				t.Fatalf("n %d: w[%d] = %g, in float64 %g", n, i, w[i], wide[i])
			}
		}
	}
}
