//go:build arm64 && !purego

package kernel

// mulTiles computes row tiles of whole panels.
func mulTiles(c []float32, ldc int, a *float32, rs, ks, step int, b []float32, stride, k, tiles, panels int, add, _ bool) {
	mulTile6(&c[0], ldc, a, rs, ks, step, &b[0], stride, k, tiles, panels, add)
}

// mulTail is mulTiles for 1 to 5 rows.
func mulTail(c []float32, ldc int, a *float32, rs, ks, rows int, b []float32, stride, k, panels int, add bool) {
	mulRows(c, ldc, a, rs, ks, rows, b, stride, k, panels, add)
}
