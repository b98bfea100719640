package ci

import (
	"fmt"
	"io"

	"dllmbench/harness/gate"
	"dllmbench/reports/view"
)

// action is an entry of github-action-benchmark.
type action struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	Range string  `json:"range,omitempty"`
	Extra string  `json:"extra,omitempty"`
}

// GHA writes the new side for github-action-benchmark, tool
// customSmallerIsBetter. Numbers that are better when larger are left out: that
// tool takes one direction for a file.
func GHA(w io.Writer, r *gate.Report) error { return gha(w, ofReport(r), r.Env.CPU) }

// RunGHA writes the numbers of a run for github-action-benchmark.
func RunGHA(w io.Writer, v *view.View) error { return gha(w, ofRun(v), v.Header.Env.CPU) }

func gha(w io.Writer, list []measure, cpu string) error {
	out := []action{}
	for _, m := range list {
		if m.better != "lower" {
			continue
		}
		a := action{Name: view.Clean(m.cell + ", " + m.metric), Unit: m.unit, Value: m.value.Value, Extra: view.Clean(cpu)}
		if iv := m.value.CI; iv != nil {
			a.Range = fmt.Sprintf("± %s", view.Number(max(iv.High-m.value.Value, m.value.Value-iv.Low)))
		}
		out = append(out, a)
	}
	return indented(w, out)
}
