//go:build arm64 && !purego

package kernel

var fastBF16, fastF16 = func() (bf16, f16 *halfLoops) {
	if useAssembly {
		bf16 = &halfLoops{expand: expandBF16, narrow: [tileRows]halfRows{1: mulBF16Rows1, mulBF16Rows2, mulBF16Rows3, mulBF16Rows4, mulBF16Rows5}}
		f16 = &halfLoops{expand: expandF16, narrow: [tileRows]halfRows{1: mulF16Rows1, mulF16Rows2, mulF16Rows3, mulF16Rows4, mulF16Rows5}}
	}
	return bf16, f16
}()
