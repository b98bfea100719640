package main

import (
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// coherenceCmd says what the texts of a run keep and how they vary.
type coherenceCmd struct {
	Dir    string `arg:"" help:"Folder of a run, with its results.jsonl."`
	Kinds  bool   `help:"Also show satisfied constraints by kind; json and csv always include them."`
	Format string `enum:"table,json,csv" default:"table" help:"table, json or csv."`
}

func (*coherenceCmd) Help() string {
	return `For each task and decoder: validity, coherence, entropy, repetition and code scores; satisfied constraints by distance,
backward and lookahead; and cross-entropy against entropy if the run sweeps the temperature. docs/metrics.md defines
each number.

Examples:

    dllmbench run scenarios/coherence.yaml --out results/coherence
    dllmbench coherence results/coherence
    dllmbench coherence results/coherence --format csv > coherence.csv`
}

// Run prints the tables of the results in a folder.
func (c *coherenceCmd) Run(con *console) error {
	file, err := folder.Read(c.Dir)
	if err != nil {
		return err
	}
	v := view.New(file)
	switch c.Format {
	case "json":
		return cells.CoherenceJSON(con.stdout, v)
	case "csv":
		return cells.CoherenceCSV(con.stdout, v)
	}
	return cells.Coherence(con.stdout, v, terminal.Width(con.stdout), c.Kinds)
}
