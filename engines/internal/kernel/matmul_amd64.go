//go:build amd64 && !purego

package kernel

//go:noescape
func mulTile6x4(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add, more bool)

//go:noescape
func mulTile6x2(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add bool)

//go:noescape
func mulRows5x4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows4x4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows3x4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows2x4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows1x4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

// mulTiles is mulTile6 in the widest registers there are: four panels at once,
// then two, then one. If there are more panels behind these, some are fetched.
func mulTiles(c []float32, ldc int, a *float32, rs, ks, step int, b []float32, stride, k, tiles, panels int, add, more bool) {
	if useAVX512 {
		if n := panels &^ 3; n > 0 {
			mulTile6x4(&c[0], ldc, a, rs, ks, step, &b[0], stride, k, tiles, n, add, more)
			if n == panels {
				return
			}
			c, b, panels = c[n*PanelWidth:], b[n*stride:], panels-n
		}
		if panels >= 2 {
			mulTile6x2(&c[0], ldc, a, rs, ks, step, &b[0], stride, k, tiles, 2, add)
			if panels == 2 {
				return
			}
			c, b, panels = c[2*PanelWidth:], b[2*stride:], panels-2
		}
	}
	mulTile6(&c[0], ldc, a, rs, ks, step, &b[0], stride, k, tiles, panels, add)
}

// mulTail is mulTiles for 1 to 5 rows.
func mulTail(c []float32, ldc int, a *float32, rs, ks, rows int, b []float32, stride, k, panels int, add bool) {
	if wide := panels &^ 3; useAVX512 && wide > 0 {
		mulTail512(&c[0], ldc, a, rs, ks, rows, &b[0], stride, k, wide, add)
		if wide == panels {
			return
		}
		c, b, panels = c[wide*PanelWidth:], b[wide*stride:], panels-wide
	}
	mulRows(c, ldc, a, rs, ks, rows, b, stride, k, panels, add)
}

// mulTail512 is mulTail for a multiple of four panels.
func mulTail512(c *float32, ldc int, a *float32, rs, ks, rows int, b *float32, stride, k, panels int, add bool) {
	switch rows {
	case 1:
		mulRows1x4(c, ldc, a, rs, ks, b, stride, k, panels, add)
	case 2:
		mulRows2x4(c, ldc, a, rs, ks, b, stride, k, panels, add)
	case 3:
		mulRows3x4(c, ldc, a, rs, ks, b, stride, k, panels, add)
	case 4:
		mulRows4x4(c, ldc, a, rs, ks, b, stride, k, panels, add)
	case 5:
		mulRows5x4(c, ldc, a, rs, ks, b, stride, k, panels, add)
	}
}
