package builtin

import "embed"

// files is the default alone: a page has to load it.
//
//go:embed v1/*.json v1/*.safetensors
var files embed.FS

var names = []string{"v1"}
