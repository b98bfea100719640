package main

import (
	"errors"
	"io/fs"

	"dllmbench/harness/exit"
	"dllmbench/reports/folder"
	"dllmbench/reports/traced"
)

// traceCmd says what the traces of a run show.
type traceCmd struct {
	Dir string `arg:"" help:"Folder of a run that made traces."`
	jsonFlag
}

func (*traceCmd) Help() string {
	return `A traced run decodes a few instances of each cell once more, untimed, and records every forward pass in traces.jsonl.
This command derives from it

  steps      passes that chose tokens, mean
  order      Kendall's tau-b of the order in which the useful tokens became final against left to right:
             1 is left to right, 0 any order
  tokens/step
             useful tokens for each step that made one of them final
  ECE        expected calibration error of the confidences of committed tokens against the only correct
             answer; ten bins
  answer     share of the steps after which the result was predicted rightly for good, also while masked
  reasoning  the same for all tokens of the reasoning; written: when the last of them was committed
             (for right answers that have both parts)
  agree, KL  rows whose most probable token is that of the same pass without cache, and the divergence of
             the distributions in nats
  drift      relative change that the cached keys and values of the last layer have missed

Examples:

    dllmbench run --quick --trace 3 --out results/traced
    dllmbench trace results/traced`
}

// Run prints the derived numbers of each cell.
func (c *traceCmd) Run(con *console) error {
	file, err := folder.Read(c.Dir)
	if err != nil {
		return err
	}
	list, err := traced.Read(c.Dir, file.Header.Cells)
	if errors.Is(err, fs.ErrNotExist) {
		return exit.Errorf(exit.Setup, "%s holds no traces: make some with dllmbench run --trace 3, or measurement: {trace: 3} in the scenario", c.Dir)
	} else if err != nil {
		return exit.With(exit.Setup, err)
	}
	return printRows(con, c.jsonFlag, list)
}
