package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/engines/atomicfile"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/harness/exit"
	"dllmbench/reports/terminal"
)

// modelCmd describes and writes weights.
type modelCmd struct {
	Show   modelShowCmd   `cmd:"" default:"withargs" help:"Describe and check a checkpoint."`
	Export modelExportCmd `cmd:"" help:"Write weights as a checkpoint folder for transformers and other programs."`
}

// modelShowCmd describes a checkpoint.
type modelShowCmd struct {
	Weights string `arg:"" optional:"" help:"builtin:NAME, shape:NAME or a checkpoint (folder or .gguf file); by default the trained weights in the binary."`
}

func (*modelShowCmd) Help() string {
	return `Reads and checks the whole checkpoint: shapes, finite numbers, and whether the tokenizer fits.

Examples:

    dllmbench model
    dllmbench model path/to/checkpoint
    dllmbench model path/to/model.gguf
    dllmbench model shape:20m`
}

// Run prints the shape of the model.
func (c *modelShowCmd) Run(con *console) error {
	spec := namedWeights(c.Weights)
	w, err := library.Open(spec)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	return terminal.WriteFacts(con.stdout, catalog.Checkpoint(spec, w))
}

// modelExportCmd writes weights as a folder.
type modelExportCmd struct {
	Weights string `arg:"" help:"builtin:NAME, shape:NAME or a checkpoint (folder or .gguf file)."`
	Out     string `required:"" placeholder:"FOLDER" help:"New folder to write."`
	Dtype   string `default:"float32" enum:"float32,bfloat16,float16" help:"How numbers are stored: float32 (exactly), bfloat16 or float16 (rounded to nearest)."`
}

func (*modelExportCmd) Help() string {
	return `Writes config.json, model.safetensors, tokenizer.json, tokenizer_config.json and generation_config.json, which
transformers loads with the same logits. Random weights get a tokenizer of bytes. A network that no class of
transformers computes is refused.

Examples:

    dllmbench model export builtin:v1 --out v1 --dtype bfloat16
    dllmbench model export path/to/model.gguf --out unpacked`
}

// Run writes the folder.
func (c *modelExportCmd) Run(con *console) error {
	taken := exit.Errorf(exit.Usage, "%s is there already: name a new folder", c.Out)
	if _, err := os.Lstat(c.Out); err == nil {
		return taken
	}
	name := namedWeights(c.Weights)
	w, err := library.Open(name)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	con.onLeave(func() { atomicfile.Sweep(c.Out) })
	lost, err := library.Export(name, w, c.Out, c.Dtype)
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken
	case err != nil:
		return exit.With(exit.Execution, fmt.Errorf("%s: %w", name, err))
	}
	if lost != nil {
		fmt.Fprintf(con.stderr, "note: %s does not put %s around a text, as the source would\n", model.TokenizerFile, strings.Join(lost, " "))
	}
	_, err = fmt.Fprintf(con.stdout, "wrote %s: %d parameters as %s\n", c.Out, w.Model.Spec().Params, c.Dtype)
	return err
}
