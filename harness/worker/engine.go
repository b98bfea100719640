package worker

import (
	"context"
	"errors"
	"os/exec"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/transport"
)

// Engine is the [transport.Transport] to an engine in a child process.
type Engine struct {
	client *Client
	number int
	info   engines.Info
	alone  bool // the child is for this engine only
}

// Alone makes an engine in a child of its own, which ends with it.
func Alone(ctx context.Context, cmd *exec.Cmd, limits Limits, spec transport.Spec) (transport.Transport, error) {
	client, err := Start(ctx, cmd, limits)
	if err != nil {
		return nil, err
	}
	e, err := client.Open(ctx, spec)
	if err != nil {
		client.Close()
		return nil, err
	}
	e.alone = true
	return e, nil
}

// Info describes the engine in the child. Events do not cross the pipe.
func (e *Engine) Info() engines.Info { return e.info }

// Close releases the engine; the child goes on, unless it is for this one alone.
func (e *Engine) Close() error {
	if e.alone {
		return e.client.Close()
	}
	if e.client.Died() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), e.client.Grace())
	defer cancel()
	_, err := e.client.call(ctx, order{Do: "close", Engine: e.number})
	return err
}

// Send has the batch decoded in the child, where it is measured. A child that does not
// come back in time is killed; the error is then a [*transport.DiedError].
func (e *Engine) Send(ctx context.Context, b transport.Batch) (transport.Answer, error) {
	if b.Sink != nil || b.Texts != nil {
		return transport.Answer{}, errors.New("worker: a child decodes token ids and shows no events")
	}
	if err := ctx.Err(); err != nil {
		return transport.Answer{}, err
	}
	o := order{Do: "decode", Engine: e.number, Requests: wire(b.Tokens)}
	if deadline, ok := ctx.Deadline(); ok {
		o.LimitNs = max(1, time.Until(deadline).Nanoseconds())
	}
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { // the child knows its deadline; a cancellation it is told
		if errors.Is(ctx.Err(), context.Canceled) {
			e.client.Write(encode(order{Do: "cancel"}))
		}
		time.AfterFunc(e.client.Grace(), func() { cancel(ctx.Err()) })
	})()
	defer e.client.Watch()()
	r, err := e.client.call(late, o)
	for err == nil && r.Ask != nil {
		if i := r.Ask.Request; i < 0 || i >= len(b.Tokens) || b.Tokens[i].Oracle == nil {
			err = errors.New("worker: the child asks about a request that nobody can judge")
			break
		}
		r, err = e.client.call(late, order{Do: "say", Right: b.Tokens[r.Ask.Request].Oracle(r.Ask.Tokens)})
	}
	if err != nil {
		return transport.Answer{Broken: true}, err
	}
	a := r.Answer
	switch f := r.Failure; {
	case f == nil:
	case f.Kind == "limit":
		err = context.DeadlineExceeded
	case f.Kind == "cancelled":
		err = context.Canceled
	default:
		a.Broken, err = f.Kind == "panic", errors.New(f.Text)
	}
	return a, err
}
