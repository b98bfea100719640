//go:build (amd64 || arm64) && !purego

package kernel

// halfRows computes 1 to 5 rows of a product, as mulRows1 does.
type halfRows func(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)

// halfLoops are the loops of a type of 16 bits: products by the number of rows, in
// 256-bit registers and, for a multiple of four panels, in 512-bit ones.
type halfLoops struct {
	expand       func(dst *float32, src *uint16, blocks, ahead int)
	narrow, wide [tileRows]halfRows
}

// rows is mulTail for a type of 16 bits.
func (l *halfLoops) rows(c []float32, ldc int, a []float32, rs, ks, rows int, b []uint16, stride, k, panels int, add bool) {
	if wide := panels &^ 3; useAVX512 && wide > 0 {
		l.wide[rows](&c[0], ldc, &a[0], rs, ks, &b[0], stride, k, wide, add)
		if wide == panels {
			return
		}
		c, b, panels = c[wide*PanelWidth:], b[wide*stride:], panels-wide
	}
	l.narrow[rows](&c[0], ldc, &a[0], rs, ks, &b[0], stride, k, panels, add)
}

//go:noescape
func packHalfAsm(dst *uint16, src *byte, width, blocks int)

func expandBF16(dst *float32, src *uint16, blocks, ahead int)
func mulBF16Rows1(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows2(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows3(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows5(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)

func expandF16(dst *float32, src *uint16, blocks, ahead int)
func mulF16Rows1(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows2(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows3(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows5(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
