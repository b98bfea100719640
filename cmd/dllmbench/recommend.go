package main

import (
	"slices"

	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/reports/advice"
	"dllmbench/reports/folder"
	"dllmbench/reports/view"
)

// recommendCmd says which decoder to use.
type recommendCmd struct {
	Length int      `range:"1 to 1048576" required:"" placeholder:"TOKENS" help:"Length of an answer in tokens."`
	Batch  int      `range:"1 to 4096" default:"1" help:"Requests that are decoded together."`
	Floor  *float64 `range:"0 to 1" placeholder:"SHARE" help:"Least share of exact answers, from 0 to 1; 0 for any. Without it the floor of quality that the run's scenario sets, else 0."`
	Dir    string   `arg:"" optional:"" help:"Folder of a run; by default the newest below results/."`
	jsonFlag
}

func (*recommendCmd) Help() string {
	return `For each task of the run whose answers have about that length (within a factor of 2), names the fastest decoder that
reaches the minimum quality, the cheapest in FLOPs and the best. Each comes with its runner-up, with whether the lead
is significant, and with what would change the answer. Exit code 5 if no task of the run is close.

Examples:

    dllmbench recommend --length 32 --floor 0.8
    dllmbench recommend --length 256 --batch 4 results/mine
    dllmbench recommend --length 32 --json results/mine`
}

// Run answers from the records of a run.
func (c *recommendCmd) Run(con *console) error {
	if c.Dir == "" {
		var err error
		if c.Dir, err = folder.Newest("results"); err != nil {
			return err
		}
	}
	file, err := folder.Read(c.Dir)
	if err != nil {
		return err
	}
	a, err := advice.Ask(view.New(file), c.question(file))
	if err != nil {
		return exit.With(exit.Insufficient, err)
	}
	if c.JSON {
		return a.JSON(con.stdout)
	}
	return a.Text(con.stdout)
}

// question is what is asked, with the floor of the run where the command line
// sets none.
func (c *recommendCmd) question(run *result.File) advice.Question {
	q := advice.Question{Length: c.Length, Batch: c.Batch}
	if c.Floor != nil {
		q.Floor = *c.Floor
		return q
	}
	if f := run.Header.Floor; f != nil && slices.Contains(result.Shares(result.Metrics()), f.Metric) {
		q.Floor, q.Metric = f.Share, view.Metric(f.Metric)
	}
	return q
}
