//go:build amd64 && !purego

package quant

import "testing"

// variants runs a test with every inner loop that this machine has.
func variants(t *testing.T, test func(*testing.T)) {
	hasWide, hasNarrow, hasDots := wide, narrow, dots
	defer func() { wide, narrow, dots = hasWide, hasNarrow, hasDots }()
	for _, v := range []struct {
		name               string
		wide, narrow, dots bool
	}{{"512", true, true, false}, {"256 with VNNI", false, true, true}, {"256", false, true, false}, {"generic", false, false, false}} {
		wide, narrow, dots = v.wide, v.narrow, v.dots
		if (!v.wide || hasWide) && (!v.narrow || hasNarrow) && (!v.dots || hasDots) {
			t.Run(v.name, test)
		}
	}
}
