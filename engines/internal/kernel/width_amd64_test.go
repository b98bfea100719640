//go:build amd64 && !purego

package kernel

// productWidths lists the register widths that this CPU can use for products.
func productWidths() []int {
	switch ProductBits() {
	case 512:
		return []int{256, 512}
	case 256:
		return []int{256}
	}
	return []int{0}
}

// useWidth makes products run in registers of the given width until the returned
// function is called. No product may be under way.
func useWidth(bits int) (restore func()) {
	before := useAVX512
	useAVX512 = bits == 512
	return func() { useAVX512 = before }
}
