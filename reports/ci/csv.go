package ci

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"dllmbench/harness/gate"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// CSV writes one line a finding, then one for each exact counter of engines,
// whose verdict is "exact". Unknown is an empty field.
func CSV(w io.Writer, r *gate.Report) error {
	out := csv.NewWriter(w)
	out.Write([]string{"cell", "side", "metric", "unit", "old", "old low", "old high", "new", "new low", "new high",
		"ratio", "ratio low", "ratio high", "p", "p holm", "noise band", "pairs", "verdict", "accepted", "sentence"})
	for _, f := range r.Findings {
		line := []string{view.Field(f.Cell), view.Field(f.Side), f.Metric}
		t := f.Timing
		if t == nil {
			t = &gate.Timing{}
		}
		line = append(line, t.Unit)
		for _, e := range []*stats.Estimate{t.Old, t.New, t.Ratio} {
			line = append(line, estimate(e)...)
		}
		pairs := ""
		if f.Timing != nil {
			pairs = strconv.Itoa(t.Pairs)
		}
		out.Write(append(line, number(t.P), number(t.PHolm), number(t.Noise), pairs,
			string(f.Verdict), strconv.FormatBool(f.Accept), view.Field(f.Sentence)))
	}
	for _, x := range r.Tallies {
		out.Write(tallyLine(x))
	}
	out.Flush()
	return out.Error()
}

func estimate(e *stats.Estimate) []string {
	switch {
	case e == nil:
		return []string{"", "", ""}
	case e.CI == nil:
		return []string{number(&e.Value), "", ""}
	}
	return []string{number(&e.Value), number(&e.CI.Low), number(&e.CI.High)}
}

func number(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', 9, 64)
}

// JSON writes the whole report.
func JSON(w io.Writer, r *gate.Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}
