package table

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// CSV writes one line a cell: what it is, its state, each metric as value, low
// and high end of the 95% interval, and the comparison with the autoregressive
// decoder. Units are in the header; unknown is an empty field. Fields of text
// that a spreadsheet would take for a formula are preceded by an apostrophe,
// and control characters are escaped. Invalid cells keep their numbers: see
// the column "state".
func CSV(w io.Writer, v *view.View) error {
	out := csv.NewWriter(w)
	head := []string{"cell", "decoder", "engine", "preset", "weights", "params", "cost_only", "workload", "rung",
		"budget_tokens", "batch", "threads", "state", "below_floor", "instances", "repetitions", "requests", "failed"}
	definitions := result.Metrics()
	for _, d := range definitions {
		head = append(head, d.Name+" ("+d.Unit+")", d.Name+" low", d.Name+" high")
	}
	head = append(head, "speed vs AR (times)", "speed low", "speed high", "speed p",
		"exact vs AR (points)", "exact vs AR low", "exact vs AR high", "exact vs AR p")
	if err := out.Write(head); err != nil {
		return err
	}
	for _, p := range v.Points {
		for _, r := range p.Rows {
			c := r.Cell
			line := []string{view.Field(c.ID), view.Field(r.Name), view.Field(c.Engine), view.Field(c.Preset), view.Field(c.Weights),
				strconv.FormatInt(c.Params, 10), strconv.FormatBool(c.CostOnly), view.Field(c.Workload), view.Field(c.Rung),
				strconv.Itoa(c.Budget), strconv.Itoa(c.Batch), strconv.Itoa(c.Threads), string(r.State), strconv.FormatBool(r.BelowFloor),
				strconv.Itoa(r.Instances), strconv.Itoa(r.Repetitions), strconv.Itoa(r.Requests), strconv.Itoa(r.Failed)}
			for _, d := range definitions {
				line = append(line, numbers(r.Values[view.Metric(d.Name)])...)
			}
			against := p.Against[r]
			line = append(line, numbers(against.Speed)...)
			speedP := ""
			if against.Speed != nil {
				speedP = number(against.SpeedP)
			}
			line = append(line, speedP)
			line = append(line, numbers(against.Exact)...)
			exactP := ""
			if against.Exact != nil {
				exactP = number(against.ExactTest.P)
			}
			line = append(line, exactP)
			if err := out.Write(line); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func numbers(e *stats.Estimate) []string {
	switch {
	case e == nil:
		return []string{"", "", ""}
	case e.CI == nil:
		return []string{number(e.Value), "", ""}
	}
	return []string{number(e.Value), number(e.CI.Low), number(e.CI.High)}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }

// record is one cell in JSON.
type record struct {
	Cell        string                     `json:"cell"`
	Decoder     string                     `json:"decoder"`
	Engine      string                     `json:"engine"`
	Preset      string                     `json:"preset"`
	Options     map[string]any             `json:"options"`
	Weights     string                     `json:"weights"`
	Params      int64                      `json:"params"`
	CostOnly    bool                       `json:"cost_only"`
	Workload    string                     `json:"workload"`
	Rung        string                     `json:"rung"`
	Budget      int                        `json:"budget_tokens"`
	Batch       int                        `json:"batch"`
	Threads     int                        `json:"threads"`
	State       view.State                 `json:"state"`
	BelowFloor  bool                       `json:"below_floor"` // of quality, if the run has one
	Reasons     []string                   `json:"reasons"`
	Instances   int                        `json:"instances"`
	Repetitions int                        `json:"repetitions"`
	Requests    int                        `json:"requests"`
	Failed      int                        `json:"failed"`
	Values      map[string]*stats.Estimate `json:"values"` // by name; null when unknown
	AgainstAR   *against                   `json:"against_ar"`
}

type against struct {
	Speed  *stats.Estimate `json:"speed"` // times as fast
	SpeedP *float64        `json:"speed_p"`
	Exact  *stats.Estimate `json:"exact_points"`
	ExactP *float64        `json:"exact_p"`
}

// JSON writes an array with one object a cell, with intervals, sample sizes,
// methods and warnings; unknown is null.
func JSON(w io.Writer, v *view.View) error {
	records := []record{}
	for _, p := range v.Points {
		for _, r := range p.Rows {
			c := r.Cell
			rec := record{
				Cell: c.ID, Decoder: r.Name, Engine: c.Engine, Preset: c.Preset, Options: c.Options, Weights: c.Weights,
				Params: c.Params, CostOnly: c.CostOnly, Workload: c.Workload, Rung: c.Rung, Budget: c.Budget,
				Batch: c.Batch, Threads: c.Threads, State: r.State, BelowFloor: r.BelowFloor, Reasons: r.Reasons,
				Instances: r.Instances, Repetitions: r.Repetitions, Requests: r.Requests, Failed: r.Failed,
				Values: map[string]*stats.Estimate{},
			}
			for _, d := range result.Metrics() {
				rec.Values[d.Name] = r.Values[view.Metric(d.Name)]
			}
			if a, ok := p.Against[r]; ok {
				rec.AgainstAR = &against{Speed: a.Speed, Exact: a.Exact}
				if a.Speed != nil {
					rec.AgainstAR.SpeedP = &a.SpeedP
				}
				if a.Exact != nil {
					rec.AgainstAR.ExactP = &a.ExactTest.P
				}
			}
			records = append(records, rec)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(records)
}
