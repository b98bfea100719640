package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/harness/exit"
	"dllmbench/reports/answers"
	"dllmbench/reports/cells"
	"dllmbench/reports/ci"
	"dllmbench/reports/disagree"
	"dllmbench/reports/folder"
	"dllmbench/reports/lmeval"
	"dllmbench/reports/view"
)

// exportCmd writes the numbers of a run for other programs.
type exportCmd struct {
	Folder string `arg:"" name:"run" help:"Folder of a run, or its results file."`
	Format string `default:"csv" placeholder:"FORMAT" help:"How to write it: ${runFormats}."`
	Out    string `file:"out" placeholder:"FILE" help:"Where to write it; by default standard output."`

	Outputs  bool   `help:"Write what decoders wrote for each instance, with its name in the file of tasks, as csv, json or jsonl: to be judged elsewhere. Prompts are there where the scenario says keep: prompts, or nothing here judges."`
	LMEval   string `name:"lm-eval" placeholder:"FOLDER" help:"Write answers and scores as files of lm-evaluation-harness into a folder: results_*.json and samples_*.jsonl, for each decoder in a folder of its own."`
	Disagree string `placeholder:"A,B" help:"Write the instances that one of two decoders answers exactly and the other does not, as csv, json or jsonl. A and B are names from the table (\"diffusion steps=4\") or engines."`
}

func (*exportCmd) Help() string {
	return "Formats:\n\n" + ci.RunFormats().Help() + `
Examples:

    dllmbench export results/mine > mine.csv
    dllmbench export results/mine --format gobench --out new.txt && benchstat old.txt new.txt
    dllmbench export results/mine --outputs --format jsonl > outputs.jsonl
    dllmbench export results/mine --lm-eval harness
    dllmbench export results/mine --disagree autoregressive,diffusion --format jsonl`
}

// Run exports.
func (c *exportCmd) Run(con *console) error {
	switch {
	case c.Outputs && c.Disagree != "", c.LMEval != "" && (c.Outputs || c.Disagree != ""):
		return exit.Errorf(exit.Usage, "--outputs, --lm-eval and --disagree are different exports: give one of them")
	case c.LMEval != "":
		return c.lmEval(con)
	case c.Outputs:
		return c.outputs(con)
	case c.Disagree != "":
		return c.disagreements(con)
	}
	as, err := format(ci.RunFormats(), c.Format)
	if err != nil {
		return err
	}
	f, err := folder.Read(c.Folder)
	if err != nil {
		return err
	}
	run := cells.Run{File: f}
	if as.Name != ci.NeedsRequests {
		run.View = view.New(f)
	}
	return c.write(con, func(out io.Writer) error { return as.Write(out, run) })
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

// lmEval writes files of lm-evaluation-harness.
func (c *exportCmd) lmEval(con *console) error {
	f, err := folder.Read(c.Folder)
	if err != nil {
		return err
	}
	files, err := lmeval.Files(f)
	if err != nil {
		return exit.With(exit.Insufficient, err)
	}
	if len(files) == 0 {
		return exit.Errorf(exit.Insufficient, "%s holds no answer with a score", c.Folder)
	}
	for _, f := range files {
		path := filepath.Join(c.LMEval, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return exit.With(exit.Execution, err)
		}
		if err := con.put(path, func(w io.Writer) error { _, err := w.Write(f.Data); return err }); err != nil {
			return err
		}
	}
	return nil
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
