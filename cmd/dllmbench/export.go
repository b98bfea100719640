package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/reports/answers"
	"dllmbench/reports/disagree"
	"dllmbench/reports/exports"
	"dllmbench/reports/folder"
	"dllmbench/reports/push"
	"dllmbench/reports/view"
)

// exportCmd writes the numbers of a run for other programs.
type exportCmd struct {
	Folder string `arg:"" name:"run" help:"Folder of a run, or its results file."`
	Format string `default:"csv" placeholder:"FORMAT" help:"How to write it: {runFormats}."`
	Out    string `file:"place" placeholder:"PATH" help:"Where to write it; by default standard output. Formats of several files need a folder."`

	To         string `placeholder:"URL" help:"Send it to a server instead: an MLflow tracking server, or a collector of OpenTelemetry."`
	KeyEnv     string `placeholder:"NAME" help:"Environment variable with the key for --to, sent as a bearer token."`
	Experiment string `placeholder:"NAME" default:"dllmbench" help:"Experiment of MLflow; it is made where it is missing."`

	Outputs  bool   `help:"Write what decoders wrote for each instance, with its name in the file of tasks, as csv, json or jsonl: to be judged elsewhere. Prompts are there where the scenario says keep: prompts, or nothing here judges."`
	Disagree string `placeholder:"A,B" help:"Write the instances that one of two decoders answers exactly and the other does not, as csv, json or jsonl. A and B are names from the table (\"diffusion steps=4\") or engines."`
}

func (*exportCmd) Help() string {
	return "Formats:\n\n" + exports.Formats().Help() + `
Examples:

    dllmbench export results/mine > mine.csv
    dllmbench export results/mine --format gobench --out new.txt && benchstat old.txt new.txt
    dllmbench export results/mine --format parquet --out tables
    dllmbench export results/mine --format lm-eval --out harness
    dllmbench export results/mine --format mlflow --to http://127.0.0.1:5000
    dllmbench export results/mine --format prometheus --out /var/lib/node_exporter/dllmbench.prom
    dllmbench export results/mine --outputs --format jsonl > outputs.jsonl
    dllmbench export results/mine --disagree autoregressive,diffusion --format jsonl`
}

// Run exports.
func (c *exportCmd) Run(con *console) error {
	switch {
	case c.Outputs && c.Disagree != "":
		return exit.Errorf(exit.Usage, "--outputs and --disagree are different exports: give one of them")
	case c.Outputs:
		return c.outputs(con)
	case c.Disagree != "":
		return c.disagreements(con)
	}
	formats := exports.Formats()
	i := slices.Index(formats.Names(), c.Format)
	if i < 0 {
		return exit.With(exit.Usage, engines.UnknownName("format", c.Format, formats.Names()))
	}
	as := formats[i]
	switch {
	case c.To != "" && as.Send == nil:
		return exit.Errorf(exit.Usage, "--to: --format %s is not sent to servers", c.Format)
	case c.To != "" && c.Out != "", c.To == "" && c.KeyEnv != "":
		return exit.Errorf(exit.Usage, "--to and --out are different ways, and --key-env belongs to --to")
	case c.To == "" && as.Text == nil && as.Files == nil:
		return exit.Errorf(exit.Usage, "--format %s needs a server: name its address with --to", c.Format)
	case c.Experiment != "dllmbench" && c.Format != "mlflow":
		return exit.Errorf(exit.Usage, "--experiment belongs to --format mlflow")
	case as.Files != nil && c.Out == "":
		return exit.Errorf(exit.Usage, "--format %s makes several files: name a folder for them with --out", c.Format)
	}
	to := push.Target{URL: c.To, KeyEnv: c.KeyEnv, Experiment: c.Experiment}
	if c.To != "" {
		if _, err := push.Open(to); err != nil {
			return exit.With(exit.Usage, err)
		}
	}
	run, err := exports.Open(folder.Inside(c.Folder))
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; a run is named by its folder", err)
	}
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	defer run.Close()
	if c.To != "" {
		said, err := as.Send(con.ctx, run, to)
		if err == nil {
			_, err = fmt.Fprintln(con.stdout, said)
		}
		return exit.With(exit.Execution, err)
	}
	if as.Files == nil {
		return c.write(con, func(out io.Writer) error { return as.Text(out, run) })
	}
	var placed error // that of a file, which has its exit code
	err = as.Files(run, func(path string, write func(io.Writer) error) error {
		placed = con.put(filepath.Join(c.Out, filepath.FromSlash(path)), write)
		return placed
	})
	switch {
	case placed != nil:
		return placed
	case errors.Is(err, exports.ErrNothing):
		return exit.With(exit.Insufficient, err)
	}
	return exit.With(exit.Execution, err)
}

// write writes to the file of --out, or to standard output.
func (c *exportCmd) write(con *console, to func(io.Writer) error) error {
	if c.Out == "" {
		return exit.With(exit.Execution, to(con.stdout))
	}
	return con.put(c.Out, to)
}

// outputs writes what decoders wrote.
func (c *exportCmd) outputs(con *console) error {
	as, ok := answers.Formats().Find(c.Format)
	if !ok {
		return exit.Errorf(exit.Usage, "--format %s: outputs can be csv, json or jsonl", c.Format)
	}
	f, err := folder.Read(c.Folder)
	if err != nil {
		return err
	}
	return c.write(con, func(out io.Writer) error { return as.Write(out, f) })
}

// disagreements writes where two decoders disagree.
func (c *exportCmd) disagreements(con *console) error {
	a, b, two := strings.Cut(c.Disagree, ",")
	if a, b = strings.TrimSpace(a), strings.TrimSpace(b); !two || a == "" || b == "" {
		return exit.Errorf(exit.Usage, "--disagree %s: two decoders are needed, for example --disagree autoregressive,diffusion", c.Disagree)
	}
	as, ok := disagree.Formats().Find(c.Format)
	if !ok {
		return exit.Errorf(exit.Usage, "--format %s: disagreements can be csv, json or jsonl", c.Format)
	}
	f, err := folder.Read(c.Folder)
	if err != nil {
		return err
	}
	cases, err := disagree.Between(view.New(f), a, b)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return c.write(con, func(out io.Writer) error { return as.Write(out, cases) })
}
