package summary

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/verdict"
	"dllmbench/reports/view"
)

// Wins counts, for one decoder, the tasks with trained weights on which it won.
type Wins struct {
	Decoder  string // its name in the scenario, safe to print
	Look     string // see [view.Row.Look]
	Even     int    // not shown to solve less than the best
	Best     int    // shown to solve more than every other
	Fastest  int    // shown to be faster than every other that solves more than chance
	Lossless int    // fastest of those shown to lose less than the margin against the best
}

// Line is the outcome of one task.
type Line struct {
	Task     string
	CostOnly bool
	N        int     // instances of the best decoder, pair blocks of cost-only tasks
	Quality  Outcome // empty for cost-only tasks
	Speed    Outcome
	Lossless Outcome // fastest of those shown to lose less than the margin against the best
}

// Outcome says who won, by how much, and how sure that is.
type Outcome struct {
	Rows   []*view.Row // the winner, or all that do not differ significantly from it, best first; nil when unknown
	Value  string      // of the first row, with its interval
	Margin string      // of the first row over the best other decoder, with its interval; "" when there is none
	Sure   Certainty
}

// Certainty says how far an outcome is shown; package verdict says what each
// asserts.
type Certainty = verdict.Word

// The degrees of certainty.
const (
	Shown    = verdict.Shown
	Even     = verdict.Even
	TooFew   = verdict.TooFew
	Unsolved = verdict.Unsolved
	Guessed  = verdict.Guessed
	Alone    = verdict.Alone
	Unsaid   = verdict.Unsaid
)

// MaxTasks is the most tasks of a table of outcomes; larger runs are read in the
// tallies and in the table of cells.
const MaxTasks = 60

// board adds the outcome of a task, or counts it beyond the first ones.
func (w *writer) board(t *task) {
	if len(w.Lines) == MaxTasks {
		if slices.ContainsFunc(t.Rows, (*view.Row).Usable) {
			w.More++
		}
		return
	}
	l := Line{Task: t.name, CostOnly: t.CostOnly, Quality: t.solvesMost(), Speed: t.takesLeast(), Lossless: t.takesLeastWithoutLoss()}
	for _, best := range []*view.Row{t.quality.best, t.speed.best} {
		if l.N == 0 && best != nil {
			l.N = best.Instances
			if e := best.Values[view.E2E]; t.CostOnly && e != nil {
				l.N = e.N
			}
		}
	}
	if l.N > 0 {
		w.Lines = append(w.Lines, l)
	}
}

// wins lists the decoders in the order of the run.
func (w *writer) wins() []Wins {
	var out []Wins
	seen := map[string]bool{}
	for _, r := range w.v.Rows {
		e := r.Decoder()
		if seen[e] || r.Cell.CostOnly || !r.Usable() {
			continue
		}
		seen[e] = true
		out = append(out, Wins{view.Clean(e), r.Look, w.tasks.n[e], w.leads.n[e], w.fastest.n[e], w.lossless.n[e]})
	}
	return out
}

// winners counts tasks by decoder.
type winners struct {
	of       int // tasks
	decoders []string
	n        map[string]int
}

func (t *winners) add(decoder string) {
	if t.n == nil {
		t.n = map[string]int{}
	}
	if t.n[decoder] == 0 {
		t.decoders = append(t.decoders, decoder)
	}
	t.n[decoder]++
}

// text is "block on 6, ar on 2 of 8", the most first.
func (t *winners) text() string {
	list := slices.Clone(t.decoders)
	slices.SortStableFunc(list, func(a, b string) int { return t.n[b] - t.n[a] })
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = fmt.Sprintf("%s on %d", view.Clean(e), t.n[e])
	}
	return fmt.Sprintf("%s of %d", strings.Join(parts, ", "), t.of)
}

func (t *winners) sum() int {
	n := 0
	for _, k := range t.n {
		n += k
	}
	return n
}
