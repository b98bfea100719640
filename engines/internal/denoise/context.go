package denoise

import "dllmbench/engines/network"

// Sees is how many leading keys a finished position sees, in the way the
// weights were trained: those up to its own, or up to the end of its block where
// context is block-causal. The latter may reach into text that is not there yet.
func Sees(spec *network.Spec, pos int) int {
	if spec.ContextBlock == 0 {
		return pos + 1
	}
	return (pos/spec.ContextBlock + 1) * spec.ContextBlock
}
