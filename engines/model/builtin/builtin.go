// Package builtin holds the trained checkpoints that are compiled into the
// binary, so that a fresh clone can compare decoders without a download. How
// they were trained and what they can do is in docs/model-card.md.
package builtin

import (
	"fmt"
	"io/fs"
	"slices"
)

// Names lists the checkpoints: first the default, which all decoders share, then
// its controls, each trained for one way of decoding alone, and v1 continued with
// gaps in stories and code. In a browser there is the default alone.
func Names() []string { return slices.Clone(names) }

// Open returns the folder of a checkpoint: config.json, model.safetensors and
// tokenizer.json.
func Open(name string) (fs.FS, error) {
	if !slices.Contains(names, name) {
		return nil, fmt.Errorf("no built-in weights named %q, there are %v", name, names)
	}
	return fs.Sub(files, name)
}
