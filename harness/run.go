// Package harness runs the cells of a plan and records what every request cost
// and what became of it.
//
// Cells of a round decode the same instances in turns: a repeat is an ABBA
// block, in which the cells run in the order A B C … C B A (or the other way
// round), so that slow drift of the machine hits all of them alike. Nothing is
// summarised here: each request becomes one record, and everything shown to
// people is derived from the records.
//
// The harness knows engines through [transport.Transport] only. An engine that
// fails, panics or takes too long spoils its own cell and no other.
package harness

import (
	"context"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Run decodes everything the plan asks for and writes the records to w. Records
// in old (nil for a new run) are not made again, unless they are errors.
//
// The error is [ErrInterrupted] when ctx ended, a [*SetupError], a
// [*StuckError], or a failure to write. Requests that fail are records, not errors: see Summary.
func Run(ctx context.Context, plan *scenario.Plan, w *result.Writer, old *result.File, opt Options) (Summary, error) {
	if opt.Arrivals != nil {
		plan = sessions(plan)
	}
	if opt.Energy == nil {
		opt.Energy = func() *int64 { return nil }
	}
	r := &runner{plan: plan, out: w, opt: opt, records: &records{at: map[result.Key]int{}}, ratings: map[ratedText]rating{}, described: map[string]bool{}}
	r.session = opt.Session
	r.begin()
	if old != nil {
		r.take(old)
	}
	r.progress = newMeter(plan, r.records, opt)
	for _, round := range plan.Rounds() {
		if err := r.round(ctx, round); err != nil {
			if syncErr := w.Sync(); syncErr != nil {
				return r.summary(nil), syncErr
			}
			return r.summary(nil), err
		}
	}
	verdicts := Audit(plan, &result.File{Requests: r.records.list, Sessions: r.sessions, Activities: r.activities})
	for _, v := range verdicts {
		if err := w.Write(v); err != nil {
			return r.summary(verdicts), err
		}
	}
	r.progress.show("done", result.Cell{})
	return r.summary(verdicts), w.Sync()
}

// runner is the state of one Run.
type runner struct {
	plan     *scenario.Plan
	out      *result.Writer
	opt      Options
	records  *records
	progress *meter
	ratings  map[ratedText]rating // of the judge

	described  map[string]bool // instances that the file holds, by id
	sessions   []result.Session
	session    result.Session // this one
	warming    bool           // batches are not timed
	announced  bool           // the file holds the record of this session
	activities []result.Activity
	awake      awake
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
	r.activities = append(r.activities, old.Activities...)
	for _, round := range r.plan.Rounds() {
		r.stop(round)
	}
	r.unmix()
}

// unmix forgets what processes of another kind, isolated or not, measured of the groups
// that are not finished: their times, memory and limits do not belong into one cell.
func (r *runner) unmix() {
	other, open := map[int]bool{}, map[string]bool{}
	for _, s := range r.sessions {
		other[s.Session] = s.Isolated != r.session.Isolated
	}
	for _, round := range r.plan.Rounds() {
		if slices.ContainsFunc(schedule(round, r.plan.Scenario.Seed), func(v Visit) bool { return !r.records.done(round, v) }) {
			for _, c := range round.Cells() {
				open[c.ID] = true
			}
		}
	}
	taken := r.records.list
	r.records = &records{at: map[result.Key]int{}}
	for _, rec := range taken {
		if !other[rec.Session] || !open[rec.Cell] {
			r.records.put(rec)
		}
	}
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
