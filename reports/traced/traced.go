// Package traced says what the traces of each cell of a run show on average, and
// how evenly samples are spread over the right answers.
package traced

import (
	"math"
	"path/filepath"
	"strconv"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/view"
)

// Cell are the derived numbers of one cell; NaN (null in JSON) is unknown.
type Cell struct {
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

// Read reads the traces in the folder of a run and derives the numbers of each cell
// that has some.
func Read(dir string, cells []result.Cell) ([]Cell, error) {
	byCell := map[string][]*trace.Trace{}
	err := trace.Read(filepath.Join(dir, trace.File), func(t *trace.Trace) error {
		byCell[t.Cell] = append(byCell[t.Cell], t)
		return nil
	})
	var list []Cell
	for _, c := range cells {
		if traces := byCell[c.ID]; len(traces) > 0 {
			list = append(list, Derive(c, traces))
		}
	}
	return list, err
}

// Derive averages over the traces of a cell, each number over those that
// have it.
func Derive(cell result.Cell, traces []*trace.Trace) Cell {
	d := Cell{Cell: cell.ID, Decoder: view.DecoderName(cell), Task: cell.Workload + " " + cell.Rung, Traces: len(traces)}
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
