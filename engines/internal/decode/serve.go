package decode

import (
	"context"
	"slices"

	"dllmbench/engines"
)

// guest is a request of a queue at work.
type guest struct {
	engines.Pending
	job *Job
}

// Serve implements engines.Continuous: before each pass requests of the queue take places
// of the batch that are free.
func (e *Engine) Serve(ctx context.Context, q engines.Queue) error {
	r := e.Start(ctx, nil, nil)
	var guests []guest // in the order of r.Active
	end := func(err error) {
		for _, g := range guests {
			if !g.job.Done() {
				g.job.Finish(engines.FinishCancelled)
			}
			g.Done(g.job.result(), err)
		}
	}
	// tell says what a pass has done, and drops the requests that have ended or leave.
	tell := func() {
		guests = slices.DeleteFunc(guests, func(g guest) bool {
			j := g.job
			if done := j.Done(); !g.Wrote(j.progress()) && !done {
				j.Finish(engines.FinishCancelled)
			}
			if j.Done() {
				g.Done(j.result(), nil)
			}
			return j.Done()
		})
		r.drop()
	}
	for open := true; open || len(guests) > 0; {
		var joining []engines.Pending
		joining, open = q.Take(len(guests))
		for _, p := range joining {
			if j := e.join(r, p); j != nil {
				guests = append(guests, guest{p, j})
			}
		}
		if !r.Next() {
			if ctx.Err() != nil {
				end(ctx.Err())
				return ctx.Err()
			}
			continue
		}
		for _, j := range r.Active {
			j.Lane.Plan()
		}
		if r.drop() {
			if err := e.pass(r); err != nil {
				end(err)
				return err
			}
		}
		tell()
	}
	return nil
}

// join begins a request at the first free place of the batch, unless it is refused.
func (e *Engine) join(r *Run, p engines.Pending) *Job {
	req := p.Request()
	if err := e.Check([]engines.Request{req}); err != nil {
		p.Done(engines.Result{}, &engines.RequestError{Err: err})
		return nil
	}
	at := 0
	for slices.ContainsFunc(r.Active, func(j *Job) bool { return j.Index == at }) {
		at++
	}
	spec := e.Net.Spec()
	j := newJob(at, req, &spec, e.cache(&e.caches, at, len(req.Prompt)+req.Budget+e.Room))
	j.from = int64(r.elapsed())
	if at == len(e.lanes) {
		e.lanes = append(e.lanes, e.Lane())
	}
	j.Lane = e.lanes[at]
	j.Lane.Begin(j)
	r.Active = append(r.Active, j)
	return j
}

// progress is how far the answer is. A lane whose rule takes tokens back says itself which
// ones it leaves alone.
func (j *Job) progress() engines.Progress {
	p := engines.Progress{Tokens: j.Seq[j.P : j.P+j.Length]}
	for j.settled < len(p.Tokens) && !j.Masked(j.P+j.settled) {
		j.settled++
	}
	p.Settled = j.settled
	if l, ok := j.Lane.(interface{ Settled() int }); ok && !j.Done() {
		p.Settled = min(p.Settled, l.Settled())
	}
	return p
}
