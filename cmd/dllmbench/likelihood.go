package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/model"
	"dllmbench/engines/rating"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
)

// likelihoodCmd rates the reference answers of a workload.
type likelihoodCmd struct {
	Weights    string   `help:"builtin:NAME or a checkpoint (folder or .gguf file); by default the trained weights in the binary."`
	Workload   string   `default:"arithmetic" help:"Workload whose reference answers are rated."`
	Rungs      []string `placeholder:"RUNG,..." help:"Rungs of its ladder; by default all of them."`
	Split      string   `default:"validation" help:"Split of the instances: train, validation or test."`
	Instances  int      `range:"1 to 100000" default:"16" help:"Instances of each rung."`
	Blocks     []int    `range:"0 to 1048576" default:"1,4,16" help:"Block lengths of block diffusion; 0 is the whole answer."`
	Repeats    int      `range:"2 to 10000" default:"8" help:"Independent estimates of each bound."`
	Pads       int      `range:"0 to 65536" help:"Padding tokens behind the answer that the bounds rate too."`
	Seed       uint64   `help:"Seed of the drawn masks."`
	ByPosition bool     `help:"Bits by position of the answer instead of by text."`
	Format     string   `enum:"table,json,csv" default:"table" help:"table, json or csv."`
	Threads    int      `range:"0 to 1024" placeholder:"N" help:"Worker threads; by default one per processor."`
}

func (*likelihoodCmd) Help() string {
	return `Autoregressive rows are exact. Rows of full and block diffusion are upper bounds: a gap to the first row is caused by
worse conditionals, by slack of the bound, or by both. See docs/likelihood.md.

If the workload knows the distribution of its answers, the row oracle shows what a perfect model needs.

Examples:

    dllmbench likelihood
    dllmbench likelihood --workload markov --instances 32 --blocks 1,2,4,8,0
    dllmbench likelihood --workload sudoku --rungs holes-6 --by-position
    dllmbench likelihood --weights training/mine --format csv`
}

// Run rates and prints.
func (c *likelihoodCmd) Run(con *console) error {
	w, rungs, err := c.choose()
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	named := namedWeights(c.Weights)
	weights, err := setup.Text(&library.Shelf{}, named)
	if err != nil {
		return err
	}
	session := model.NewSession(weights.Model, cmp.Or(c.Threads, runtime.NumCPU()))
	defer session.Close()
	scorer := likelihood.New(session)
	var rows []rating.Row
	for _, rung := range rungs {
		more, err := rating.Rung(con.ctx, w, rung, workloads.Split(c.Split), c.Instances, weights.Codec, scorer,
			rating.Options{Blocks: c.Blocks, Repeats: c.Repeats, Pads: c.Pads, Seed: c.Seed, ByPosition: c.ByPosition})
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		rows = append(rows, more...)
	}
	switch c.Format {
	case "json":
		return table.Object(con.stdout, rows)
	case "csv":
		return table.CSV(con.stdout, slices.Values(rows))
	}
	fmt.Fprintf(con.stdout, "%s, %s, %s split, %d instances of each rung; ≤ marks an upper bound, ± is one standard error\n", terminal.Visible(named.String()), w.Name(), c.Split, c.Instances)
	return writeBits(con.stdout, rows)
}

// choose checks the flags and finds what they name.
func (c *likelihoodCmd) choose() (workloads.Workload, []int, error) {
	if splits := []string{"train", "validation", "test"}; !slices.Contains(splits, c.Split) {
		return nil, nil, engines.UnknownName("split", c.Split, splits)
	}
	w, err := workloads.Named(all.Workloads(), c.Workload)
	if err != nil {
		return nil, nil, err
	}
	rungs, err := workloads.RungsNamed(w, c.Rungs...)
	if err == nil && w.Generate(workloads.Validation, rungs[0], 0).Template != nil {
		err = fmt.Errorf("workload %s fills gaps; only answers that continue a prompt are rated", w.Name())
	}
	return w, rungs, err
}

// writeBits prints the table for people.
func writeBits(w io.Writer, rows []rating.Row) error {
	t := table.New(2, "rung", "mode", "position", "bits per token", "nats", "gap to ar in nats", "tokens")
	var notes []string
	for _, r := range rows {
		bound, position, gap := "", "", ""
		if r.Untrained != "" {
			notes = lists.With(notes, fmt.Sprintf("%s untrained use: %s: %s.\n", view.UntrainedMark, r.Mode, r.Untrained))
			r.Mode += " " + view.UntrainedMark
		}
		if r.Bound {
			bound = "≤ "
		}
		if r.Position != nil {
			position = strconv.Itoa(*r.Position)
		}
		if r.Gap != nil {
			gap = withError(*r.Gap, r.GapSE)
		}
		t.Add(r.Rung, r.Mode, position, bound+withError(r.BitsPerToken, r.SE), bound+withError(r.Nats, r.NatsSE), gap, r.Tokens)
	}
	_, err := io.WriteString(w, t.Text(0)+strings.Join(notes, ""))
	return err
}

// withError is a number with its standard error, if there is one.
func withError(x float64, se *float64) string {
	text := strings.Replace(strconv.FormatFloat(x, 'f', 3, 64), "-0.000", "0.000", 1)
	if se != nil {
		text += " ± " + strconv.FormatFloat(*se, 'f', 3, 64)
	}
	return text
}
