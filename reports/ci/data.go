package ci

import (
	"io"
	"slices"

	"dllmbench/harness/gate"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
)

// findingLine is a finding, or an exact counter of two engines, in CSV.
type findingLine struct {
	Cell      string          `json:"cell"` // in words
	Side      string          `json:"side"` // the new side, where there are several
	Metric    string          `json:"metric"`
	Unit      string          `json:"unit"`
	Old       *stats.Estimate `json:"old"`       // typical value of the old side
	New       *stats.Estimate `json:"new"`       // typical value of the new side
	Ratio     *stats.Estimate `json:"ratio"`     // new over old; for shares their difference
	Level     *float64        `json:"level"`     // of the interval of the ratio: so high that the intervals of the report hold together
	P         *float64        `json:"p"`         // of no difference
	PHolm     *float64        `json:"p_holm"`    // corrected for all comparisons of the report
	Noise     *float64        `json:"noise"`     // noise band, relative
	Pairs     *int            `json:"pairs"`     // blocks, or instances
	Verdict   string          `json:"verdict"`   // "exact" for counters of engines
	Accept    bool            `json:"accepted"`  // the difference is shown and does not fail
	Sentence  string          `json:"sentence"`  // the finding in words
	Precision string          `json:"precision"` // of the weights of the new side, with another one of the old side in front
}

// CSV writes one line a finding, then one for each exact counter of engines,
// whose verdict is "exact". Unknown is an empty field.
func CSV(w io.Writer, r *gate.Report) error {
	var list []findingLine
	for _, f := range r.Findings {
		line := findingLine{Cell: f.Cell, Side: f.Side, Precision: f.Precision, Metric: f.Metric, Verdict: string(f.Verdict), Accept: f.Accept, Sentence: f.Sentence}
		if t := f.Timing; t != nil {
			line.Unit, line.Old, line.New, line.Ratio, line.P, line.PHolm, line.Noise, line.Pairs, line.Level = t.Unit, t.Old, t.New, t.Ratio, t.P, t.PHolm, t.Noise, &t.Pairs, &t.Level
		}
		list = append(list, line)
	}
	for _, x := range r.Tallies {
		line := findingLine{Cell: x.Cell, Side: x.Side, Precision: x.Precision, Metric: x.Metric, Unit: x.Unit, Pairs: &x.Instances, Verdict: "exact",
			Old: &stats.Estimate{Value: x.Old}, New: &stats.Estimate{Value: x.New}}
		if x.Ratio != nil {
			line.Ratio = &stats.Estimate{Value: *x.Ratio}
		}
		list = append(list, line)
	}
	return table.CSV(w, slices.Values(list))
}

// JSON writes the whole report.
func JSON(w io.Writer, r *gate.Report) error { return table.Object(w, r) }
