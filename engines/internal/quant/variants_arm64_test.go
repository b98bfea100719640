//go:build arm64 && !purego

package quant

import "testing"

// variants runs a test with every inner loop that this machine has.
func variants(t *testing.T, test func(*testing.T)) {
	hasNEON, hasProducts, hasMatrices := narrow, products, matrices
	defer func() { narrow, products, matrices = hasNEON, hasProducts, hasMatrices }()
	for _, v := range []struct {
		loops                      string
		narrow, products, matrices bool
	}{{"i8mm", true, true, true}, {"dotprod", true, true, false}, {"neon", true, false, false}, {"generic", false, false, false}} {
		narrow, products, matrices = v.narrow, v.products, v.matrices
		if (!v.narrow || hasNEON) && (!v.products || hasProducts) && (!v.matrices || hasMatrices) {
			if Loops() != v.loops {
				t.Errorf("the loops are called %s", Loops())
			}
			t.Run(v.loops, test)
		}
	}
}
