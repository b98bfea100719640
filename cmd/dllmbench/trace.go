package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/internal/exit"
	"dllmbench/reports/folder"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// traceCmd says what the traces of a run show.
type traceCmd struct {
	Dir  string `arg:"" help:"Folder of a run that made traces."`
	JSON bool   `help:"Print JSON instead of text."`
}

// Help shows how the command is used.
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

// traced are the derived numbers of one cell; NaN (null in JSON) is unknown.
type traced struct {
	Cell      string       `json:"cell"` // id
	Task      string       `json:"task" title:"task"`
	Decoder   string       `json:"decoder" title:"decoder"`
	Traces    int          `json:"traces" title:"n"`                                  // instances that were traced
	Steps     trace.Number `json:"steps" title:"steps" format:"%.1f"`                 // passes that chose tokens, mean
	Order     trace.Number `json:"order_tau" title:"order" format:"%.2f"`             // Kendall's tau-b of the order of commits against left to right
	Parallel  trace.Number `json:"tokens_per_step" title:"tokens/step" format:"%.2f"` // useful tokens for each step that made one of them final
	ECE       trace.Number `json:"ece" title:"ECE" format:"%.1f%%"`                   // expected calibration error of the confidences, 0 to 1
	Answer    trace.Number `json:"answer_right" title:"answer" format:"%.0f%%"`       // share of the steps after which the result was predicted rightly for good
	Ever      trace.Number `json:"answer_ever"`                                       // share of the steps after which it was predicted rightly at all
	Reasoning trace.Number `json:"reasoning_right" title:"reasoning" format:"%.0f%%"` // answer_right of all tokens of the reasoning
	Written   trace.Number `json:"reasoning_written" title:"written" format:"%.0f%%"` // share of the steps after which the last token of the reasoning was committed
	Agree     trace.Number `json:"agreement" title:"agree" format:"%.1f%%"`           // share of rows whose most probable token is that of the pass without cache
	KL        trace.Number `json:"kl" title:"KL" format:"%.2g"`                       // divergence from the pass without cache in nats
	DriftK    trace.Number `json:"drift_k" title:"drift K" format:"%.3f"`             // relative change that the cached keys of the last layer have missed
	DriftV    trace.Number `json:"drift_v" title:"drift V" format:"%.3f"`             // the same of values
}

// Run prints the derived numbers of each cell.
func (c *traceCmd) Run(con *console) error {
	file, err := folder.Read(c.Dir)
	if err != nil {
		return err
	}
	byCell := map[string][]*trace.Trace{}
	err = trace.Read(filepath.Join(c.Dir, trace.File), func(t *trace.Trace) error {
		byCell[t.Cell] = append(byCell[t.Cell], t)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return exit.Errorf(exit.Setup, "%s holds no traces: make some with dllmbench run --trace 3, or measurement: {trace: 3} in the scenario", c.Dir)
	} else if err != nil {
		return exit.With(exit.Setup, err)
	}
	var list []traced
	for _, cell := range file.Header.Cells {
		if traces := byCell[cell.ID]; len(traces) > 0 {
			list = append(list, deriveCell(cell, traces))
		}
	}
	if c.JSON {
		return writeJSON(con.stdout, list)
	}
	_, err = fmt.Fprint(con.stdout, table.Of(list).Text(0))
	return exit.With(exit.Execution, err)
}

// deriveCell averages over the traces of a cell, each number over those that
// have it.
func deriveCell(cell result.Cell, traces []*trace.Trace) traced {
	d := traced{Cell: cell.ID, Decoder: view.DecoderName(cell), Task: cell.Workload + " " + cell.Rung, Traces: len(traces)}
	if cell.CostOnly {
		d.Task = cell.Weights + ", " + strconv.Itoa(cell.Budget) + " tokens"
	}
	var all []trace.Derived
	var calibration trace.Calibration
	for _, t := range traces {
		all = append(all, trace.Derive(t))
		calibration.Add(t)
	}
	mean := func(of func(trace.Derived) float64) trace.Number {
		n, sum := 0, 0.0
		for _, x := range all {
			if v := of(x); !math.IsNaN(v) {
				n, sum = n+1, sum+v
			}
		}
		return trace.Number(sum / float64(n))
	}
	d.Steps = mean(func(x trace.Derived) float64 { return float64(x.Steps) })
	d.Order = mean(func(x trace.Derived) float64 { return x.OrderTau })
	d.Parallel = mean(func(x trace.Derived) float64 { return x.Parallelism })
	d.ECE = trace.Number(calibration.Error())
	d.Answer = mean(func(x trace.Derived) float64 { return x.AnswerRight })
	d.Ever = mean(func(x trace.Derived) float64 { return x.AnswerEver })
	d.Reasoning = mean(func(x trace.Derived) float64 { return x.ReasoningRight })
	d.Written = mean(func(x trace.Derived) float64 { return x.ReasoningDone })
	d.Agree = mean(func(x trace.Derived) float64 { return x.Agreement })
	d.KL = mean(func(x trace.Derived) float64 { return x.KL })
	d.DriftK = mean(func(x trace.Derived) float64 { return x.DriftK })
	d.DriftV = mean(func(x trace.Derived) float64 { return x.DriftV })
	return d
}
