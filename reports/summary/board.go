package summary

import (
	"fmt"
	"slices"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Tally counts, for one decoder, the tasks with trained weights on which it won.
type Tally struct {
	Engine   string // as in the records, not safe to print
	Even     int    // not shown to solve less than the best
	Best     int    // shown to solve more than every other
	Fastest  int    // shown to be faster than every other
	Lossless int    // fastest of those not shown to solve less than the best
}

// Line is the outcome of one task.
type Line struct {
	Task     string
	CostOnly bool
	N        int     // instances of the best decoder, pair blocks of cost-only tasks
	Quality  Outcome // empty for cost-only tasks
	Speed    Outcome
	Lossless Outcome // fastest of those not shown to solve less than the best
}

// Outcome says who won, by how much, and how sure that is.
type Outcome struct {
	Rows   []*view.Row // the winner, or all that cannot be told apart from it, best first; nil when unknown
	Value  string      // of the first row, with its interval
	Margin string      // of the first row over the best other decoder, with its interval; "" when there is none
	Sure   Certainty
}

// Certainty says how far an outcome is shown.
type Certainty string

// The degrees of certainty.
const (
	Shown    Certainty = "shown"          // the 95% interval of the margin, and for quality the exact test too, leaves out "equal"
	Even     Certainty = "not told apart" // it does not
	TooFew   Certainty = "too few pairs"  // no interval can be made, or so few instances could not show any difference
	Unsolved Certainty = "nobody"         // no decoder solves any instance
	Guessed  Certainty = "near chance"    // no decoder is ten points above the chance level, with an interval above it
	Alone    Certainty = "no rival"       // one decoder only
)

// MaxTasks is the most tasks of a table of outcomes; larger runs are read in the
// tallies and in the table of cells.
const MaxTasks = 60

// board makes the outcomes of the first points, and counts the others.
func (w *writer) board() (lines []Line, more int) {
	for _, p := range w.v.Points {
		if len(lines) == MaxTasks {
			if slices.ContainsFunc(p.Rows, (*view.Row).Usable) {
				more++
			}
			continue
		}
		l := Line{Task: view.Clean(p.Task()), CostOnly: p.CostOnly}
		if !p.CostOnly {
			l.Quality = w.bestOutcome(p)
			l.Lossless = w.losslessOutcome(p)
		}
		l.Speed = w.fastOutcome(p)
		for _, o := range []Outcome{l.Quality, l.Speed} {
			if l.N == 0 && len(o.Rows) > 0 {
				l.N = o.Rows[0].Instances
				if p.CostOnly && o.Rows[0].Values[view.E2E] != nil {
					l.N = o.Rows[0].Values[view.E2E].N
				}
			}
		}
		if l.N > 0 {
			lines = append(lines, l)
		}
	}
	return lines, more
}

// tallies lists the decoders in the order of the run.
func (w *writer) tallies() []Tally {
	var out []Tally
	seen := map[string]bool{}
	for _, r := range w.v.Rows {
		e := r.Cell.Engine
		if seen[e] || r.Cell.CostOnly || !r.Usable() {
			continue
		}
		seen[e] = true
		out = append(out, Tally{e, w.tasks.n[e], w.leads.n[e], w.fastest.n[e], w.lossless.n[e]})
	}
	return out
}

// bestOutcome is who solves most on a point.
func (w *writer) bestOutcome(p *view.Point) Outcome {
	rows := bestOf(p, scored, byExact)
	if len(rows) == 0 {
		return Outcome{}
	}
	best := rows[0]
	o := Outcome{Rows: rows[:1:1], Value: percent(best.Values[view.Exact]), Sure: Shown}
	switch {
	case best.Values[view.Exact].Value == 0:
		return Outcome{Rows: rows, Value: o.Value, Sure: Unsolved}
	case len(rows) == 1:
		o.Sure = Alone
		return o
	case guessed(p, best):
		return Outcome{Rows: rows, Value: o.Value, Sure: Guessed}
	}
	for i, r := range rows[1:] {
		c := w.v.Compare(r, best)
		if i == 0 && c.Exact != nil {
			o.Margin = points(c.Exact) + " over " + name(r)
		}
		switch side, known := c.SolvesMore(); {
		case !known:
			o.Rows, o.Sure = append(o.Rows, r), TooFew
		case side <= 0:
			o.Rows = append(o.Rows, r)
			if o.Sure == Shown {
				o.Sure = Even
			}
		}
	}
	return o
}

// fastOutcome is who is fastest on a point, in its fastest setting.
func (w *writer) fastOutcome(p *view.Point) Outcome {
	rows := bestOf(p, racing, byTime)
	if len(rows) == 0 {
		return Outcome{}
	}
	best := rows[0]
	o := Outcome{Rows: rows[:1:1], Value: interval(best.Values[view.E2E], "ms"), Sure: Shown}
	if len(rows) == 1 {
		o.Sure = Alone
	}
	for i, r := range rows[1:] {
		s := w.v.Compare(r, best).Speed
		if i == 0 && s != nil {
			o.Margin = view.Ratio(s) + " as fast as " + name(r)
			if s.CI != nil {
				o.Margin = fmt.Sprintf("%s× [%s, %s] as fast as %s", view.Number(s.Value), view.Number(s.CI.Low), view.Number(s.CI.High), name(r))
			}
		}
		switch side, known := view.Side(s); {
		case !known:
			o.Rows, o.Sure = append(o.Rows, r), TooFew
		case side <= 0:
			o.Rows = append(o.Rows, r)
			if o.Sure == Shown {
				o.Sure = Even
			}
		}
	}
	return o
}

// losslessOutcome is the fastest row that is not shown to solve less than the
// best one.
func (w *writer) losslessOutcome(p *view.Point) Outcome {
	best := bestOf(p, scored, byExact)
	if len(best) == 0 || !telling(p, best) {
		return Outcome{}
	}
	r := w.fastestWithoutLoss(p, best[0])
	if r == nil {
		return Outcome{}
	}
	return Outcome{
		Rows:   []*view.Row{r},
		Value:  interval(r.Values[view.E2E], "ms"),
		Margin: fmt.Sprintf("solves %.0f%%", r.Values[view.Exact].Value),
	}
}

// telling tells whether somebody solves a task, and if there is a rival not near
// chance: rows are the best ones of each decoder.
func telling(p *view.Point, rows []*view.Row) bool {
	return rows[0].Values[view.Exact].Value > 0 && (len(rows) == 1 || !guessed(p, rows[0]))
}

// interval is "19.5 ms [18, 21]".
func interval(e *stats.Estimate, unit string) string {
	s := view.Number(e.Value) + " " + unit
	if e.CI != nil {
		s += fmt.Sprintf(" [%s, %s]", view.Number(e.CI.Low), view.Number(e.CI.High))
	}
	return s
}

// percent is "54% [35, 72]".
func percent(e *stats.Estimate) string {
	if e.CI == nil {
		return fmt.Sprintf("%.0f%%", e.Value)
	}
	return fmt.Sprintf("%.0f%% [%.0f, %.0f]", e.Value, e.CI.Low, e.CI.High)
}
