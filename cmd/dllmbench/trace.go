package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
	"text/tabwriter"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/internal/exit"
	"dllmbench/reports/view"
	"dllmbench/terminal"
)

// traceCmd says what the traces of a run show.
type traceCmd struct {
	Dir  string `arg:"" help:"Folder of a run that made traces."`
	JSON bool   `help:"Print JSON instead of text."`
}

// Help shows how the command is used.
func (*traceCmd) Help() string {
	return `A traced run decodes a few instances of each cell once more, untimed, and writes down what happened in
every forward pass: traces.jsonl. This command derives from it

  steps      passes that chose tokens, mean
  order      Kendall's tau-b of the order in which the useful tokens became final against left to right:
             1 is left to right, 0 any order
  tok/step   useful tokens for each step that made one of them final
  ECE        expected calibration error of the confidences of committed tokens, in points, against the only
             correct answer; ten bins
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
	Cell      string       `json:"cell"`
	Decoder   string       `json:"decoder"`
	Task      string       `json:"task"`
	Traces    int          `json:"traces"`
	Steps     trace.Number `json:"steps"`
	Order     trace.Number `json:"order_tau"`
	Parallel  trace.Number `json:"tokens_per_step"`
	ECE       trace.Number `json:"ece"`
	Answer    trace.Number `json:"answer_right"`
	Ever      trace.Number `json:"answer_ever"`
	Reasoning trace.Number `json:"reasoning_right"`
	Written   trace.Number `json:"reasoning_written"`
	Agree     trace.Number `json:"agreement"`
	KL        trace.Number `json:"kl"`
	DriftK    trace.Number `json:"drift_k"`
	DriftV    trace.Number `json:"drift_v"`
}

// Run prints the derived numbers of each cell.
func (c *traceCmd) Run(con *console) error {
	file, err := result.ReadFile(filepath.Join(c.Dir, resultsFile))
	if err != nil {
		return exit.With(exit.Setup, err)
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
	return writeTraced(con.stdout, list)
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

func writeTraced(out io.Writer, list []traced) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "task\tdecoder\tn\tsteps\torder\ttok/step\tECE\tanswer\treasoning\twritten\tagree\tKL\tdrift K, V")
	number := func(x trace.Number, scale float64, format string) string {
		if !x.Known() {
			return "–"
		}
		return fmt.Sprintf(format, scale*float64(x))
	}
	for _, d := range list {
		drift := "–"
		if d.DriftK.Known() {
			drift = fmt.Sprintf("%.3f, %.3f", float64(d.DriftK), float64(d.DriftV))
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", terminal.Visible(d.Task), terminal.Visible(d.Decoder), d.Traces,
			number(d.Steps, 1, "%.1f"), number(d.Order, 1, "%.2f"), number(d.Parallel, 1, "%.2f"), number(d.ECE, 100, "%.1f"),
			number(d.Answer, 100, "%.0f%%"), number(d.Reasoning, 100, "%.0f%%"), number(d.Written, 100, "%.0f%%"),
			number(d.Agree, 100, "%.1f%%"), number(d.KL, 1, "%.2g"), drift)
	}
	return w.Flush()
}
