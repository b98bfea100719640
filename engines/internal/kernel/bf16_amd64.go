//go:build amd64 && !purego

package kernel

// bf16Rows computes 1 to 5 rows of a product, as mulRows1 does.
type bf16Rows func(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)

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

//go:noescape
func expandBF16(dst *float32, src *uint16, blocks int)

//go:noescape
func packBF16AVX2(dst *uint16, src *byte, width, blocks int)

// bf16Narrow and bf16Wide are the functions by the number of rows: in 256-bit
// registers, and in 512-bit ones for a multiple of four panels.
var (
	bf16Narrow = [tileRows]bf16Rows{1: mulBF16Rows1, mulBF16Rows2, mulBF16Rows3, mulBF16Rows4, mulBF16Rows5}
	bf16Wide   = [tileRows]bf16Rows{1: mulBF16Rows1x4, mulBF16Rows2x4, mulBF16Rows3x4, mulBF16Rows4x4, mulBF16Rows5x4}
)

// mulBF16Rows is mulTail for bfloat16.
func mulBF16Rows(c []float32, ldc int, a []float32, rs, ks, rows int, b []uint16, stride, k, panels int, add bool) {
	if wide := panels &^ 3; useAVX512 && wide > 0 {
		bf16Wide[rows](&c[0], ldc, &a[0], rs, ks, &b[0], stride, k, wide, add)
		if wide == panels {
			return
		}
		c, b, panels = c[wide*PanelWidth:], b[wide*stride:], panels-wide
	}
	bf16Narrow[rows](&c[0], ldc, &a[0], rs, ks, &b[0], stride, k, panels, add)
}
