//go:build !amd64 || purego

package kernel

// productWidths lists the register widths that products can use: none here.
func productWidths() []int { return []int{0} }

func useWidth(int) (restore func()) { return func() {} }
