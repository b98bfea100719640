package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/engines/atomicfile"
	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/reports/terminal"
)

// modelCmd describes and writes weights.
type modelCmd struct {
	Show   modelShowCmd   `cmd:"" default:"withargs" help:"Describe and check a checkpoint."`
	Export modelExportCmd `cmd:"" help:"Write weights for other programs: a checkpoint folder or a GGUF file."`
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

// modelExportCmd writes weights as a folder or a file.
type modelExportCmd struct {
	Weights string `arg:"" help:"builtin:NAME, shape:NAME or a checkpoint (folder or .gguf file)."`
	Out     string `required:"" placeholder:"PATH" help:"New folder to write, or a new file whose name ends in .gguf."`
	Dtype   string `default:"float32" enum:"float32,bfloat16,float16,q8_0" help:"How numbers are stored: float32 (exactly), bfloat16 or float16 (rounded to nearest), or in a GGUF file q8_0 (8 bits and a scale for 32 of them)."`
}

func (*modelExportCmd) Help() string {
	return `Writes a folder with config.json, model.safetensors, tokenizer.json, tokenizer_config.json and generation_config.json for
transformers, or a GGUF file for llama.cpp; both give the same logits as here. Random weights get a tokenizer of bytes.
What is no Llama, Mistral, Qwen2, Qwen3 or GPT-2 is computed by transformers with the modelling files of its makers, which are
copied where they stand beside the weights. Refused are networks and tokenizers that GGUF files have no name for.

Examples:

    dllmbench model export builtin:v1 --out v1 --dtype bfloat16
    dllmbench model export path/to/checkpoint --out small.gguf --dtype q8_0
    dllmbench model export path/to/model.gguf --out unpacked`
}

// Run writes the folder or file.
func (c *modelExportCmd) Run(con *console) error {
	taken := exit.Errorf(exit.Usage, "%s is there already: name something new", c.Out)
	if _, err := os.Lstat(c.Out); err == nil {
		return taken
	}
	if c.Dtype == "q8_0" && !library.IsGGUF(c.Out) {
		return exit.Errorf(exit.Usage, "--dtype q8_0 is for GGUF files: name one (--out %s.gguf)", c.Out)
	}
	name := namedWeights(c.Weights)
	w, err := library.Open(name)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	con.onLeave(func() { atomicfile.Sweep(filepath.Dir(c.Out)) })
	notes, err := library.Export(name, w, c.Out, c.Dtype)
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken
	case err != nil:
		return exit.With(exit.Execution, fmt.Errorf("%s: %w", name, err))
	}
	for _, note := range notes {
		fmt.Fprintln(con.stderr, "note:", note)
	}
	_, err = fmt.Fprintf(con.stdout, "wrote %s: %d parameters as %s\n", c.Out, w.Model.Spec().Params, c.Dtype)
	return err
}
