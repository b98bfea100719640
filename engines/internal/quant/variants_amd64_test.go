//go:build amd64 && !purego

package quant

import "testing"

// variants runs a test with every inner loop that this machine has.
func variants(t *testing.T, test func(*testing.T)) {
	hasWide, hasNarrow, hasDots := wide, narrow, dots
	defer func() { wide, narrow, dots = hasWide, hasNarrow, hasDots }()
	for _, v := range []struct {
		loops              string
		wide, narrow, dots bool
	}{{"avx512-vnni", true, true, false}, {"avx-vnni", false, true, true}, {"avx2", false, true, false}, {"generic", false, false, false}} {
		wide, narrow, dots = v.wide, v.narrow, v.dots
		if (!v.wide || hasWide) && (!v.narrow || hasNarrow) && (!v.dots || hasDots) {
			if Loops() != v.loops {
				t.Errorf("the loops are called %s", Loops())
			}
			t.Run(v.loops, test)
		}
	}
}
