//go:build arm64 && !purego

package quant

import "testing"

// variants runs a test with every inner loop that this machine has.
func variants(t *testing.T, test func(*testing.T)) {
	hasNEON, hasProducts := narrow, products
	defer func() { narrow, products = hasNEON, hasProducts }()
	for _, v := range []struct {
		name             string
		narrow, products bool
	}{{"dot products", true, true}, {"neon", true, false}, {"generic", false, false}} {
		if narrow, products = v.narrow, v.products; (!v.narrow || hasNEON) && (!v.products || hasProducts) {
			t.Run(v.name, test)
		}
	}
}
