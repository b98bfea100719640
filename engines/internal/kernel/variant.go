package kernel

// Variant names the set of loops in use, "avx2" or "generic". It is chosen once
// at start-up and does not change. Results agree bit for bit only within one
// variant.
func Variant() string {
	if useAVX2 {
		return "avx2"
	}
	return "generic"
}
