package cells

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// textCell names a cell in the data about texts.
type textCell struct {
	Workload    string     `json:"workload"`
	Rung        string     `json:"rung"` // difficulty of the workload
	Budget      int        `json:"budget_tokens"`
	Cell        string     `json:"cell"`    // id
	Decoder     string     `json:"decoder"` // label with the options that the scenario varies
	Engine      string     `json:"engine"`
	Temperature *float64   `json:"temperature"` // null for decoders without one
	State       view.State `json:"state"`       // valid, invalid, unjudged or not run
}

// textRecord is what the texts of one cell keep and how they vary.
type textRecord struct {
	textCell
	Preset    string                     `json:"preset"`
	Weights   string                     `json:"weights"`
	Instances int                        `json:"instances"`
	Values    map[string]*stats.Estimate `json:"values"`   // metrics of texts by name; null when unknown
	Curves    []coherence.Curve          `json:"curves"`   // kept constraints by distance, shares in [0, 1]
	Kinds     []coherence.Kind           `json:"kinds"`    // kept constraints by kind, shares in [0, 1]
	Tries     []view.Tries               `json:"tries"`    // solve@k by k; empty for one sample
	Frontier  *onFrontier                `json:"frontier"` // null for cells on none
}

// onFrontier is the place of a cell on its frontier over temperature.
type onFrontier struct {
	X string `json:"x"` // name of a metric
	Y string `json:"y"` // name of a metric
	// MinusAR is Y minus that of the autoregressive frontier at the same X; null
	// outside of that frontier, and for itself.
	MinusAR *float64 `json:"y_minus_ar"`
}

// textLine is one number about the texts of a cell.
type textLine struct {
	textCell
	Metric        string          `json:"metric"` // name of a metric, kept_backward, kept_lookahead or solve_at_K
	Kind          string          `json:"kind"`   // of constraint; "" for all
	Unit          string          `json:"unit"`
	Low           *int            `json:"low_distance"` // the constraints from this distance to high_distance; null for all
	High          *int            `json:"high_distance"`
	Opportunities *int            `json:"opportunities"` // constraints that could be kept
	N             int             `json:"n"`             // instances
	Estimate      *stats.Estimate `json:"value"`
}

// coherenceMetrics are the metrics that the tables of coherence show.
func coherenceMetrics() []result.Metric {
	return slices.DeleteFunc(result.Metrics(), func(d result.Metric) bool {
		return !slices.Contains(textGroups, d.Group) && d.Name != string(view.Violations)
	})
}

func textRecords(v *view.View) iter.Seq[textRecord] {
	frontiers := v.Frontiers()
	return func(yield func(textRecord) bool) {
		for _, p := range v.Trained() {
			for _, r := range p.Rows {
				if !yield(textRecordOf(v, r, frontiers)) {
					return
				}
			}
		}
	}
}

func textRecordOf(v *view.View, r *view.Row, frontiers []view.Frontier) textRecord {
	c := r.Cell
	rec := textRecord{
		textCell: textCell{Workload: c.Workload, Rung: c.Rung, Budget: c.Budget, Cell: c.ID, Decoder: r.Name, Engine: c.Engine, State: r.State},
		Preset:   c.Preset, Weights: c.Weights, Instances: r.Instances, Values: map[string]*stats.Estimate{},
		Curves: []coherence.Curve{}, Kinds: []coherence.Kind{}, Tries: append([]view.Tries{}, v.Tries(r)...),
	}
	if t, ok := r.Temperature(); ok {
		rec.Temperature = &t
	}
	for _, d := range coherenceMetrics() {
		rec.Values[d.Name] = shown(r, view.Metric(d.Name))
	}
	if r.Usable() && r.Coherence != nil {
		rec.Curves, rec.Kinds = r.Coherence, v.Kinds(r)
	}
	for _, f := range frontiers {
		for _, q := range f.Points {
			if q.Row == r && rec.Frontier == nil {
				rec.Frontier = &onFrontier{string(f.X), string(f.Y), q.MinusAR}
			}
		}
	}
	return rec
}

// CoherenceJSON writes an array with one object a cell of trained weights.
func CoherenceJSON(w io.Writer, v *view.View) error { return table.JSON(w, textRecords(v)) }

// CoherenceCSV writes one line a number: a metric of a cell, or its kept
// constraints in one direction by distance, or of one kind. Numbers that are
// unknown have no line.
func CoherenceCSV(w io.Writer, v *view.View) error {
	return table.CSV(w, func(yield func(textLine) bool) {
		for rec := range textRecords(v) {
			for _, l := range rec.lines() {
				if l.Estimate != nil && !yield(l) {
					return
				}
			}
		}
	})
}

// lines are the numbers of a cell, some of them unknown.
func (rec textRecord) lines() []textLine {
	var list []textLine
	add := func(l textLine, e *stats.Estimate) {
		if l.textCell, l.Estimate = rec.textCell, e; e != nil {
			l.N = e.N
		}
		list = append(list, l)
	}
	for _, d := range coherenceMetrics() {
		add(textLine{Metric: d.Name, Unit: d.Unit}, rec.Values[d.Name])
	}
	for _, c := range rec.Curves {
		for _, b := range c.Bins {
			add(textLine{Metric: "kept_" + c.Direction, Unit: "%", Low: &b.Low, High: &b.High, Opportunities: &b.Opportunities}, hundred(b.C))
		}
	}
	for _, t := range rec.Tries {
		add(textLine{Metric: fmt.Sprintf("solve_at_%d", t.K), Unit: "%"}, hundred(t.Solved))
	}
	for _, k := range rec.Kinds {
		add(textLine{Metric: "kept_" + k.Direction, Kind: k.Kind, Unit: "%", Opportunities: &k.Opportunities}, hundred(k.C))
	}
	return list
}

// hundred turns a share into per cent.
func hundred(e *stats.Estimate) *stats.Estimate {
	if e == nil {
		return nil
	}
	out := e.Times(100)
	return &out
}
