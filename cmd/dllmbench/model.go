package main

import (
	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/reports/terminal"
)

// modelCmd describes a checkpoint.
type modelCmd struct {
	Weights string `arg:"" optional:"" help:"builtin:NAME, shape:NAME or a checkpoint (folder or .gguf file); by default the trained weights in the binary."`
}

func (*modelCmd) Help() string {
	return `Reads and checks the whole checkpoint: shapes, finite numbers, and whether the tokenizer fits.

Examples:

    dllmbench model
    dllmbench model path/to/checkpoint
    dllmbench model path/to/model.gguf
    dllmbench model shape:20m`
}

// Run prints the shape of the model.
func (c *modelCmd) Run(con *console) error {
	spec := namedWeights(c.Weights)
	w, err := library.Open(spec)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	return terminal.WriteFacts(con.stdout, catalog.Checkpoint(spec, w))
}
