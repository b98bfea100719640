package kernel

// Variant names the set of loops in use, "avx2", "neon" or "generic". It is chosen once
// at start-up and does not change. "avx2" and "neon" make the same sums in the same
// order, so their results agree bit for bit; those of "generic" do so only among
// themselves.
func Variant() string {
	if useAssembly {
		return assembly
	}
	return "generic"
}

// ProductBits is the width in bits of the registers that matrix products use:
// 512, 256, 128, or 0 for plain Go. It changes the speed and not a bit of the result.
func ProductBits() int {
	switch {
	case useAVX512:
		return 512
	case useAssembly:
		return assemblyBits
	}
	return 0
}
