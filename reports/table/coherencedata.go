package table

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// coherenceRecord is one cell in JSON.
type coherenceRecord struct {
	Cell        string                     `json:"cell"`
	Decoder     string                     `json:"decoder"`
	Engine      string                     `json:"engine"`
	Preset      string                     `json:"preset"`
	Weights     string                     `json:"weights"`
	Workload    string                     `json:"workload"`
	Rung        string                     `json:"rung"`
	Budget      int                        `json:"budget_tokens"`
	State       view.State                 `json:"state"`
	Instances   int                        `json:"instances"`
	Temperature *float64                   `json:"temperature"`
	Values      map[string]*stats.Estimate `json:"values"` // of the groups of texts, by name; null when unknown
	Curves      []coherence.Curve          `json:"curves"` // shares in [0, 1]
	Kinds       []coherence.Kind           `json:"kinds"`  // shares in [0, 1]
	Tries       []view.Tries               `json:"tries"`  // solve@k by k; empty for one sample
	Frontier    *onFrontier                `json:"frontier"`
}

// onFrontier is the place of a cell on its frontier over temperature.
type onFrontier struct {
	X string `json:"x"` // names of metrics
	Y string `json:"y"`
	// MinusAR is Y minus that of the autoregressive frontier at the same X; null
	// outside of that frontier, and for itself.
	MinusAR *float64 `json:"y_minus_ar"`
}

// coherenceMetrics are the metrics that the tables of coherence show.
func coherenceMetrics() []result.Metric {
	var list []result.Metric
	for _, d := range result.Metrics() {
		if slices.Contains(textGroups, d.Group) || d.Name == string(view.Violations) {
			list = append(list, d)
		}
	}
	return list
}

func coherenceRecords(v *view.View) []coherenceRecord {
	records := []coherenceRecord{}
	frontiers := v.Frontiers()
	for _, p := range v.Points {
		if p.CostOnly {
			continue
		}
		for _, r := range p.Rows {
			c := r.Cell
			rec := coherenceRecord{Cell: c.ID, Decoder: r.Name, Engine: c.Engine, Preset: c.Preset, Weights: c.Weights, Workload: c.Workload,
				Rung: c.Rung, Budget: c.Budget, State: r.State, Instances: r.Instances, Values: map[string]*stats.Estimate{}, Curves: []coherence.Curve{}, Kinds: []coherence.Kind{}, Tries: []view.Tries{}}
			if t, ok := r.Temperature(); ok {
				rec.Temperature = &t
			}
			for _, d := range coherenceMetrics() {
				rec.Values[d.Name] = shown(r, view.Metric(d.Name))
			}
			if r.Usable() && r.Coherence != nil {
				rec.Curves, rec.Kinds = r.Coherence, v.Kinds(r)
			}
			rec.Tries = append(rec.Tries, v.Tries(r)...)
			rec.Frontier = place(r, frontiers)
			records = append(records, rec)
		}
	}
	return records
}

// place finds a row on the frontiers of a run; nil if it is on none.
func place(r *view.Row, all []view.Frontier) *onFrontier {
	for _, f := range all {
		for _, q := range f.Points {
			if q.Row == r {
				return &onFrontier{string(f.X), string(f.Y), q.MinusAR}
			}
		}
	}
	return nil
}

// CoherenceJSON writes an array with one object a cell of trained weights.
func CoherenceJSON(w io.Writer, v *view.View) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(coherenceRecords(v))
}

// CoherenceCSV writes one line a number: a metric of a cell, or its coherence in
// one direction at the distances from low_distance to high_distance, or of one
// kind of constraint, in per cent. Numbers that are unknown have no line. Text is made safe for
// spreadsheets as in [CSV].
func CoherenceCSV(w io.Writer, v *view.View) error {
	out := csv.NewWriter(w)
	out.Write([]string{"workload", "rung", "budget_tokens", "cell", "decoder", "engine", "temperature", "state", "metric", "kind", "unit",
		"low_distance", "high_distance", "opportunities", "n", "value", "low", "high"})
	for _, rec := range coherenceRecords(v) {
		temperature := ""
		if rec.Temperature != nil {
			temperature = number(*rec.Temperature)
		}
		head := []string{view.Field(rec.Workload), view.Field(rec.Rung), strconv.Itoa(rec.Budget), view.Field(rec.Cell), view.Field(rec.Decoder), view.Field(rec.Engine), temperature, string(rec.State)}
		line := func(metric, kind, unit string, distances []string, e *stats.Estimate) {
			if e != nil {
				out.Write(slices.Concat(head, []string{metric, view.Field(kind), unit}, distances, []string{strconv.Itoa(e.N)}, numbers(e)))
			}
		}
		for _, d := range coherenceMetrics() {
			line(d.Name, "", d.Unit, []string{"", "", ""}, rec.Values[d.Name])
		}
		for _, c := range rec.Curves {
			for _, b := range c.Bins {
				line("kept_"+c.Direction, "", "%", []string{strconv.Itoa(b.Low), strconv.Itoa(b.High), strconv.Itoa(b.Opportunities)}, hundred(b.C))
			}
		}
		for _, t := range rec.Tries {
			line(fmt.Sprintf("solve_at_%d", t.K), "", "%", []string{"", "", ""}, hundred(t.Solved))
		}
		for _, k := range rec.Kinds {
			line("kept_"+k.Direction, k.Kind, "%", []string{"", "", strconv.Itoa(k.Opportunities)}, hundred(k.C))
		}
	}
	out.Flush()
	return out.Error()
}

// hundred turns a share into per cent.
func hundred(e *stats.Estimate) *stats.Estimate {
	if e == nil {
		return nil
	}
	out := *e
	out.Value *= 100
	if e.CI != nil {
		out.CI = &stats.Interval{Low: 100 * e.CI.Low, High: 100 * e.CI.High}
	}
	return &out
}
