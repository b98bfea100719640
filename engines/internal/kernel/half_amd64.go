//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// halfRows computes 1 to 5 rows of a product, as mulRows1 does.
type halfRows func(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)

// halfLoops are the loops of a type of 16 bits: products by the number of rows, in
// 256-bit registers and, for a multiple of four panels, in 512-bit ones.
type halfLoops struct {
	expand       func(dst *float32, src *uint16, blocks, ahead int)
	narrow, wide [tileRows]halfRows
}

var fastBF16, fastF16 = func() (bf16, f16 *halfLoops) {
	if useAssembly {
		bf16 = &halfLoops{
			expandBF16,
			[tileRows]halfRows{1: mulBF16Rows1, mulBF16Rows2, mulBF16Rows3, mulBF16Rows4, mulBF16Rows5},
			[tileRows]halfRows{1: mulBF16Rows1x4, mulBF16Rows2x4, mulBF16Rows3x4, mulBF16Rows4x4, mulBF16Rows5x4},
		}
	}
	if useAssembly && cpu.X86.HasF16C {
		f16 = &halfLoops{
			expandF16,
			[tileRows]halfRows{1: mulF16Rows1, mulF16Rows2, mulF16Rows3, mulF16Rows4, mulF16Rows5},
			[tileRows]halfRows{1: mulF16Rows1x4, mulF16Rows2x4, mulF16Rows3x4, mulF16Rows4x4, mulF16Rows5x4},
		}
	}
	return bf16, f16
}()

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
func mulBF16Rows1x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows2x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows3x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows4x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows5x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)

func expandF16(dst *float32, src *uint16, blocks, ahead int)
func mulF16Rows1(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows2(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows3(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows5(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows1x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows2x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows3x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows4x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows5x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
