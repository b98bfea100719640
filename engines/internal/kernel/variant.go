package kernel

// Variant names the set of loops in use, "avx2" or "generic". It is chosen once
// at start-up and does not change. Results agree bit for bit only within one
// variant.
func Variant() string {
	if useAssembly {
		return "avx2"
	}
	return "generic"
}

// ProductBits is the width in bits of the registers that matrix products use:
// 512, 256, or 0 for plain Go. It changes the speed and not a bit of the result.
func ProductBits() int {
	switch {
	case useAVX512:
		return 512
	case useAssembly:
		return 256
	}
	return 0
}
