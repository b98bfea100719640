// Package scenario reads scenario files and expands them into the exact cells
// of a run.
//
// A scenario is a YAML file that names engines, workloads and how to measure
// them (docs/scenarios.md explains every key). Reading is strict: an unknown
// key, a wrong type, an unknown name or a value out of range is a [Problem]
// with its place in the file, what is allowed and the nearest allowed name, and
// all problems are reported, not only the first. [Load] needs a [Catalog] of
// what exists but no weights; [Scenario.Expand] also needs the weights, because
// token budgets are measured with their tokenizer.
package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/harness/threshold"
	"dllmbench/workloads"
)

// Catalog is what a scenario may name. It is passed in, so that this package
// knows no decoder.
type Catalog struct {
	Presets   []engines.Preset
	Workloads []workloads.Workload
	Metrics   []result.Metric
	Builtin   []string                // names of embedded weights, for example "v1"
	Shape     func(name string) error // nil error if the name is a model shape, for example "20m"
	// Endpoint finds an engine that is not of this program by its name in the user's file. Nil
	// knows none.
	Endpoint func(name string) (*Endpoint, error)
	CPUs     int            // worker threads that "threads: 0" stands for
	Claims   int            // claims that can be judged, by their numbers from 1
	Outputs  []OutputFormat // formats of "outputs"
	// Formats are the formats of task files, Cards the task cards, and Open reads a file. Nil
	// reads none.
	Formats []string
	Cards   []string
	Open    func(TaskSource) (TaskFile, error)
}

// OutputFormat is a format of the report of a run.
type OutputFormat struct {
	Name string // for example "html"
	Path string // where it goes if nothing else is said, below the folder of the run; "" for the records, which are always written
}

// Scenario is a scenario file that holds no mistake visible without weights.
type Scenario struct {
	File        string
	Text        []byte // the file as read, or with includes, variables and changes put in
	Name        string
	Seed        uint64       // of order, random prompts and draws; the first of Seeds
	Seeds       []uint64     // whose answers are pooled
	Models      []Model      // the entries of "models", in order
	TokenizerOf string       // name of the model whose tokenizer counts useful text; "" for that without a parent
	Weights     weights.Name // of engines without a model of their own; zero when there is none
	Engines     []Engine
	Generation  Generation
	Tasks       []Task // the entries of "workloads"
	Costs       []Cost // the entries of "cost"
	Measurement Measurement
	Claims      []int           // numbers of the claims to be judged, in order
	Judge       weights.Name    // of texts without an oracle; zero without
	Load        *load.Process   // nil: one batch after another
	Goodput     *result.Goodput // limits of good requests; nil without
	Thresholds  []threshold.Threshold
	Match       *result.Match // at which equal cost engines are compared; nil without
	Published   []result.Published
	Floor       *result.Floor   // least quality of the fastest decoder; nil without
	Outputs     []result.Output // files of the report; nil for the usual ones
	KeepPrompts bool            // the records hold the prompts

	catalog Catalog
	sources []origin
	notes   []string // what the user should know of files of tasks and published values
	// modelled are the names of weights that published values are of.
	modelled []modelled
}

// Engine is one entry of "engines".
type Engine struct {
	Name   string // label in tables
	Preset engines.Preset
	// Weights are those of its own model, where an entry names no others; zero for none.
	Weights weights.Name
	// Endpoint is set for an engine that is not of this program.
	Endpoint *Endpoint

	given map[string]setting // options of its own "generation"
	at    pos
}

// Stops reports whether some cells may end before all their instances are decoded.
func (s *Scenario) Stops() bool {
	return s.Measurement.Enough != nil || slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.own.Enough != nil })
}

// pooled are the seeds where there are several.
func (s *Scenario) pooled() []uint64 {
	if len(s.Seeds) < 2 {
		return nil
	}
	return s.Seeds
}

// Generation holds what is the same for every engine.
type Generation struct {
	// BudgetRatio × the tokens of a rung's longest answer, the end token
	// included, is the token budget. Several ratios make several groups of cells.
	BudgetRatio []float64
	// BudgetMultiple rounds budgets up to a multiple of it.
	BudgetMultiple int
	// ForceLength has every decoder write its whole budget, in entries that do not say otherwise.
	ForceLength bool

	common map[string]setting // options for every engine that knows them
}

// Task is one entry of "workloads".
type Task struct {
	Workload    workloads.Workload
	Rungs       []int // indices of Workload.Rungs()
	Split       workloads.Split
	Instances   int          // at most; fewer where a small family has no more different ones
	Weights     weights.Name // its own, or those of the scenario for engines without a model
	BudgetRatio []float64    // its own, or that of Generation
	ownWeights  bool         // the entry says so
	// SHA256 is the digest in hex of the file that holds the tasks, "" for a
	// procedural workload. The following are for files only.
	SHA256 string
	Budget []int        // token budgets; nil for those of the longest answer
	Skip   bool         // leave prompts out that are too long for the weights
	Asks   bool         // its prompts are questions, not texts to continue
	Card   *result.Task // what a task card made of the file; nil without one
	Turns  int          // turns of a chat before the question
	Begins bool         // answers begin with a given text
	// Prompt is "chat", "raw", or "" for chat where Asks and the weights have a chat template.
	Prompt      string
	Chat        Chat
	Stop        []string // texts that end an answer
	ForceLength bool     // the whole budget is written
	Score       string   // Likelihood where choices are rated; "" where answers are written
	Primary     string   // the reading of ratings that decides
	Draws       int      // of masks, in a rating by a bound
	// Samples is how many independent answers each cell gives to an instance, ≥ 1.
	Samples int
	// Planted are numbers of wrong tokens among those that stand on the canvas at
	// the start; nil for an empty canvas.
	Planted []int

	entry
}

// Cost is one entry of "cost": random weights, random prompts, no stop token.
type Cost struct {
	Weights weights.Name
	Prompt  []int // prompt lengths in tokens
	Budget  []int // token budgets
	Batches int   // different batches of prompts

	entry
}

// entry is what both kinds of entries have in common.
type entry struct {
	engines     []int       // indices of Scenario.Engines
	sweep       []axis      // its own, or the one of the scenario
	experiments []string    // names under which claims look for its cells
	own         Measurement // what is set stands for the value of the scenario; a negative Trace is not set
	at          pos
}

// measurement is that of the scenario with what the entry says otherwise.
func (s *Scenario) measurement(e entry) Measurement {
	m := s.Measurement
	m.Repeats, m.Order = cmp.Or(e.own.Repeats, m.Repeats), cmp.Or(e.own.Order, m.Order)
	if m.Order == Once {
		m.Repeats = 1
	}
	if e.own.Batch != nil {
		m.Batch = e.own.Batch
	}
	if e.own.Threads != nil {
		m.Threads = e.own.Threads
	}
	if e.own.Enough != nil {
		m.Enough = e.own.Enough
	}
	if e.own.Trace >= 0 {
		m.Trace = e.own.Trace
	}
	return m
}

// SetTrace makes n the number of instances that are traced, whatever the file says. It
// shapes no record, so [Scenario.Text] stays as it is.
func (s *Scenario) SetTrace(n int) {
	s.Measurement.Trace = n
	for i := range s.Tasks {
		s.Tasks[i].own.Trace = n
	}
	for i := range s.Costs {
		s.Costs[i].own.Trace = n
	}
}

// WithThreads are the changes, for [Options.Set], that give all cells a number of worker
// threads, whatever the scenario and its entries say.
func (s *Scenario) WithThreads(n int) []string {
	list := []string{fmt.Sprintf("measurement.threads=%d", n)}
	for i, t := range s.Tasks {
		if t.own.Threads != nil {
			list = append(list, fmt.Sprintf("workloads.%d.threads=%d", i, n))
		}
	}
	entry := -1
	for i, c := range s.Costs {
		if i > 0 && c.at == s.Costs[i-1].at { // of the entry before, in another precision
			continue
		}
		if entry++; c.own.Threads != nil {
			list = append(list, fmt.Sprintf("cost.%d.threads=%d", entry, n))
		}
	}
	return list
}

// What is left of a scenario when it is shortened.
const (
	shortInstances = 8
	shortRepeats   = 2
	shortTraces    = 4
)

// Short are the changes, for [Options.Set], that leave few instances, repetitions and
// traces of every entry: for a run that shows that all is well and finds only very
// large effects.
func (s *Scenario) Short() []string {
	var list []string
	change := func(path string, value, most int) {
		if value > most {
			list = append(list, fmt.Sprintf("%s=%d", path, most))
		}
	}
	measurement := func(path string, m Measurement) {
		change(path+".repeats", m.Repeats, shortRepeats)
		change(path+".trace", m.Trace, shortTraces)
	}
	measurement("measurement", s.Measurement)
	for i, t := range s.Tasks {
		path := fmt.Sprintf("workloads.%d", i)
		change(path+".instances", t.Instances, roundUp(shortInstances, slices.Max(s.measurement(t.entry).Batch)))
		measurement(path, t.own)
	}
	entry := -1
	for i, c := range s.Costs {
		if i == 0 || c.at != s.Costs[i-1].at { // else it is of the entry before, in another precision
			entry++
		} else {
			continue
		}
		path := fmt.Sprintf("cost.%d", entry)
		change(path+".batches", c.Batches, shortRepeats)
		measurement(path, c.own)
	}
	return list
}

// Order says how the cells of a group take turns.
type Order string

// The orders.
const (
	Paired     Order = "paired"     // A B C C B A, or C B A A B C: the orientation is drawn
	Random     Order = "random"     // a new random order each time
	Alternate  Order = "alternate"  // A B C, in the next block C B A: one run a block, for passes that take long
	Sequential Order = "sequential" // all of A, then all of B
	Once       Order = "once"       // A B C, each a single time: for quality, since nothing is paired
)

// Runs is how many timed runs a repeat makes of each cell.
func (o Order) Runs() int {
	if o == Once || o == Alternate {
		return 1
	}
	return 2
}

// turns reports whether the cells of related weights take turns too. Otherwise one set
// of weights after another is at work, and no two have to be held at once.
func (o Order) turns() bool { return o != Sequential && o != Once }

// Measurement says how to measure.
type Measurement struct {
	Warmup  int // untimed batches per cell before the first timed one
	Repeats int // ABBA blocks per batch of instances; each holds two timed runs of every cell
	Order   Order
	Timeout time.Duration // limit for one batch
	Threads []int         // worker threads per forward pass, ≥ 1
	Batch   []int         // requests decoded together
	Trace   int           // instances of each cell that are decoded once more, untimed, to be traced
	Enough  []Enough      // when no further instances are needed; nil for all that are planned
}

// Enough is a metric, a mean over instances of values in [0, 1], and how far either end
// of its interval may lie from it where no further instances are decoded.
type Enough struct {
	Metric string
	Half   float64
}

// setting is an option value and its place in the file.
type setting struct {
	value any
	at    pos
}
