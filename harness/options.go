package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dllmbench/harness/load"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// ErrInterrupted says that the run was stopped from outside and can be resumed.
var ErrInterrupted = errors.New("interrupted; finished results are kept")

// SetupError is a failure to make an engine, or engines that do not share weights.
type SetupError struct {
	Cell result.Cell
	Err  error
}

func (e *SetupError) Error() string {
	return fmt.Sprintf("%s (%s/%s) on weights %s: %v", e.Cell.Label, e.Cell.Engine, e.Cell.Preset, e.Cell.Weights, e.Err)
}

func (e *SetupError) Unwrap() error { return e.Err }

// StuckError says that an engine of this process did not return long after its time
// was up. It cannot be stopped, and what was timed beside it would be wrong.
type StuckError struct {
	Cell  result.Cell
	After time.Duration
}

func (e *StuckError) Error() string {
	return fmt.Sprintf("%s (%s/%s, cell %s) did not return within %v, cannot be stopped and is left behind at work; what is finished is kept: continue with --resume --isolate, which gives each cell a process that can be ended",
		e.Cell.Label, e.Cell.Engine, e.Cell.Preset, e.Cell.ID, e.After.Round(time.Millisecond))
}

// SpecOf says which engine a cell of a group needs.
func SpecOf(g *scenario.Group, c result.Cell) transport.Spec {
	return transport.Spec{Weights: g.Weights, Engine: c.Engine, Preset: c.Preset, Options: c.Options, Threads: g.Threads, Open: g.Open, Codec: g.Codec}
}

// Options are what a run needs from outside.
type Options struct {
	// Build makes an engine and the way to it, which the runner closes.
	Build func(ctx context.Context, spec transport.Spec) (transport.Transport, error)
	// BuildTraced makes the engines of traces, where those of Build show no
	// events because they are in another process; nil stands for Build.
	BuildTraced func(ctx context.Context, spec transport.Spec) (transport.Transport, error)
	Now         func() time.Time
	// Stopped says why times that began at a moment and end now are void, as when the
	// machine slept, "" if they are not; nil for never.
	Stopped func(since time.Time) string
	// Session describes this process; its number is given by Run.
	Session result.Session
	// Activity reads what the whole machine does; may be nil.
	Activity func() measure.Activity
	// Energy is the energy in µJ since some moment; nil or a nil result without a counter.
	Energy func() *int64
	// Collect collects garbage if there is enough, and reports whether; nil: the runtime does.
	Collect  func() bool
	Progress func(Progress) // may be nil; called at most ten times a second
	// Work is that of one batch by cell id, in any unit, from which the time of
	// cells that have not run is guessed; nil takes all batches to be alike.
	Work map[string]float64
	// Void says why no time of this run may be used; "" where they may.
	Void    string
	Tracing Tracing // nil makes no traces
	Judge   Judge   // nil rates no outputs
	// Arrivals sends requests to each cell as a load; nil decodes batch after batch.
	Arrivals *load.Process

	waiting load.Clock // of tests, instead of one that waits; nil otherwise
}

// Summary says how a run went.
type Summary struct {
	Requests int // records of the file that are finished, from earlier sessions too
	Failed   int // finished with status error or oom
	TimedOut int
	Invalid  []result.Validity // cells that must not be used, with reasons
	Untimed  []result.Validity // valid cells whose times must not be used
}

// Header is the first record of the results of a plan.
func Header(plan *scenario.Plan, env result.Env, now time.Time, metadata map[string]string) result.Header {
	s := plan.Scenario
	return result.Header{
		RunID:   now.UTC().Format("20060102T150405.000Z") + "-" + plan.SHA256[:8],
		Started: now.Format(time.RFC3339), Scenario: s.Name, ScenarioSHA256: plan.SHA256, ScenarioYAML: string(s.Text),
		Seed: s.Seed, PercentileMethod: "linear_n-1", Env: env, Cells: plan.Cells(), LeftOut: plan.Notes(), Metadata: metadata, Claims: s.Claims,
		Match: s.Match, Published: s.Published, Floor: s.Floor, Outputs: s.Outputs, Docs: plan.Docs(), Checkpoints: plan.Checkpoints,
	}
}
