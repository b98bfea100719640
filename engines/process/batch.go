package process

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/child"
	"dllmbench/engines/usage"
)

// Tolerance is by how much the total of the child's clock may differ from the parent's
// for its times to be used: one part in a hundred, and at least a millisecond.
func Tolerance(wall time.Duration) time.Duration { return max(time.Millisecond, wall/100) }

// Whose times are used, see [engines.Clock].
const (
	ChildClock  = "child"
	ParentClock = "parent"
)

// delivery is a text of request r that arrived.
type delivery struct {
	r        int
	at, told time.Duration // since start, by the parent's clock and by the child's (negative when it did not say)
	text     string
}

// reading is what became of a batch.
type reading struct {
	Prepared   time.Duration // from the order to start
	Parent     time.Duration // from start to end by the parent's clock
	Child      time.Duration // by the child's; negative when it did not say
	Clock      string        // the one whose times are used
	Results    []result
	Deliveries []delivery
	steps      int
	failure    *Failure
}

// wall is the time from start to end by the clock that is used.
func (b *reading) wall() time.Duration {
	if b.Clock == ChildClock {
		return b.Child
	}
	return b.Parent
}

// clocks are both times.
func (b *reading) clocks() *engines.Clock {
	c := &engines.Clock{Used: b.Clock, ParentNs: b.Parent.Nanoseconds(), PreparedNs: b.Prepared.Nanoseconds()}
	if b.Child >= 0 {
		ns := b.Child.Nanoseconds()
		c.ChildNs = &ns
	}
	return c
}

// generate has a batch decoded. Each step that the child reports is handed to step,
// which may be nil. The error is a [*child.DiedError] where the child is no more, a
// [*Failure] where it refused the batch, and that of ctx where this has ended.
func (e *Engine) generate(ctx context.Context, requests []request, step func(r int, at, took time.Duration, s *step) error) (*reading, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o := order{Type: "generate", ID: e.next, Requests: requests, Trace: step != nil}
	e.next++
	if deadline, ok := ctx.Deadline(); ok {
		o.LimitNs = max(1, time.Until(deadline).Nanoseconds())
	}
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer e.child.Watch()()
	sent := e.child.Now()
	if err := e.send(o); err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() {
		e.child.Write(encode(order{Type: "cancel", ID: o.ID}))
		time.AfterFunc(e.child.Grace(), func() { cancel(ctx.Err()) })
	})()
	b, err := e.follow(late, o, sent, step)
	switch {
	case err != nil:
		return nil, err
	case ctx.Err() != nil:
		return b, ctx.Err()
	case b.failure == nil && slices.ContainsFunc(b.Results, func(r result) bool { return r.Finish == string(engines.FinishCancelled) }):
		if o.LimitNs == 0 {
			return nil, e.breach("cancelled batch %d, which nobody did", o.ID)
		}
		return b, context.DeadlineExceeded // it knew the limit, and was first
	case b.failure == nil:
		return b, nil
	}
	switch b.failure.Kind {
	case "oom":
		return nil, fmt.Errorf("%w: %w", child.ErrMemory, b.failure)
	case "timeout":
		return nil, fmt.Errorf("%w: %w", context.DeadlineExceeded, b.failure)
	}
	return nil, b.failure
}

// follow reads the messages of a batch up to its end.
func (e *Engine) follow(ctx context.Context, o order, sent time.Time, step func(int, time.Duration, time.Duration, *step) error) (*reading, error) {
	b := &reading{Child: -1}
	var start, end time.Time
	last := make([]time.Duration, len(o.Requests)) // of the texts, by the child's clock
	bytes := 0
	for lines := 1; ; lines++ {
		r, line, err := e.read(ctx)
		if err != nil {
			return nil, err
		}
		if bytes += len(line.Text); lines > maxLines || bytes > maxBytes {
			return nil, e.breach("wrote %d lines and %d MiB for a batch; allowed are %d and %d", lines, bytes>>20, maxLines, maxBytes>>20)
		}
		if r.ID == nil || *r.ID != o.ID {
			if r.Type == "error" && r.ID == nil {
				return nil, e.breach("says: %s", brief(r.Text))
			}
			return nil, e.breach("wrote %q with the id %s while batch %d was at work", r.Type, shown(r.ID), o.ID)
		}
		if (r.Type == "start") != start.IsZero() && r.Type != "error" {
			if r.Type == "start" {
				return nil, e.breach("started batch %d twice", o.ID)
			}
			return nil, e.breach("wrote %q before it started batch %d", r.Type, o.ID)
		}
		at, told := line.At.Sub(start), time.Duration(-1)
		if r.TNs != nil {
			told = time.Duration(*r.TNs)
		}
		switch r.Type {
		case "start":
			start, b.Prepared = line.At, line.At.Sub(sent)
		case "text":
			switch {
			case r.R < 0 || r.R >= len(o.Requests):
				return nil, e.breach("wrote text for request %d of %d", r.R, len(o.Requests))
			case !end.IsZero():
				return nil, e.breach("wrote text behind the end of batch %d", o.ID)
			case e.info.Capabilities.Deliveries == engines.Whole:
				return nil, e.breach("wrote text before it was done, and its deliveries are whole")
			case r.TNs != nil && told < last[r.R]:
				return nil, e.breach("wrote a text at %v behind one at %v", told, last[r.R])
			}
			last[r.R] = max(last[r.R], told)
			b.Deliveries = append(b.Deliveries, delivery{r.R, at, told, r.Text})
		case "step":
			b.steps++
			if why := e.wrong(&r, o); why != "" {
				return nil, e.breach("wrote a step %s", why)
			}
			if step != nil {
				var took time.Duration
				if r.WallNs != nil {
					took = time.Duration(*r.WallNs)
				}
				if err := step(r.R, max(0, told), took, &r.step); err != nil {
					return nil, e.breach("wrote a step %v", err)
				}
			}
		case "end", "done":
			if end.IsZero() {
				end = line.At
				if r.WallNs != nil {
					b.Child = time.Duration(*r.WallNs)
				}
			} else if r.Type == "end" {
				return nil, e.breach("ended batch %d twice", o.ID)
			}
			if r.Type == "end" {
				continue
			}
			if len(r.Results) != len(o.Requests) {
				return nil, e.breach("gave %d results for %d requests", len(r.Results), len(o.Requests))
			}
			b.Results, b.Parent, e.peak = r.Results, end.Sub(start), r.PeakBytes
			b.Clock = e.clock(b, slices.Max(last))
			return b, nil
		case "error":
			if r.Fatal {
				return nil, e.breach("gave up: %s", brief(r.Text))
			}
			b.failure = &Failure{r.Kind, r.Text}
			return b, nil
		default:
			return nil, e.breach("wrote a message of the type %q while batch %d was at work", brief(r.Type), o.ID)
		}
	}
}

// wrong says what is wrong with a step, or "".
func (e *Engine) wrong(r *reply, o order) string {
	if r.R < 0 || r.R >= len(o.Requests) {
		return fmt.Sprintf("of request %d of %d", r.R, len(o.Requests))
	}
	budget := o.Requests[r.R].Budget
	switch {
	case r.Pass < 0 || r.Step < -1 || r.Block < 0 || r.Rows < 0 || r.Masked < 0:
		return fmt.Sprintf("with negative numbers: pass %d, step %d, block %d, %d rows, %d masked", r.Pass, r.Step, r.Block, r.Rows, r.Masked)
	case len(r.Commits) > budget || len(r.Revised) > budget:
		return fmt.Sprintf("with %d commits and %d revisions of a canvas of %d", len(r.Commits), len(r.Revised), budget)
	}
	for _, list := range [][]commit{r.Commits, r.Revised} {
		for _, c := range list {
			if c.Pos < 0 || c.Pos >= budget || c.ID < 0 {
				return fmt.Sprintf("with token %d at position %d of a canvas of %d", c.ID, c.Pos, budget)
			}
		}
	}
	return ""
}

// clock is the clock whose times are used: the child's where it promises to synchronise
// its device and has sent every time, and its total agrees with the parent's.
func (e *Engine) clock(b *reading, last time.Duration) string {
	if !e.ready.Sync || b.Child < last || (b.Child-b.Parent).Abs() > Tolerance(b.Parent) {
		return ParentClock
	}
	for _, d := range b.Deliveries {
		if d.told < 0 {
			return ParentClock
		}
	}
	return ChildClock
}

// finish checks why a request ended, and what was counted.
func (e *Engine) finish(r *result) (f engines.Finish, err error) {
	switch f = engines.Finish(r.Finish); f {
	case engines.FinishStop, engines.FinishBudget, engines.FinishCancelled:
	default:
		return f, fmt.Errorf("gave the reason %q for the end of a text; known are stop, budget and cancelled", brief(r.Finish))
	}
	for c := range r.Usage {
		if n, known := r.Usage[c].Value(); known && (n < 0 || n > math.MaxInt64/1024) {
			return f, fmt.Errorf("counted %d %s", n, usage.Counter(c).Entry().Words)
		}
	}
	return f, nil
}

// take waits for the turn to speak with the child.
func (e *Engine) take(ctx context.Context) (done func(), err error) {
	select {
	case e.turn <- struct{}{}:
		return func() { <-e.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func shown(id *int) string {
	if id == nil {
		return "null"
	}
	return fmt.Sprint(*id)
}

// unknown is a number that is not known.
var unknown = math.NaN()
