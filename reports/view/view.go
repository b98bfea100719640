// Package view turns the records of a run into the rows that every report
// shows, so that a table, a figure, a page and a sentence never disagree.
//
// A [Row] is one cell of the matrix with its measured values; a value that was
// not measured is nil and is shown as "–", never 0. A [Point] gathers the cells
// that may be compared (same weights, task, length and batch) and holds the
// paired comparison of each with the autoregressive one.
//
// # What counts as one observation
//
// Scores belong to instances: running a deterministic decoder twice on the same
// instance is not more evidence, so repetitions are averaged within an instance
// and intervals of scores and of counters are made from instances. Times vary
// with the machine too: their unit is the instance where a cell has at least
// six, and else the block of paired repetitions (ABBA).
package view

import (
	"runtime"
	"slices"
	"sync"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// State says whether the numbers of a row may be used.
type State string

// The states of a row.
const (
	Valid    State = "valid"
	Invalid  State = "invalid"  // a validity record says so
	Unjudged State = "unjudged" // it has requests but no validity record: the run was interrupted
	NotRun   State = "not run"  // planned, without a usable request
)

// Row is one cell with its measured values.
type Row struct {
	Cell    result.Cell
	Name    string // the label with the swept options, for example "diffusion steps=8"
	State   State
	Reasons []string // why the row is invalid, or what was remarked

	Instances   int // distinct instances with a usable request: the n of scores
	Repetitions int // most runs of one instance
	Requests    int // usable requests
	Failed      int // requests that ended in an error, a timeout or out of memory

	BelowFloor bool     // it does not reach the run's floor of quality
	Untimed    bool     // its times must not be used; its reasons say why
	Untrained  []string // in which ways the decoder used weights that they were not trained for

	Values map[Metric]*stats.Estimate // nil when unknown
	// Coherence is C(d) by direction (backward, lookahead), without the
	// directions that the instances have no constraint of; shares in [0, 1].
	Coherence []coherence.Curve

	units *units
}

// Usable tells whether the row has numbers that no validity record forbids.
func (r *Row) Usable() bool { return r.State == Valid || r.State == Unjudged }

// View is what reports are made from.
type View struct {
	Header  result.Header
	Metrics []result.Metric // definitions as the run recorded them
	Rows    []*Row          // every planned cell, in the run's order
	Points  []*Point        // comparable cells, in order of first appearance
	// Samples holds the first run of each instance for each usable row, by cell id.
	Samples map[string][]result.Request
	Valid   *bool    // validity of the whole run; nil when it was not judged
	Reasons []string // reasons given for the whole run
	Orphans int      // requests of cells that the header does not plan
	Draws   int      // bootstrap draws behind the intervals

	boot *stats.Bootstrap
}

// manyCells is the size of a run above which intervals are made from fewer
// bootstrap draws, so that rendering stays a matter of seconds.
const manyCells = 400

// New derives the view of a run. The same file gives the same view.
func New(run *result.File) *View {
	v := &View{
		Header: run.Header, Metrics: run.Metrics,
		Samples: map[string][]result.Request{}, Draws: 2000,
	}
	if len(run.Header.Cells) > manyCells {
		v.Draws = 1000
	}
	byCell := map[string][]int{}
	for _, c := range run.Header.Cells {
		byCell[c.ID] = nil
	}
	for i := range run.Requests {
		id := run.Requests[i].Cell
		if _, planned := byCell[id]; !planned {
			v.Orphans++
			continue
		}
		byCell[id] = append(byCell[id], i)
	}
	judged := map[string]result.Validity{}
	for _, j := range run.Validity {
		if j.Cell == "" {
			valid := j.Valid
			v.Valid, v.Reasons = &valid, reasons(j)
			continue
		}
		judged[j.Cell] = j
	}

	v.Rows = make([]*Row, len(run.Header.Cells))
	v.boot = stats.NewBootstrap(v.Draws, run.Header.Seed)
	metrics := result.Metrics()
	parallel(len(v.Rows), func(i int) {
		cell := run.Header.Cells[i]
		v.Rows[i] = newRow(cell, run, byCell[cell.ID], judged, metrics, v.boot)
	})
	for _, r := range v.Rows {
		r.BelowFloor = r.below(run.Header.Floor)
		if r.units != nil {
			v.Samples[r.Cell.ID] = r.units.firstRuns()
		}
	}
	v.Points = points(v.Rows)
	parallel(len(v.Points), func(i int) { v.Points[i].compare(v.boot) })
	return v
}

// newRow makes the row of a cell from the requests at the given indices.
func newRow(cell result.Cell, run *result.File, at []int, judged map[string]result.Validity, metrics []result.Metric, boot *stats.Bootstrap) *Row {
	r := &Row{Cell: cell, Name: DecoderName(cell), State: Unjudged}
	usable := make([]*result.Request, 0, len(at))
	for _, i := range at {
		switch q := &run.Requests[i]; q.Status {
		case "success", "truncated":
			usable = append(usable, q)
		case "incomplete":
		default:
			r.Failed++
		}
	}
	j, ok := judged[cell.ID]
	if ok {
		r.State, r.Reasons, r.Untimed = Valid, reasons(j), len(j.Timing) > 0
		if !j.Valid {
			r.State = Invalid
		}
	}
	r.Requests = len(usable)
	if r.Requests == 0 {
		if r.State != Invalid {
			r.State = NotRun
		}
		return r
	}
	r.Untrained = usable[0].Untrained
	r.units = newUnits(cell, usable)
	r.units.good = run.Header.Goodput
	r.Instances = len(r.units.instances)
	for _, u := range r.units.instances {
		r.Repetitions = max(r.Repetitions, len(u.requests))
	}
	if !cell.CostOnly {
		r.units.observed = coherence.Observe(usable, run.Instances)
		r.Coherence = coherence.Curves(r.units.observed, boot)
		r.units.curves, r.units.texts, r.units.seed = r.Coherence, newTexts(r.units.instances), run.Header.Seed
	}
	r.Values = map[Metric]*stats.Estimate{}
	for _, d := range metrics {
		if d.Quality && cell.CostOnly {
			continue
		}
		m := Metric(d.Name)
		if e, err := estimators[m](r.units, boot); err == nil {
			r.Values[m] = &e
		}
	}
	return r
}

// reasons is all that a validity record says, the worst first.
func reasons(j result.Validity) []string {
	list := slices.Clone(j.Reasons)
	for _, why := range j.Timing {
		list = append(list, "times are not used: "+why)
	}
	return append(list, j.Warnings...)
}

// parallel calls f for 0 … n−1 on all processors.
func parallel(n int, f func(int)) {
	var wg sync.WaitGroup
	workers := min(n, runtime.GOMAXPROCS(0))
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	wg.Wait()
}

// Counts returns how many rows are in each state.
func (v *View) Counts() map[State]int {
	n := map[State]int{}
	for _, r := range v.Rows {
		n[r.State]++
	}
	return n
}
