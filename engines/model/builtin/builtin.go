// Package builtin holds the trained checkpoints that are compiled into the
// binary, so that a fresh clone can compare decoders without a download. How
// they were trained and what they can do is in docs/model-card.md.
package builtin

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

// The loss tables and curves beside the checkpoints are for readers of the
// repository and stay out of the binary.
//
//go:embed */*.json */*.safetensors
var files embed.FS

// Names lists the checkpoints: first the default, which all decoders share, then
// its controls, each trained for one way of decoding alone, and v1 continued with
// gaps in stories and code.
func Names() []string { return []string{"v1", "v1-ar", "v1-diffusion", "v1-gaps"} }

// Open returns the folder of a checkpoint: config.json, model.safetensors and
// tokenizer.json.
func Open(name string) (fs.FS, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no built-in weights named %q, there are %v", name, Names())
	}
	return fs.Sub(files, name)
}
