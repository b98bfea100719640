package place

import (
	"slices"

	"dllmbench/harness/result"
)

// Baseline reports whether the decoder of a cell writes one token after another
// from left to right: what other ways of decoding are compared with. Files from
// before cells said so know such a decoder by the name of its engine.
func Baseline(c result.Cell) bool { return c.Baseline || c.Engine == "autoregressive" }

// Reference is the index of the cell that others of its place are compared with:
// the one with this name (the label with or without its swept options), or
// without a name the first baseline, or else the first cell; never one that asks
// the checker, unless it is named. It is -1 if there is none.
func Reference(cells []result.Cell, name string) int {
	rules := []func(result.Cell) bool{
		func(c result.Cell) bool { return Baseline(c) && !c.Oracle() },
		func(c result.Cell) bool { return !c.Oracle() },
	}
	if name != "" {
		rules = []func(result.Cell) bool{
			func(c result.Cell) bool { return Decoder(c) == name },
			func(c result.Cell) bool { return c.Label == name },
		}
	}
	for _, fits := range rules {
		if i := slices.IndexFunc(cells, fits); i >= 0 {
			return i
		}
	}
	return -1
}
