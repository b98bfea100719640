//go:build (amd64 || arm64) && !purego

package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
)

// assemblyBitsOfAll is the digest of what TestAssemblyBits computes, on every
// architecture that has assembly.
const assemblyBitsOfAll = "efe569a2b47b02d7"

// TestAssemblyBits: the loops of all architectures with assembly give the same bits.
func TestAssemblyBits(t *testing.T) {
	if !useAssembly {
		t.Skip("this processor has no AVX2: plain Go rounds otherwise")
	}
	h := sha256.New()
	add := func(values ...[]float32) {
		for _, v := range values {
			binary.Write(h, binary.LittleEndian, v)
		}
	}
	for _, n := range lengths() {
		x, y, z := randoms(n, 1), randoms(n, 2), randoms(n, 3)
		out, more := make([]float32, n), randoms(n, 4)
		add([]float32{Dot(x, y), dot3Asm(x, y, z)})
		binary.Write(h, binary.LittleEndian, []float64{SumSquares(x), sumExpAsm(y, 2)})
		add([]float32{ExpScaled(out, x, 0.7, 2)}, out)
		ExpShift(out, y, 1.5, 0.3)
		Axpy(out, z, 0.37)
		Scale(out, 1.1)
		add(out, []float32{RMSNorm(out, x, y, 1e-5)})
		RMSNormBackward(out, more, x, y, z, 0.9)
		add(out, more)
		Gelu(out, x)
		SiluMul(more, out, y)
		add(out, more)
		SiluMulBackward(out, more, x, y, z)
		add(out, more)
		squares := make([]float32, n)
		AdamW(x, y, out, squares, 1e-3, 0.9, 0.95, 1e-8, 0.1, 0.5, 0.3)
		add(x, out, squares)
	}
	x, angles := randoms(6*48, 5), randoms(24, 6)
	for _, headDim := range []int{6, 16, 48} {
		Rope(x, headDim, angles[:headDim/2], angles[24-headDim/2:])
	}
	add(x)
	for _, m := range []int{1, 2, 3, 4, 5, 6, 16} {
		o := newOperands(m, 37, 85)
		MatMul(o.c, o.ldc, o.a, o.lda, m, o.b, m%2 == 0)
		add(o.c)
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)[:8]); got != assemblyBitsOfAll {
		t.Errorf("the bits of all loops are %s, want %s", got, assemblyBitsOfAll)
	}
}
