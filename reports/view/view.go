// Package view turns the records of a run into the rows that every report
// shows, so that a table, a figure, a page and a sentence never disagree.
//
// A [Row] is one cell of the matrix with its measured values; a value that was
// not measured is nil and is shown as "–", never 0. A [Point] gathers the cells
// that may be compared (package place) and holds the paired comparison of each with
// one of them, as a rule the autoregressive one.
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
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"dllmbench/engines/usage"
	"dllmbench/harness/coherence"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/guard"
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
	Look    string // how figures and pages tell its decoder apart, see [Row.Decoder]
	State   State
	Reasons []string // why the row is invalid, or what was remarked

	Instances   int // distinct instances with a usable request: the n of scores
	Repetitions int // most runs of one instance
	Requests    int // usable requests
	Failed      int // requests that ended in an error, a timeout or out of memory

	BelowFloor bool     // it does not reach the run's floor of quality
	Untimed    bool     // its times must not be used; its reasons say why
	Brief      bool     // nothing was made from its words and constraints: see [Detail]
	Untrained  []string // in which ways the decoder used weights that they were not trained for

	Values  map[Metric]*stats.Estimate // nil when unknown
	Aspects []Aspect                   // further scores, by name
	// Coherence is C(d) by direction (backward, lookahead), without the
	// directions that the instances have no constraint of; shares in [0, 1].
	Coherence []coherence.Curve

	Cost *Cost // nil without requests

	source *records // nil without requests
	paired *paired  // nil without requests; see [Row.pairs]
	aside  aside    // where the rest of it is

	perToken bool // see [Point.PerToken]
}

// Usable reports whether the row has numbers that no validity record forbids.
func (r *Row) Usable() bool { return r.State == Valid || r.State == Unjudged }

// Least compares rows by a metric that they have: the lower value first. Of times it
// takes those for headlines, see [Row.Takes].
func Least(m Metric) func(a, b *Row) int {
	if m == E2E {
		return func(a, b *Row) int { return cmp.Compare(a.Takes().Value, b.Takes().Value) }
	}
	return func(a, b *Row) int { return cmp.Compare(a.Values[m].Value, b.Values[m].Value) }
}

// Best compares rows by a quality that they have: the better first, and of the same
// quality the faster, if both have a time.
func Best(m Metric) func(a, b *Row) int {
	return func(a, b *Row) int {
		c := Least(m)(b, a)
		if c == 0 && a.Values[E2E] != nil && b.Values[E2E] != nil {
			return Least(E2E)(a, b)
		}
		return c
	}
}

// View is what reports are made from.
type View struct {
	Header  result.Header
	Metrics []result.Metric // definitions as the run recorded them
	Rows    []*Row          // every planned cell, in the run's order
	Points  []*Point        // comparable cells, in order of first appearance
	Valid   *bool           // validity of the whole run; nil when it was not judged
	Reasons []string        // reasons given for the whole run
	Orphans int             // requests of cells that the header does not plan
	Draws   int             // bootstrap draws behind the intervals
	Briefs  int             // rows that are brief

	boot   *stats.Bootstrap
	said   atomic.Pointer[said]
	source *records

	parallelisms struct { // see [View.Parallelisms]
		once sync.Once
		list []Parallelism
	}

	planned  map[string]bool // ids of cells
	detailed int             // rows with details, where others are brief
}

// Above these sizes of a run intervals are made from fewer bootstrap draws, so
// that rendering stays a matter of seconds.
const (
	manyCells = 400
	mostCells = 4000
)

// New derives the view of a run, with all details. The same file gives the same
// view.
func New(run *result.File) *View { return NewBounded(run, Detail{}) }

// NewBounded derives the view of a run with details within bounds.
func NewBounded(run *result.File, detail Detail) *View {
	byCell := map[string][]*result.Request{}
	for i := range run.Requests {
		q := &run.Requests[i]
		byCell[q.Cell] = append(byCell[q.Cell], q)
	}
	all := func(cell string, _ bool, only []string) ([]*result.Request, error) {
		list := byCell[cell]
		if only != nil {
			list = lists.Keep(list, func(q *result.Request) bool { return slices.Contains(only, q.Instance) })
		}
		return list, nil
	}
	v := derive(&records{file: run, most: len(run.Requests), read: all}, detail)
	for cell, list := range byCell {
		v.countOrphans(cell, len(list))
	}
	return v
}

// Open derives the same view from an index, which must stay open as long as the
// view is used: requests are read when they are asked for. See [View.Err].
func Open(x *result.Index, detail Detail) (*View, error) { return open(x, detail, keptRequests) }

func open(x *result.Index, detail Detail, most int) (*View, error) {
	read := func(cell string, brief bool, only []string) ([]*result.Request, error) {
		of := x.RequestsOf
		switch {
		case only != nil:
			of = func(cell string) ([]result.Request, error) { return x.RequestsOn(cell, only) }
		case brief:
			of = x.NumbersOf
		}
		list, err := of(cell)
		out := make([]*result.Request, len(list))
		for i := range list {
			out[i] = &list[i]
		}
		return out, err
	}
	v := derive(&records{file: &x.File, index: x, most: most, read: read}, detail)
	x.Each(v.countOrphans)
	return v, v.Err()
}

// Err is the first error of reading requests, nil for a run in memory. After an
// error the view must not be used.
func (v *View) Err() error {
	v.source.mu.Lock()
	defer v.source.mu.Unlock()
	return v.source.err
}

// countOrphans counts the requests of cells that are not planned.
func (v *View) countOrphans(cell string, requests int) {
	if !v.planned[cell] {
		v.Orphans += requests
	}
}

// batchRows is about how many rows are derived before those of their points are
// compared: their requests are at hand then.
const batchRows = 64

func derive(s *records, detail Detail) *View {
	run := s.file
	v := &View{Header: run.Header, Metrics: run.Metrics, Draws: 2000, source: s}
	switch cells := len(run.Header.Cells); {
	case cells > mostCells:
		v.Draws = 500
	case cells > manyCells:
		v.Draws = 1000
	}
	v.boot = stats.NewBootstrap(v.Draws, run.Header.Seed)
	s.kept, s.heaps = map[*Row]*units{}, map[string]*result.Allocations{}
	for i := range run.Allocations {
		s.heaps[run.Allocations[i].Cell] = &run.Allocations[i]
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
	v.Rows, v.planned = make([]*Row, len(run.Header.Cells)), map[string]bool{}
	for i, cell := range run.Header.Cells {
		v.planned[cell.ID] = true
		v.Rows[i] = &Row{Cell: cell, Name: DecoderName(cell), State: Unjudged}
	}
	giveLooks(v.Rows)
	v.Points = points(v.Rows)
	v.bound(detail)
	metrics := result.Metrics()
	for from := 0; from < len(v.Points); {
		var rows []*Row
		to := from
		for ; to < len(v.Points) && len(rows) < batchRows; to++ {
			rows = append(rows, v.Points[to].Rows...)
		}
		parallel(len(rows), func(i int) string { return "cell " + rows[i].Cell.ID + " (" + rows[i].Name + ")" }, func(i int) {
			rows[i].fill(s, judged, metrics, v.boot)
			rows[i].BelowFloor = rows[i].below(run.Header.Floor)
		})
		batch := v.Points[from:to]
		parallel(len(batch), func(i int) string { return batch[i].Task() }, func(i int) { batch[i].compare(v) })
		from = to
	}
	return v
}

// fill derives everything of a row from its requests.
func (r *Row) fill(s *records, judged map[string]result.Validity, metrics []result.Metric, boot *stats.Bootstrap) {
	all := s.requests(r.Cell.ID, r.Brief, nil)
	for _, q := range all {
		if !place.Usable(q) && q.Status != "incomplete" {
			r.Failed++
		}
	}
	j, ok := judged[r.Cell.ID]
	if ok {
		r.State, r.Reasons, r.Untimed = Valid, reasons(j), len(j.Timing) > 0
		if !j.Valid {
			r.State = Invalid
		}
	}
	usable := usable(all)
	r.Requests = len(usable)
	if r.Requests == 0 {
		if r.State != Invalid {
			r.State = NotRun
		}
		return
	}
	r.Untrained = usable[0].Untrained
	u := s.group(r, usable, r.Brief)
	r.Instances = len(u.instances)
	for _, inst := range u.instances {
		r.Repetitions = max(r.Repetitions, len(inst.requests))
	}
	if !r.Cell.CostOnly && !r.Brief {
		r.Coherence = coherence.Curves(u.observed, boot)
		u.curves, u.texts, u.seed = r.Coherence, newTexts(u.instances), s.file.Header.Seed
	}
	r.Values = map[Metric]*stats.Estimate{}
	var unknown []usage.Counter
	for _, d := range metrics {
		m := Metric(d.Name)
		if d.Quality && r.Cell.CostOnly || r.Brief && slices.Contains(detailMetrics, m) {
			continue
		}
		if list := u.lacking(d); len(list) > 0 {
			unknown = append(unknown, list...)
			continue
		}
		if e, err := estimatorOf(d)(u, boot); err == nil {
			r.Values[m] = &e
		}
	}
	r.Aspects = u.aspects(boot)
	slices.Sort(unknown)
	for _, c := range slices.Compact(unknown) {
		r.Reasons = append(r.Reasons, fmt.Sprintf("%s (%s) is unknown for some requests, and so are the metrics that are made from it", c, c.Entry().Words))
	}
	u.texts = nil // words are wanted no more
	r.Cost, r.source = u.cost(r.Cell.Batch), s
	s.setAside(r, newPaired(u, r.Cell.Group))
	s.store(r, u)
}

// reasons is all that a validity record says, the worst first.
func reasons(j result.Validity) []string {
	list := slices.Clone(j.Reasons)
	for _, why := range j.Timing {
		list = append(list, "times are not used: "+why)
	}
	return append(list, j.Warnings...)
}

// parallel calls f for 0 … n−1 on all processors. A panic goes on, on the goroutine
// of the caller, with the name of what it happened at.
func parallel(n int, name func(int) string, f func(int)) {
	if err := guard.Each(n, name, func(i int) error { f(i); return nil }); err != nil {
		panic(err)
	}
}

// Counts returns how many rows are in each state.
func (v *View) Counts() map[State]int {
	n := map[State]int{}
	for _, r := range v.Rows {
		n[r.State]++
	}
	return n
}
