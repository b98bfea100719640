// Package threshold reads limits on metrics and says whether numbers keep them.
//
// A limit is written as in k6: an aggregate, a comparison and a number with its
// unit, several of them joined by "&&".
//
//	p(95)<2s            the 95th percentile of single requests
//	avg<=20ms && max<1s their mean and their maximum
//	value>=80%          the metric as reports show it
//
// Limits fail closed: a metric that was not measured, or a percentile that so
// few requests cannot show, keeps no limit. Besides limits, a [Threshold] may
// ask for equality with a baseline or bound a slowdown; who has the baseline
// judges these.
package threshold

import (
	"fmt"
	"strings"
)

// Threshold is one entry of "thresholds" in a scenario: a metric of some cells,
// and exactly one of Limit, Exact and Regress.
type Threshold struct {
	Metric string // a name of result.Metrics
	Cells  Cells
	// Limit is nil unless the metric has to keep limits.
	Limit *Limit
	// Exact asks that the metric is the same as in the baseline.
	Exact bool
	// Regress is the largest tolerated change for the worse against the baseline,
	// as a share above 0 (0.05 is 5%); 0 without.
	Regress float64
	// Alpha is the error rate of the test against the baseline; 0 without Regress.
	Alpha float64
	// File, Line and Col say where it stands, for messages; Line is from 1.
	File      string
	Line, Col int
}

// Cells chooses cells by label, workload and rung; "" fits all.
type Cells struct {
	Engine   string // label of the engine in the scenario
	Workload string // "" fits cost-only cells too
	Rung     string
}

// Fit reports whether a cell is chosen.
func (c Cells) Fit(label, workload, rung string) bool {
	return (c.Engine == "" || c.Engine == label) && (c.Workload == "" || c.Workload == workload) && (c.Rung == "" || c.Rung == rung)
}

// String says what is asked, for example "e2e of ar: p(95)<2s".
func (t Threshold) String() string {
	var of []string
	for _, name := range []string{t.Cells.Engine, t.Cells.Workload, t.Cells.Rung} {
		if name != "" {
			of = append(of, name)
		}
	}
	where := t.Metric
	if len(of) > 0 {
		where += " of " + strings.Join(of, " ")
	}
	switch {
	case t.Limit != nil:
		return where + ": " + t.Limit.String()
	case t.Exact:
		return where + ": as in the baseline"
	}
	return fmt.Sprintf("%s: at most %g%% worse than the baseline, alpha %g", where, 100*t.Regress, t.Alpha)
}

// Numbers is what was measured of one metric of one cell, in the unit of the
// metric.
type Numbers interface {
	// Value is the metric as reports show it; false if it is unknown.
	Value() (float64, bool)
	// Each holds the values of single requests; empty if there are none.
	Each() []float64
}

// Outcome is the verdict on one part of a limit.
type Outcome struct {
	Term     Term
	Met      bool
	Observed *float64 // in the unit of the metric; nil if unknown
	Why      string   // why it is unknown, "" if it is known
}

// Check judges numbers. There is one outcome for each part of the limit, and the
// limit is kept if all are met.
func (l *Limit) Check(n Numbers) (outcomes []Outcome, met bool) {
	met = true
	for _, t := range l.Terms {
		o := t.check(n)
		outcomes, met = append(outcomes, o), met && o.Met
	}
	return outcomes, met
}
