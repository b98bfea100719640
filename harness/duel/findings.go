package duel

import (
	"fmt"
	"slices"

	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Findings judges what a duel brought: the exact counters of both programs
// against each other, then the times.
func Findings(plan *scenario.Plan, out *Outcome, name string, p gate.Policy) []gate.Finding {
	var series []gate.Series
	var list []gate.Finding
	header := result.Header{Cells: plan.Cells(), Seed: plan.Scenario.Seed}
	keys, timed := place.Keys(header), map[string]bool{}
	for _, c := range out.Cells {
		s := gate.Series{Cell: keys[c.Cell.ID], Decoder: place.Decoder(c.Cell), Engine: c.Cell.Engine, Metric: "e2e", Unit: "ms", Pairs: c.Pairs, Problem: c.Problem, Verdict: c.Verdict}
		if a, b := out.Hello[0].Kernel, out.Hello[1].Kernel; a != b {
			s.Problem, s.Verdict = fmt.Sprintf("the old side ran on %s kernels, the new one on %s", a, b), gate.NotComparable
		}
		timed[s.Cell] = s.Problem == ""
		series = append(series, s)
	}
	var ledgers [2]gate.Ledger
	for i := range ledgers {
		ledgers[i] = gate.NewLedger(&result.File{Header: header, Requests: out.Requests[i]})
		ledgers[i].Cells = slices.DeleteFunc(ledgers[i].Cells, func(a gate.Account) bool { return !timed[a.Key] })
	}
	for _, f := range gate.CompareLedgers(ledgers[0], ledgers[1], p) {
		f.Side = name
		if f.Sentence != "" {
			f.Sentence = "against " + name + ": " + f.Sentence
		}
		list = append(list, f)
	}
	return append(list, gate.Judge(series, p)...)
}
