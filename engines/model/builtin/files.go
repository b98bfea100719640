//go:build !js

package builtin

import "embed"

// The loss tables and curves beside the checkpoints are for readers of the
// repository and stay out of the binary.
//
//go:embed */*.json */*.safetensors
var files embed.FS

var names = []string{"v1", "v1-ar", "v1-diffusion", "v1-gaps"}
