//go:build amd64 && !purego

package quant

import "testing"

// variants runs a test with every inner loop that this machine has.
func variants(t *testing.T, test func(*testing.T)) {
	hasWide, hasNarrow := wide, narrow
	defer func() { wide, narrow = hasWide, hasNarrow }()
	for _, v := range []struct {
		name         string
		wide, narrow bool
	}{{"512", true, true}, {"256", false, true}, {"generic", false, false}} {
		if wide, narrow = v.wide, v.narrow; !v.wide || hasWide {
			if !v.narrow || hasNarrow {
				t.Run(v.name, test)
			}
		}
	}
}
