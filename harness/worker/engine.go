package worker

import (
	"context"
	"errors"
	"time"

	"dllmbench/engines"
)

// Engine is an engine in a child process.
type Engine struct {
	client   *Client
	number   int
	info     engines.Info
	measured Measured
	broken   bool
}

// Info is what the engine in the child says of itself.
func (e *Engine) Info() engines.Info { return e.info }

// Measured is what the child measured in the last call of Generate. It is zero
// when the child died in it.
func (e *Engine) Measured() Measured { return e.measured }

// Broken tells whether the engine must not be used any more: its child died, or
// a panic left it in an unknown state.
func (e *Engine) Broken() bool { return e.broken }

// Close releases the engine; the child goes on.
func (e *Engine) Close() error {
	if e.client.end() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), e.client.limits.Grace)
	defer cancel()
	_, err := e.client.call(ctx, order{Do: "close", Engine: e.number})
	return err
}

// Generate decodes the batch in the child. Events do not cross the pipe, so the
// sink must be nil. A child that does not come back by the deadline of ctx, or
// after its end, is killed; the error is then a [*DiedError].
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if sink != nil {
		return nil, errors.New("worker: events of another process cannot be seen")
	}
	e.measured = Measured{}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o := order{Do: "decode", Engine: e.number, Requests: wire(batch)}
	if deadline, ok := ctx.Deadline(); ok {
		o.LimitNs = max(1, time.Until(deadline).Nanoseconds())
	}
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { // the child knows its deadline; a cancellation it is told
		if errors.Is(ctx.Err(), context.Canceled) {
			e.client.in.Write(encode(order{Do: "cancel"}))
		}
		time.AfterFunc(e.client.limits.Grace, func() { cancel(ctx.Err()) })
	})()
	defer e.client.watchMemory()()
	r, err := e.client.call(late, o)
	for err == nil && r.Ask != nil {
		if i := r.Ask.Request; i < 0 || i >= len(batch) || batch[i].Judge == nil {
			err = errors.New("worker: the child asks about a request that nobody can judge")
			break
		}
		r, err = e.client.call(late, order{Do: "say", Right: batch[r.Ask.Request].Judge(r.Ask.Tokens)})
	}
	if err != nil {
		e.broken = true
		return nil, err
	}
	e.measured = Measured{time.Duration(r.WallNs), r.Peak, r.Meter, r.Heap}
	return r.Results, e.failed(r.Failure)
}

// failed is the error that the child met.
func (e *Engine) failed(f *failure) error {
	switch {
	case f == nil:
		return nil
	case f.Kind == "limit":
		return context.DeadlineExceeded
	case f.Kind == "cancelled":
		return context.Canceled
	case f.Kind == "panic":
		e.broken = true
	}
	return errors.New(f.Text)
}
