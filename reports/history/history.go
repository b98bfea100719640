// Package history puts the runs of many result folders side by side: how each
// metric of each cell went from run to run, and where its level changed.
//
// Two kinds of metrics are told apart. What a clock or the memory of the machine
// says ([Clocked]) is compared on one machine only: runs on another processor,
// with other limits or another kernel are a series of their own, and changes of
// level are looked for by a test with a stated error rate
// ([stats.ChangePoints]). Everything else (counters, scores) is the same in
// every run of a program on one variant of the compute kernels, so runs of all
// machines are one series, and every difference is a change.
//
// A cell is known by its id, a hash of all that decides what it computes, so
// other weights or options make another series; so do other instances or
// another seed. Runs that a validity record forbids to use are kept as points
// that are not used.
package history

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Options say what to look at.
type Options struct {
	Metrics  []string // names of [result.Metrics], in the order of the history
	Alpha    float64  // chance of any mark in a series of times without a change
	ByCommit bool     // order by the date of the commit where it is recorded, else by the start
}

// The permutations behind a mark, and the seed they are drawn from.
const (
	draws = 999
	seed  = 1
)

// History is what a report shows.
type History struct {
	Runs     []Run // oldest first
	Machines []Machine
	Series   []Series // by metric, then in the order of the first run that has the cell
	Alpha    float64
	Needed   int // runs below which no change of a time can be found
	Searched int // series of times that were long enough to be searched
	Short    int // series of times that were not
	ByCommit bool
}

// Run is one result folder.
type Run struct {
	Name       string
	ID         string
	Started    string // RFC 3339
	Commit     string // with "+changes"; "" when unknown
	CommitDate string // RFC 3339; "" when unknown
	Scenario   string
	Machine    string // its letter; several, joined by commas, for a run of several machines
	Cells      int
	Usable     int // cells of which anything may be used
	Problem    string
}

// Machine is what times are compared on.
type Machine struct {
	Letter string // A, B, …
	Text   string // what tells it apart, in words
}

// Series is one metric of one cell over the runs.
type Series struct {
	Metric  result.Metric
	CellID  string
	Task    string
	Decoder string
	Engine  string
	Weights string
	Note    string // what tells it apart from a series of the same name
	Machine string // letter; "" for what is compared across machines
	Kernel  string // variant of the compute kernels
	Points  []Point
	Marks   []Mark
	Short   bool // too few runs to look for changes

	key     key
	options map[string]any
}

// Look is how pages tell the decoder apart: by its kind, since runs of a history
// need not have the same decoders.
func (s Series) Look() string { return s.Engine }

// Point is the value of a run.
type Point struct {
	Run   int // index in History.Runs
	Value stats.Estimate
	Used  bool
	Why   string // it is not used
}

// Mark is a change of level.
type Mark struct {
	Run           int // the first one of the new level, index in History.Runs
	Since         int // the last one of the old level
	Before, After float64
	P             *float64 // nil for an exact difference
}

// Change is the relative change, and false when the old level is 0.
func (m Mark) Change() (float64, bool) {
	if m.Before == 0 {
		return 0, false
	}
	return m.After/m.Before - 1, true
}

// Used lists the points that count.
func (s Series) Used() []Point {
	return lists.Keep(s.Points, func(p Point) bool { return p.Used })
}

// Name names the series in words.
func (s Series) Name() string {
	text := s.Decoder + ", " + s.Task
	if s.Note != "" {
		text += ", " + s.Note
	}
	return text
}

// Clocked reports whether a metric depends on the machine: times, memory, energy.
func Clocked(m result.Metric) bool {
	return m.Assume == "sample" && (m.Group == result.Speed || m.Group == result.Cost)
}

// Builder collects runs.
type Builder struct {
	options Options
	metrics []result.Metric
	runs    []*entry
	ids     map[string]string // name by run id
}

// entry is a run before it has its place.
type entry struct {
	run      Run
	machines []string // keys
	seen     []observation
}

// observation is one value of one run: a series with its names, and its point.
type observation struct {
	Series
	value stats.Estimate
	why   string // not used
}

// key tells series apart.
type key struct {
	metric, cell, place string // place: machine, or compute kernels
	work                string // instances and seed
}

// New begins a history. It panics for a metric that [result.Metrics] does not have.
func New(o Options) *Builder {
	b := &Builder{options: o, ids: map[string]string{}}
	for _, name := range o.Metrics {
		b.metrics = append(b.metrics, view.Metric(name).Definition())
	}
	return b
}

// Add takes a run in. A run that is already there is an error.
func (b *Builder) Add(name string, f *result.File) error {
	h := f.Header
	if other, twice := b.ids[h.RunID]; twice && h.RunID != "" {
		return fmt.Errorf("%s is the same run as %s", name, other)
	}
	b.ids[h.RunID] = name
	b.runs = append(b.runs, b.observe(name, f))
	return nil
}

// History orders the runs and looks for changes.
func (b *Builder) History() *History {
	h := &History{Alpha: b.options.Alpha, Needed: stats.MinHistory(b.options.Alpha), ByCommit: b.options.ByCommit}
	date := func(e *entry) string {
		if b.options.ByCommit && e.run.CommitDate != "" {
			return e.run.CommitDate
		}
		return e.run.Started
	}
	slices.SortStableFunc(b.runs, func(x, y *entry) int {
		return cmp.Or(cmp.Compare(instant(date(x)), instant(date(y))), cmp.Compare(instant(x.run.Started), instant(y.run.Started)), cmp.Compare(x.run.Name, y.run.Name))
	})
	letters := h.letters(b.runs)
	for _, e := range b.runs {
		h.Runs = append(h.Runs, e.run)
	}
	h.collect(b.runs, letters)
	h.tellApart()
	for i := range h.Series {
		h.mark(&h.Series[i])
	}
	order := func(s Series) int {
		return slices.IndexFunc(b.metrics, func(m result.Metric) bool { return m.Name == s.Metric.Name })
	}
	slices.SortStableFunc(h.Series, func(x, y Series) int { return cmp.Compare(order(x), order(y)) })
	return h
}

// collect makes the series of the runs, without marks.
// What is not used joins a series of the same cell, whatever part of its
// instances an unfinished run had reached.
func (h *History) collect(runs []*entry, letters map[string]string) {
	at := map[key]int{}
	for _, unused := range []bool{false, true} {
		for i, e := range runs {
			for _, o := range e.seen {
				if (o.why != "") != unused {
					continue
				}
				n, ok := at[o.key]
				if !ok && unused {
					n = slices.IndexFunc(h.Series, func(s Series) bool { s.key.work = o.key.work; return s.key == o.key })
					ok = n >= 0
				}
				if !ok {
					n = len(h.Series)
					at[o.key], h.Series = n, append(h.Series, o.Series)
					h.Series[n].Machine = letters[o.Machine]
				}
				h.Series[n].Points = append(h.Series[n].Points, Point{Run: i, Value: o.value, Used: o.why == "", Why: o.why})
			}
		}
	}
	for _, s := range h.Series {
		slices.SortStableFunc(s.Points, func(a, b Point) int { return cmp.Compare(a.Run, b.Run) })
	}
}

// mark looks for changes in a series.
func (h *History) mark(s *Series) {
	used := s.Used()
	if !Clocked(s.Metric) {
		for i := 1; i < len(used); i++ {
			a, b := used[i-1].Value.Value, used[i].Value.Value
			if math.Abs(a-b) > 1e-9*max(math.Abs(a), math.Abs(b)) { // the same sums may be added in another order
				s.Marks = append(s.Marks, Mark{Run: used[i].Run, Since: used[i-1].Run, Before: a, After: b})
			}
		}
		return
	}
	values := make([]float64, len(used))
	for i, p := range used {
		values[i] = p.Value.Value
	}
	changes, err := stats.ChangePoints(values, h.Alpha, draws, seed)
	if err != nil {
		s.Short = true
		h.Short++
		return
	}
	h.Searched++
	for _, c := range changes {
		s.Marks = append(s.Marks, Mark{Run: used[c.At].Run, Since: used[c.At-1].Run, Before: c.Before, After: c.After, P: &c.P})
	}
}

// Changed lists the series with marks.
func (h *History) Changed() []Series {
	return lists.Keep(h.Series, func(s Series) bool { return len(s.Marks) > 0 })
}

// tellApart notes what distinguishes series that have the same names.
func (h *History) tellApart() {
	type name struct{ metric, task, decoder string }
	var all []*Series
	for i := range h.Series {
		all = append(all, &h.Series[i])
	}
	for _, same := range lists.Split(all, func(s *Series) name { return name{s.Metric.Name, s.Task, s.Decoder} }) {
		cells := lists.Split(same.Of, func(s *Series) string { return s.key.cell })
		works := lists.Split(same.Of, func(s *Series) string { return s.key.work })
		for _, s := range same.Of {
			var notes []string
			if len(cells) > 1 {
				unlike := func(o *Series, name string) bool { return fmt.Sprint(o.options[name]) != fmt.Sprint(s.options[name]) }
				for _, name := range slices.Sorted(maps.Keys(s.options)) {
					if slices.ContainsFunc(same.Of, func(o *Series) bool { return unlike(o, name) }) {
						notes = append(notes, fmt.Sprintf("%s=%v", name, s.options[name]))
					}
				}
				if slices.ContainsFunc(same.Of, func(o *Series) bool {
					return o.key.cell != s.key.cell && fmt.Sprint(o.options) == fmt.Sprint(s.options)
				}) {
					notes = append(notes, fmt.Sprintf("weights %s, cell %.6s", s.Weights, s.key.cell))
				}
			}
			if len(works) > 1 {
				notes = append(notes, s.Note)
			}
			s.Note = strings.Join(notes, ", ")
		}
	}
}
