package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/atomicfile"
	"dllmbench/engines/golden"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/measure"
	"dllmbench/reports/terminal"
)

// modelCmd describes and writes weights.
type modelCmd struct {
	Show   modelShowCmd   `cmd:"" default:"withargs" help:"Describe and check a checkpoint."`
	Export modelExportCmd `cmd:"" help:"Write weights for other programs: a checkpoint folder or a GGUF file."`
}

// modelShowCmd describes a checkpoint.
type modelShowCmd struct {
	Weights   string        `arg:"" optional:"" help:"builtin:NAME, shape:NAME or a checkpoint (folder or .gguf file); by default the trained weights in the binary."`
	Length    int           `default:"1024" range:"1 to 1048576" placeholder:"TOKENS" help:"Length of the texts for which memory is stated, at most the context."`
	Batch     int           `default:"1" range:"1 to 4096" placeholder:"N" help:"Number of texts at once for which memory is stated."`
	Time      time.Duration `range:"0s to 1h" default:"2s" placeholder:"DURATION" help:"How long forward passes are measured; 0s for not at all."`
	Check     string        `placeholder:"FILE" help:"Compare with logits that another program computed from the same weights, in a file of JSON; differences are exit code 3."`
	Tolerance float64       `range:"0 to 1000" placeholder:"LOGIT" help:"By how much logits may differ from those of --check; by default 0.001, and for quantised weights 0.5 (8 bits), 1 (6), 1.5 (5) or 2 (4)."`
	Large     bool          `help:"Draw random weights that the free memory has no room for, too."`
}

func (*modelShowCmd) Help() string {
	return `Reads and checks the whole checkpoint: shapes, finite numbers, and whether the tokenizer fits. Says what memory decoding
needs and, measured on this machine, how long forward passes over 1, 32 and 512 positions take.

--check reads {"source": "…", "prompts": [{"text": "…", "ids": […], "top": [[id, logit], …], "answer": […]}, …]}: the ids of
a text without those that are put around it, the largest logits at its last position, and the ids of the greedy
continuation. text and answer may be left out. engines/golden/testdata/golden.py makes such a file with transformers.

Examples:

    dllmbench model
    dllmbench model path/to/checkpoint --length 4096 --batch 8
    dllmbench model path/to/model.gguf --check golden.json
    dllmbench model shape:20m`
}

// Run prints the shape of the model.
func (c *modelShowCmd) Run(con *console) error {
	if c.Tolerance > 0 && c.Check == "" {
		return exit.Errorf(exit.Usage, "--tolerance is that of --check: name a file")
	}
	spec := namedWeights(c.Weights)
	w, err := setup.Open(spec, c.Large, measure.Available(), con.stderr)
	if err != nil {
		return err
	}
	if c.Check != "" {
		return c.check(con, w)
	}
	facts := append(catalog.Checkpoint(spec, w, setup.Described(spec, w)), catalog.Memory(w.Model, c.Length, c.Batch))
	if c.Time > 0 {
		speed, err := catalog.Speed(con.ctx, w.Model, runtime.GOMAXPROCS(0), con.now, c.Time)
		if err != nil {
			return err
		}
		facts = append(facts, speed...)
	}
	return terminal.WriteFacts(con.stdout, facts)
}

// check compares weights with golden logits.
func (c *modelShowCmd) check(con *console, w library.Weights) error {
	file, err := golden.Read(c.Check, w.Model.Spec())
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	s := model.NewSession(w.Model, runtime.GOMAXPROCS(0))
	defer s.Close()
	tolerance := cmp.Or(c.Tolerance, golden.Tolerance(w.Stored+w.Model.Spec().Precision))
	var all []golden.Outcome
	bad := 0
	for _, p := range file.Prompts {
		if con.ctx.Err() != nil {
			return con.ctx.Err()
		}
		o, err := golden.Compare(s, w.Codec, p)
		if err != nil {
			return exit.With(exit.Setup, fmt.Errorf("%s: %w", c.Check, err))
		}
		if all = append(all, o); !o.OK(tolerance) {
			bad++
		}
	}
	if _, err := io.WriteString(con.stdout, catalog.Golden(all, w.Codec, tolerance).Text(0)); err != nil {
		return err
	}
	fmt.Fprintf(con.stderr, "logits may differ by %g from those of %s\n", tolerance, cmp.Or(file.Source, c.Check))
	if bad > 0 {
		return exit.Errorf(exit.Setup, "differences in %d of %s: these are other weights, another tokenizer or another network than those of %s", bad, lists.Count(len(all), "prompt"), c.Check)
	}
	return nil
}

// modelExportCmd writes weights as a folder or a file.
type modelExportCmd struct {
	Weights string `arg:"" help:"builtin:NAME, shape:NAME or a checkpoint (folder or .gguf file)."`
	Large   bool   `help:"Draw random weights that the free memory has no room for, too."`
	Out     string `required:"" placeholder:"PATH" help:"New folder to write, or a new file whose name ends in .gguf."`
	Dtype   string `default:"float32" enum:"float32,bfloat16,float16,q8_0,q6_k,q5_k_m,q5_1,q5_0,q4_k_m,q4_1,q4_0" help:"How numbers are stored: float32 (exactly), bfloat16 or float16 (rounded to nearest), or in a GGUF file as llama.cpp names its types: q8_0, q6_k, q5_k_m, q5_1, q5_0, q4_k_m, q4_1 or q4_0 (8 to 4 bits and scales)."`
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
	if !strings.Contains(c.Dtype, "float") && !library.IsGGUF(c.Out) {
		return exit.Errorf(exit.Usage, "--dtype %s is for GGUF files: name one (--out %s.gguf)", c.Dtype, c.Out)
	}
	name := namedWeights(c.Weights)
	if quantised := !strings.Contains(c.Dtype, "float"); quantised && name.Random() && name.Precision == "" {
		name.Precision = c.Dtype // large ones are drawn so, which is quicker than to round to it
	}
	w, err := setup.Open(name, c.Large, measure.Available(), con.stderr)
	if err != nil {
		return err
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
