package table

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

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
	case e == nil || !finite(e.Value):
		return []string{"", "", ""}
	case e.CI == nil || !(finite(e.CI.Low) && finite(e.CI.High)):
		return []string{number(e.Value), "", ""}
	}
	return []string{number(e.Value), number(e.CI.Low), number(e.CI.High)}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }

// record is one cell in JSON.
type record struct {
	Cell        string               `json:"cell"`
	Decoder     string               `json:"decoder"`
	Engine      string               `json:"engine"`
	Preset      string               `json:"preset"`
	Options     map[string]any       `json:"options"`
	Weights     string               `json:"weights"`
	Params      int64                `json:"params"`
	CostOnly    bool                 `json:"cost_only"`
	Workload    string               `json:"workload"`
	Rung        string               `json:"rung"`
	Budget      int                  `json:"budget_tokens"`
	Batch       int                  `json:"batch"`
	Threads     int                  `json:"threads"`
	State       view.State           `json:"state"`
	BelowFloor  bool                 `json:"below_floor"` // of quality, if the run has one
	Reasons     []string             `json:"reasons"`
	Instances   int                  `json:"instances"`
	Repetitions int                  `json:"repetitions"`
	Requests    int                  `json:"requests"`
	Failed      int                  `json:"failed"`
	Brief       bool                 `json:"brief,omitempty"` // what is made from words and constraints was left out
	Values      map[string]*quantity `json:"values"`          // by name; null when unknown
	AgainstAR   *against             `json:"against_ar"`
}

type against struct {
	Speed  *quantity `json:"speed"`
	SpeedP *float64  `json:"speed_p"`
	Exact  *quantity `json:"exact_points"`
	ExactP *float64  `json:"exact_p"`
}

// quantity is an estimate with its unit.
type quantity struct {
	Unit string `json:"unit"`
	stats.Estimate
}

// quantityOf is nil where the estimate is unknown or no number.
func quantityOf(e *stats.Estimate, unit string) *quantity {
	if e == nil || !finite(e.Value) {
		return nil
	}
	q := &quantity{unit, *e}
	if q.CI != nil && !(finite(q.CI.Low) && finite(q.CI.High)) {
		q.CI = nil
	}
	return q
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// JSON writes an array with one object a cell, with units, intervals, sample
// sizes, methods and warnings; unknown is null.
func JSON(w io.Writer, v *view.View) error {
	text, err := json.MarshalIndent(slices.AppendSeq([]record{}, records(v)), "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(visible(text), '\n'))
	return err
}

// JSONL writes the objects of [JSON], one a line.
func JSONL(w io.Writer, v *view.View) error {
	for r := range records(v) {
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(visible(text), '\n')); err != nil {
			return err
		}
	}
	return nil
}

// visible writes the control and formatting characters of a JSON text as
// escapes, as far as JSON leaves them in strings, so that a terminal can show it.
func visible(text []byte) []byte {
	var b []byte
	for _, r := range string(text) {
		if r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			b = utf8.AppendRune(b, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			b = fmt.Appendf(b, `\u%04x`, unit)
		}
	}
	return b
}

// records makes one record for each cell.
func records(v *view.View) iter.Seq[record] {
	definitions := result.Metrics()
	return func(yield func(record) bool) {
		for _, p := range v.Points {
			for _, r := range p.Rows {
				if !yield(recordOf(p, r, definitions)) {
					return
				}
			}
		}
	}
}

func recordOf(p *view.Point, r *view.Row, definitions []result.Metric) record {
	c := r.Cell
	rec := record{
		Cell: c.ID, Decoder: r.Name, Engine: c.Engine, Preset: c.Preset, Options: c.Options, Weights: c.Weights,
		Params: c.Params, CostOnly: c.CostOnly, Workload: c.Workload, Rung: c.Rung, Budget: c.Budget,
		Batch: c.Batch, Threads: c.Threads, State: r.State, BelowFloor: r.BelowFloor, Reasons: r.Reasons,
		Instances: r.Instances, Repetitions: r.Repetitions, Requests: r.Requests, Failed: r.Failed, Brief: r.Brief,
		Values: map[string]*quantity{},
	}
	for _, d := range definitions {
		rec.Values[d.Name] = quantityOf(r.Values[view.Metric(d.Name)], d.Unit)
	}
	if a, ok := p.Against[r]; ok {
		rec.AgainstAR = &against{Speed: quantityOf(a.Speed, "times as fast"), Exact: quantityOf(a.Exact, "percentage points")}
		if a.Speed != nil && finite(a.SpeedP) {
			rec.AgainstAR.SpeedP = &a.SpeedP
		}
		if a.Exact != nil && finite(a.ExactTest.P) {
			rec.AgainstAR.ExactP = &a.ExactTest.P
		}
	}
	return rec
}
