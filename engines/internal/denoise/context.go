package denoise

import "dllmbench/engines/model"

// Sees is how many leading keys a finished position sees, in the way the
// weights were trained: those up to its own, or up to the end of its block where
// context is block-causal. The latter may reach into text that is not there yet.
func Sees(cfg *model.Config, pos int) int {
	if cfg.Context != "block" {
		return pos + 1
	}
	return (pos/cfg.BlockSize + 1) * cfg.BlockSize
}
