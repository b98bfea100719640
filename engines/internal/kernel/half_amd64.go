//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

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

func mulBF16Rows1x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows2x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows3x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows4x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulBF16Rows5x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows1x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows2x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows3x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows4x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
func mulF16Rows5x4(c *float32, ldc int, a *float32, rs, ks int, b *uint16, stride, k, panels int, add bool)
