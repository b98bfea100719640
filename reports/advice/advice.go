// Package advice answers which decoder to use for answers of a length, at a
// batch size, above a floor of quality: the fastest, the cheapest in arithmetic
// and the best, each with its runner-up, how sure that is, and what would change
// it.
//
// It speaks of the tasks that the run measured near that length, one by one:
// solving sums says nothing about solving Sudoku. A decoder passes the floor if
// its share of exact answers reaches it and is more than chance; whether the floor
// is shown by its interval is said beside it.
package advice

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// Question is what is asked.
type Question struct {
	Length int     // tokens of an answer
	Batch  int     // requests decoded together
	Floor  float64 // least share of exact answers, 0 to 1; 0 asks for nothing
	// Metric is the share that Floor is of; "" is that of exact answers.
	Metric view.Metric
}

// floor is the question's floor.
func (q Question) floor() Floor { return Floor{q.Floor, cmp.Or(q.Metric, view.Exact)} }

// Floor is a least share of a quality.
type Floor struct {
	Share  float64 // 0 to 1; 0 asks for nothing
	Metric view.Metric
}

// Exactly is a floor of the share of exact answers.
func Exactly(share float64) Floor { return Floor{share, view.Exact} }

// Floors are the floors under which a run's page recommends, as shares of exact
// answers: 0 asks for more than chance alone; the floor that the run sets is one.
func Floors(v *view.View) []float64 {
	list := []float64{0, 0.5, 0.8, 0.95}
	if f := v.Header.Floor; f != nil && f.Metric == string(view.Exact) && !slices.Contains(list, f.Share) {
		list = append(list, f.Share)
		slices.Sort(list)
	}
	return list
}

// Near is how far, as a factor, the length of a task may be from the length that
// is asked for.
const Near = 2

// Advice is the answer.
type Advice struct {
	Question Question
	Tasks    []Decision // of trained weights, nearest length first
	Cost     []Decision // of models with random weights: time and work, no floor
}

// Decision is the answer for one task.
type Decision struct {
	Point    *view.Point `json:"-"`
	Task     string      `json:"task"`
	Length   int         `json:"length"` // tokens of an answer
	Batch    int         `json:"batch"`
	CostOnly bool        `json:"cost_only"`
	Measured int         `json:"measured"` // decoders with a score (a time, for random weights)
	Passing  int         `json:"passing"`  // of them, those that pass the floor
	Fastest  *Choice     `json:"fastest"`  // null when no decoder passes, or none has the value
	Cheapest *Choice     `json:"cheapest"` // in arithmetic
	Best     *Choice     `json:"best"`     // in quality
	// Precisions has the fastest of each precision of the weights that passes the floor,
	// where decoders in several took turns; null otherwise.
	Precisions []*Choice `json:"precisions"`
	Changes    []string  `json:"changes"` // what would change the answer, in words
}

// Choice is a decoder with its runner-up.
type Choice struct {
	Row     *view.Row `json:"-"`
	Next    *view.Row `json:"-"` // the runner-up
	Decoder string    `json:"decoder"`
	Cell    string    `json:"cell"` // id
	// Precision is that of the weights, in words; "" in older files.
	Precision string  `json:"precision,omitempty"`
	Value     string  `json:"value"`            // of the metric it was chosen by, with its interval
	Exact     string  `json:"exact,omitempty"`  // the quality that the floor is of, with its interval; "" for random weights
	RunnerUp  *string `json:"runner_up"`        // decoder
	Margin    string  `json:"margin,omitempty"` // over the runner-up, with its interval; "" without
	// Shown is true when an interval shows the lead over the runner-up; null without
	// one or without an interval. Counters need no interval: the same run gives
	// the same numbers.
	Shown *bool `json:"shown"`
	// FloorShown reports whether the whole interval of the quality is above the
	// floor; null without a floor or an interval.
	FloorShown *bool `json:"floor_shown"`

	quality view.Metric // that Exact is of
}

// Ask answers a question. The error says which lengths and batches the run has
// when none of its tasks is near.
func Ask(v *view.View, q Question) (*Advice, error) {
	a := &Advice{Question: q}
	var lengths, batches []int
	unknown := 0 // tasks of imported answers, whose length nobody says
	for _, p := range v.Points {
		if !slices.ContainsFunc(p.Rows, (*view.Row).Usable) {
			continue
		}
		if p.Budget == 0 {
			unknown++
			continue
		}
		batches = append(batches, p.Batch)
		if p.Batch != q.Batch {
			continue
		}
		lengths = append(lengths, p.Budget)
		if p.Budget > Near*q.Length || q.Length > Near*p.Budget {
			continue
		}
		if p.CostOnly {
			a.Cost = append(a.Cost, Decide(v, p, Exactly(0)))
		} else {
			a.Tasks = append(a.Tasks, Decide(v, p, q.floor()))
		}
	}
	if len(a.Tasks)+len(a.Cost) == 0 {
		switch {
		case len(batches) == 0 && unknown > 0:
			return nil, fmt.Errorf("the run does not say how long its answers may be, as imported ones do not")
		case len(batches) == 0:
			return nil, fmt.Errorf("the run has no usable cell")
		case len(lengths) == 0:
			return nil, fmt.Errorf("no usable cell has batch %d; the run has %s", q.Batch, listed(batches))
		}
		return nil, fmt.Errorf("no usable cell with batch %d has a length within a factor of %d of %d tokens; the run has %s", q.Batch, Near, q.Length, listed(lengths))
	}
	distance := func(d Decision) float64 {
		a, b := float64(d.Point.Budget), float64(q.Length)
		return max(a, b) / min(a, b)
	}
	for _, list := range [][]Decision{a.Tasks, a.Cost} {
		slices.SortStableFunc(list, func(a, b Decision) int { return cmp.Compare(distance(a), distance(b)) })
	}
	return a, nil
}

// listed writes different numbers in order.
func listed(numbers []int) string {
	slices.Sort(numbers)
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(slices.Compact(numbers)), "[]"), " ", ", ")
}

// Decide answers for one task. A floor is ignored for random weights.
func Decide(v *view.View, p *view.Point, floor Floor) Decision {
	if p.CostOnly {
		floor.Share = 0
	}
	d := Decision{Point: p, Task: p.Task(), Length: p.Budget, Batch: p.Batch, CostOnly: p.CostOnly}
	var passing, failing []*view.Row
	for _, r := range p.Rows {
		if !r.Eligible() || !p.CostOnly && r.Values[floor.Metric] == nil || p.CostOnly && r.Values[view.E2E] == nil {
			continue
		}
		d.Measured++
		if p.CostOnly || r.Values[floor.Metric].Value >= 100*floor.Share && p.Competent(r) {
			passing = append(passing, r)
		} else {
			failing = append(failing, r)
		}
	}
	d.Passing = len(passing)
	w := chooser{v, p, floor}
	d.Fastest = w.least(passing, view.E2E)
	d.Cheapest = w.least(passing, view.FLOPs)
	if !p.CostOnly {
		d.Best = w.best(passing)
	}
	d.Precisions = w.precisions(passing)
	d.Changes = append([]string{}, w.changes(d, passing, failing)...)
	return d
}
