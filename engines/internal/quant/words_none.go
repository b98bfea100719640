//go:build !amd64 || purego

package quant

// byWords reports whether products with numbers of some bits may need words: none does.
func byWords(int) bool { return false }

func widenRow(*int16, *int8, int) {}
