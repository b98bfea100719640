// Package harness runs the cells of a plan and records what every request cost
// and what became of it.
//
// Cells of a group decode the same instances in turns: a repeat is an ABBA
// block, in which the cells run in the order A B C … C B A (or the other way
// round), so that slow drift of the machine hits all of them alike. Nothing is
// summarised here: each request becomes one record, and everything shown to
// people is derived from the records.
//
// The harness knows decoders through [engines.Engine] only. A decoder that
// fails, panics or takes too long spoils its own cell and no other.
package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/load"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
)

// ErrInterrupted says that the run was stopped from outside. What was finished
// is in the results file, and the run can be resumed.
var ErrInterrupted = errors.New("interrupted; finished results are kept")

// SetupError is a failure to make an engine: a missing or damaged model, or
// engines that do not share their weights.
type SetupError struct {
	Cell result.Cell
	Err  error
}

func (e *SetupError) Error() string {
	return fmt.Sprintf("%s (%s/%s) on weights %s: %v", e.Cell.Label, e.Cell.Engine, e.Cell.Preset, e.Cell.Weights, e.Err)
}

func (e *SetupError) Unwrap() error { return e.Err }

// Spec says which engine to make.
type Spec struct {
	Weights        scenario.Weights
	Engine, Preset string
	Options        engines.Options // every parameter of the preset
	Threads        int
}

// Options are what a run needs from outside.
type Options struct {
	// Build makes an engine. The runner closes engines that are an io.Closer.
	Build func(ctx context.Context, spec Spec) (engines.Engine, error)
	// BuildTraced makes the engines of traces, where those of Build show no
	// events because they are in another process; nil stands for Build.
	BuildTraced func(ctx context.Context, spec Spec) (engines.Engine, error)
	Now         func() time.Time
	// Wall is the clock on the wall, which goes on while the machine sleeps; nil
	// takes it from the times that Now gives.
	Wall func() time.Time
	// Session describes this process; its number is given by Run.
	Session result.Session
	// Load reads what the whole machine does; may be nil.
	Load func() measure.Load
	// Energy is the energy in µJ taken since some moment; nil, or the result nil,
	// where there is no counter.
	Energy func() *int64
	// Peak tells the largest resident memory since ResetPeak; both may be nil.
	Peak      func() *int64
	ResetPeak func() bool
	Progress  func(Progress) // may be nil; called at most ten times a second
	Tracing   *Tracing       // nil makes no traces
	Judge     Judge          // nil rates no outputs
	// Arrivals sends the requests of a group to each cell as a load; nil decodes
	// batch after batch.
	Arrivals *load.Process

	waiting  load.Clock    // of tests, instead of one that waits; nil otherwise
	patience time.Duration // of tests, instead of what watch says; 0 otherwise
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
		Seed: s.Seed, PercentileMethod: "linear_n-1", Env: env, Cells: plan.Cells(), Metadata: metadata, Claims: s.Claims,
		Match: s.Match, Floor: s.Floor, Outputs: s.Outputs,
	}
}

// Run decodes everything the plan asks for and writes the records to w. Records
// in old (nil for a new run) are not made again, unless they are errors.
//
// The error is [ErrInterrupted] when ctx ended, a [*SetupError], a
// [*StuckError], or a failure to write. Requests that fail are records, not errors: see Summary.
func Run(ctx context.Context, plan *scenario.Plan, w *result.Writer, old *result.File, opt Options) (Summary, error) {
	if opt.Arrivals != nil {
		if err := CheckLoad(plan, opt.Arrivals); err != nil {
			return Summary{}, err
		}
		plan = sessions(plan)
	}
	r := &runner{plan: plan, out: w, opt: opt, records: newRecords(), bench: bench{}, described: map[string]bool{}}
	r.session = opt.Session
	r.awake = newAwake(opt.Now, opt.Wall)
	if old != nil {
		r.take(old)
	}
	r.progress = newMeter(plan, r.records, opt)
	for i := range plan.Groups {
		if err := r.group(ctx, &plan.Groups[i]); err != nil {
			if syncErr := w.Sync(); syncErr != nil {
				return r.summary(nil), syncErr
			}
			return r.summary(nil), err
		}
	}
	verdicts := Audit(plan, Evidence{r.records.list, r.sessions, r.loads})
	for _, v := range verdicts {
		if err := w.Write(v); err != nil {
			return r.summary(verdicts), err
		}
	}
	r.progress.finish()
	return r.summary(verdicts), w.Sync()
}

// runner is the state of one Run.
type runner struct {
	plan     *scenario.Plan
	out      *result.Writer
	opt      Options
	records  *records
	progress *meter
	bench    bench

	described map[string]bool // instances that the file holds, by id
	sessions  []result.Session
	session   result.Session // this one
	announced bool           // the file holds the record of this session
	loads     []result.Load
	awake     *awake
}

// take goes on from the records of an earlier session.
func (r *runner) take(old *result.File) {
	for id := range old.Instances {
		r.described[id] = true
	}
	for _, rec := range old.Requests {
		r.records.put(rec)
		r.session.Session = max(r.session.Session, rec.Session+1)
	}
	for _, s := range old.Sessions {
		r.session.Session = max(r.session.Session, s.Session+1)
	}
	r.sessions = append(r.sessions, old.Sessions...)
	r.loads = append(r.loads, old.Loads...)
}

// announce writes the record of this session before its first measurement.
func (r *runner) announce() error {
	if r.announced {
		return nil
	}
	r.announced = true
	r.sessions = append(r.sessions, r.session)
	return r.out.Write(r.session)
}

func (r *runner) summary(verdicts []result.Validity) Summary {
	s := Summary{Requests: len(r.records.list)}
	for _, rec := range r.records.list {
		switch rec.Status {
		case "error", "oom":
			s.Failed++
		case "timeout":
			s.TimedOut++
		}
	}
	for _, v := range verdicts {
		switch {
		case v.Cell == "":
		case !v.Valid:
			s.Invalid = append(s.Invalid, v)
		case len(v.Timing) > 0:
			s.Untimed = append(s.Untimed, v)
		}
	}
	return s
}

// giveUp is the number of failures in a row after which a cell is left alone.
const giveUp = 3

// station is a cell of the group that is running.
type station struct {
	cell   result.Cell
	engine engines.Engine // nil until it is needed, and after a panic
	failed int            // failures in a row
	traced bool           // its engine has to show events
}

// group runs all that is still to do in a group.
func (r *runner) group(ctx context.Context, g *scenario.Group) error {
	var todo []visit
	for _, v := range schedule(g, r.plan.Scenario.Seed) {
		if !r.records.done(g, v) {
			todo = append(todo, v)
		}
	}
	if len(todo) == 0 && !r.untraced(g) {
		return nil
	}
	stations := make([]*station, len(g.Cells))
	for i, c := range g.Cells {
		stations[i] = &station{cell: c}
	}
	defer func() {
		for _, s := range stations {
			s.close()
		}
	}()
	if len(todo) > 0 {
		if err := r.measure(ctx, g, stations, todo); err != nil {
			return err
		}
	}
	if r.opt.BuildTraced != nil { // those that measured make room
		for _, s := range stations {
			s.close()
			s.traced = true
		}
	}
	return r.traces(ctx, g, stations)
}

// measure warms the cells of a group up and makes the visits.
func (r *runner) measure(ctx context.Context, g *scenario.Group, stations []*station, todo []visit) error {
	if err := r.announce(); err != nil {
		return err
	}
	if err := r.warmUp(ctx, r.single(g), stations); err != nil {
		return err
	}
	end := r.watchLoad(g)
	block := -1
	for _, v := range todo {
		s := stations[v.cell]
		if s.failed >= giveUp {
			r.progress.skip(s.cell)
			continue
		}
		if v.block != block { // garbage of one block is not charged to the next
			runtime.GC()
			block = v.block
			r.awake.begin()
		}
		r.progress.show("measure", s.cell)
		visit := r.visit
		if r.opt.Arrivals != nil {
			visit = r.serve
		}
		if err := visit(ctx, g, s, v); err != nil {
			return err
		}
	}
	return end()
}

// visit decodes one batch with one cell and writes its records.
func (r *runner) visit(ctx context.Context, g *scenario.Group, s *station, v visit) error {
	reqs := requests(g, s.cell, v.batch, v.repetition)
	out, err := r.decode(ctx, g, s, reqs)
	if err != nil {
		return err
	}
	s.failed++
	if out.err == nil {
		s.failed = 0
	}
	if slept := r.awake.slept(); slept != "" {
		if err := r.void(g, v.block, slept); err != nil {
			return err
		}
	}
	var useful int
	for i, item := range g.BatchItems(v.batch) {
		rec := record(g, s.cell, v, item, out, i)
		rec.Session = r.session.Session
		if slept := r.awake.slept(); slept != "" {
			rec.VoidTimes(slept)
		}
		useful += rec.UsefulTokens
		if err := r.finish(ctx, g, item, &rec); err != nil {
			return err
		}
	}
	if out.err == nil {
		r.progress.wrote(s.cell, useful, out.wall)
	}
	r.progress.visited(s.cell, out.wall)
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	return nil
}

// outcome is what decoding a batch gave.
type outcome struct {
	results []engines.Result
	wall    time.Duration
	peak    *int64
	energy  *int64         // in µJ
	meter   *engines.Meter // what the network counted itself; nil when it does not
	digest  string         // of the weights, as the engine says
	err     error          // of the engine: *PanicError, *worker.DiedError, context.DeadlineExceeded, …

	untrained []string // uses of the weights that they were not trained for
}

// decode runs one batch under the time limit. Its error ends the run: the
// engine could not be made, or the run was stopped before the batch was done.
func (r *runner) decode(ctx context.Context, g *scenario.Group, s *station, reqs []engines.Request) (outcome, error) {
	if ctx.Err() != nil {
		return outcome{}, ErrInterrupted
	}
	start := r.opt.Now()
	if err := r.build(ctx, g, s); err != nil {
		var died *worker.DiedError
		if errors.As(err, &died) && ctx.Err() == nil { // spoils this cell, not the run
			return outcome{err: died, wall: r.opt.Now().Sub(start), digest: s.cell.Digest}, nil
		}
		return outcome{}, err
	}
	limited, cancel := context.WithTimeout(ctx, r.plan.Scenario.Measurement.Timeout)
	defer cancel()
	if r.opt.ResetPeak != nil && r.opt.Arrivals == nil { // it takes time that others wait for
		r.opt.ResetPeak()
	}
	info := s.engine.Info()
	out := outcome{untrained: info.Untrained, digest: info.WeightsDigest}
	energy, before := r.energy(), metering(s.engine)
	var err error
	out.results, out.wall, err = r.watch(limited, s.engine, reqs)
	if errors.Is(err, errStuck) {
		return out, &StuckError{s.cell, out.wall}
	}
	out.err, out.meter = err, since(before, metering(s.engine))
	if after := r.energy(); energy != nil && after != nil && *after >= *energy {
		spent := *after - *energy
		out.energy = &spent
	}
	if r.opt.Peak != nil && r.opt.Arrivals == nil {
		out.peak = r.opt.Peak()
	}
	r.remote(s, &out)
	if out.err != nil && ctx.Err() != nil {
		return out, ErrInterrupted
	}
	var crashed *PanicError
	if errors.As(out.err, &crashed) { // its state is unknown: make a new one
		s.close()
	}
	return out, nil
}

// remote takes what a process of its own measured, which is better than what
// was measured around it, and lets go of an engine that is broken.
func (r *runner) remote(s *station, out *outcome) {
	e, ok := s.engine.(interface {
		Measured() worker.Measured
		Broken() bool
	})
	if !ok {
		return
	}
	if m := e.Measured(); m.Wall > 0 {
		out.wall, out.peak, out.meter = m.Wall, m.Peak, m.Meter
	} else {
		out.peak = nil
	}
	if e.Broken() {
		s.close()
	}
}

func (r *runner) energy() *int64 {
	if r.opt.Energy == nil {
		return nil
	}
	return r.opt.Energy()
}

// build makes the engine of a station if it has none.
func (r *runner) build(ctx context.Context, g *scenario.Group, s *station) error {
	if s.engine != nil {
		return nil
	}
	build := r.opt.Build
	if s.traced && r.opt.BuildTraced != nil {
		build = r.opt.BuildTraced
	}
	engine, err := build(ctx, Spec{Weights: g.Weights, Engine: s.cell.Engine, Preset: s.cell.Preset, Options: s.cell.Options, Threads: g.Threads})
	if err != nil {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		return &SetupError{s.cell, err}
	}
	if digest := engine.Info().WeightsDigest; s.cell.Digest != "" && digest != s.cell.Digest {
		return &SetupError{s.cell, fmt.Errorf("the engine runs on weights %s, the plan says %s", digest, s.cell.Digest)}
	}
	s.engine = engine
	return nil
}

// close releases the engine.
func (s *station) close() {
	if c, ok := s.engine.(io.Closer); ok {
		c.Close()
	}
	s.engine = nil
}
