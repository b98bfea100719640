package ci

import (
	"encoding/json"
	"io"

	"dllmbench/harness/gate"
	"dllmbench/reports/view"
)

// bencher is a value in Bencher Metric Format.
type bencher struct {
	Value float64  `json:"value"`
	Lower *float64 `json:"lower_value,omitempty"`
	Upper *float64 `json:"upper_value,omitempty"`
}

// BMF writes the new side in Bencher Metric Format: an object of benchmarks, in
// it an object of measures, with the ends of 95% intervals where there are any.
func BMF(w io.Writer, r *gate.Report) error { return bmf(w, ofReport(r)) }

// RunBMF writes all numbers of a run in Bencher Metric Format.
func RunBMF(w io.Writer, v *view.View) error { return bmf(w, ofRun(v)) }

func bmf(w io.Writer, list []measure) error {
	out := map[string]map[string]bencher{}
	for _, m := range list {
		name := view.Clean(m.cell)
		if out[name] == nil {
			out[name] = map[string]bencher{}
		}
		b := bencher{Value: m.value.Value}
		if iv := m.value.CI; iv != nil {
			b.Lower, b.Upper = &iv.Low, &iv.High
		}
		out[name][m.metric] = b
	}
	return indented(w, out)
}

func indented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(true)
	return enc.Encode(v)
}
