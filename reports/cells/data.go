package cells

import (
	"io"
	"iter"
	"math"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Record is one cell of a run with all that was measured of it.
type Record struct {
	Cell        string         `json:"cell"`    // id, a hash of what decides what the cell computes
	Decoder     string         `json:"decoder"` // label with the options that the scenario varies
	Engine      string         `json:"engine"`
	Preset      string         `json:"preset"`
	Options     map[string]any `json:"options"` // of the decoder
	Weights     string         `json:"weights"`
	Precision   string         `json:"precision"`  // how the matrices are kept and what they are multiplied by; "" in older files
	Checkpoint  string         `json:"checkpoint"` // name of the weights in the scenario's models, "" for none
	Family      string         `json:"family"`     // name of the checkpoint to which all that are compared are related; "" for none
	TokensOf    string         `json:"tokens_of"`  // name of the checkpoint whose tokenizer counts useful tokens, where those of the family differ; "" for its own
	Params      int64          `json:"params"`     // parameters of the model
	CostOnly    bool           `json:"cost_only"`  // random weights: time and work, no quality
	Workload    string         `json:"workload"`   // "" for cost-only cells
	Rung        string         `json:"rung"`       // difficulty of the workload
	Budget      int            `json:"budget_tokens"`
	Batch       int            `json:"batch"` // requests that are decoded together
	Threads     int            `json:"threads"`
	State       view.State     `json:"state"`                   // valid, invalid, unjudged (the run was interrupted) or not run; an invalid cell keeps its numbers
	BelowFloor  bool           `json:"below_floor"`             // it does not reach the run's floor of quality, if there is one
	Reasons     []string       `json:"reasons"`                 // why the cell is invalid, or what was remarked
	Untrained   []string       `json:"untrained"`               // in which ways the decoder uses weights that were not trained for it
	Instances   int            `json:"instances"`               // different instances with a usable request
	Repetitions int            `json:"repetitions"`             // most runs of one instance
	Requests    int            `json:"requests"`                // usable ones
	Failed      int            `json:"failed"`                  // requests that ended in an error, a timeout or out of memory
	Brief       bool           `json:"brief,omitempty" csv:"-"` // what is made from words and constraints was left out
	Values      values         `json:"values"`                  // by name of the metric; CSV has a column for each
	Against     *against       `json:"against"`                 // null for the reference itself
}

// against compares a cell with the reference of its task.
type against struct {
	Reference string `json:"reference"` // decoder that the cell is compared with, as a rule the autoregressive one

	Speed  *quantity `json:"speed"`   // times as fast
	SpeedP *float64  `json:"speed_p"` // exact signed-rank test of no difference
	// PerToken is true where output lengths differ by more than 10%: speed is then that
	// of a useful token.
	PerToken bool      `json:"speed_per_token"`
	Exact    *quantity `json:"exact_points"` // difference in exact match
	ExactP   *float64  `json:"exact_p"`      // McNemar's exact test, or flips of signs
}

// quantity is an estimate with its unit.
type quantity struct {
	Unit string `json:"unit" csv:"-"`
	stats.Estimate
}

// values are the metrics of a cell by name; nil is unknown.
type values map[string]*quantity

// Names are the columns of all metrics.
func (values) Names() []string {
	var list []string
	for _, d := range result.Metrics() {
		list = append(list, d.Column(), d.Column()+"_low", d.Column()+"_high")
	}
	return list
}

// Numbers are the values of the columns.
func (v values) Numbers() []*float64 {
	var list []*float64
	for _, d := range result.Metrics() {
		switch q := v[d.Name]; {
		case q == nil:
			list = append(list, nil, nil, nil)
		case q.CI == nil:
			list = append(list, &q.Value, nil, nil)
		default:
			list = append(list, &q.Value, &q.CI.Low, &q.CI.High)
		}
	}
	return list
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

// known is nil for what is no number.
func known(x float64) *float64 {
	if !finite(x) {
		return nil
	}
	return &x
}

// CSV writes one line a cell: what it is, its state, each metric, and the
// comparison with the reference; see [table.CSV].
func CSV(w io.Writer, v *view.View) error { return table.CSV(w, Records(v)) }

// JSON writes an array with one object a cell, with units, intervals, sample
// sizes, methods and warnings; unknown is null.
func JSON(w io.Writer, v *view.View) error { return table.JSON(w, Records(v)) }

// JSONL writes the objects of [JSON], one a line.
func JSONL(w io.Writer, v *view.View) error { return table.JSONL(w, Records(v)) }

// Records makes one record for each cell.
func Records(v *view.View) iter.Seq[Record] {
	definitions := result.Metrics()
	return func(yield func(Record) bool) {
		for _, p := range v.Points {
			for _, r := range p.Rows {
				if !yield(recordOf(p, r, definitions)) {
					return
				}
			}
		}
	}
}

func recordOf(p *view.Point, r *view.Row, definitions []result.Metric) Record {
	c := r.Cell
	rec := Record{
		Cell: c.ID, Decoder: r.Name, Engine: c.Engine, Preset: c.Preset, Options: c.Options, Weights: c.Weights,
		Params: c.Params, CostOnly: c.CostOnly, Workload: c.Workload, Rung: c.Rung, Budget: c.Budget,
		Batch: c.Batch, Threads: c.Threads, State: r.State, BelowFloor: r.BelowFloor, Reasons: r.Reasons, Untrained: r.Untrained,
		Instances: r.Instances, Repetitions: r.Repetitions, Requests: r.Requests, Failed: r.Failed, Brief: r.Brief,
		Values: values{}, Checkpoint: c.Checkpoint, Precision: c.Precision,
	}
	if c.Family != nil {
		rec.Family = c.Family.Root
	}
	rec.TokensOf, _, _ = strings.Cut(c.TokensOf, " ")
	for _, d := range definitions {
		rec.Values[d.Name] = quantityOf(r.Values[view.Metric(d.Name)], d.Unit)
	}
	if a, ok := p.Against[r]; ok {
		rec.Against = &against{Reference: p.Reference.Name, Speed: quantityOf(a.Speed, "times as fast"), PerToken: a.PerToken, Exact: quantityOf(a.Exact, "percentage points")}
		if a.Speed != nil {
			rec.Against.SpeedP = known(a.SpeedP)
		}
		if a.Exact != nil {
			rec.Against.ExactP = known(a.ExactTest.P)
		}
	}
	return rec
}
