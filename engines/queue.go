package engines

import "context"

// Continuous is an [Engine] that lets requests come and go one by one while others are at
// work (continuous batching; Yu et al. 2022, Orca). A request's answer and counters are
// those that it has alone.
type Continuous interface {
	Engine
	// Serve decodes what a queue gives until that is closed, and then what is at work. When
	// ctx ends, all that is at work is done (Finish = FinishCancelled, and ctx.Err()). Any
	// other error is that of a pass: whatever was at work ended with it.
	Serve(ctx context.Context, q Queue) error
}

// Queue gives requests to an engine, from the engine's goroutine.
type Queue interface {
	// Take is called before each pass and returns requests that join those at work. While
	// none is at work it waits for one. Open is false when no more will come.
	Take(active int) (joining []Pending, open bool)
}

// Pending is a request of a [Queue]. Its methods are called from the engine's goroutine.
type Pending interface {
	Request() Request
	// Wrote is called after each pass. False ends the request (FinishCancelled).
	Wrote(Progress) bool
	// Done ends it, once. A [RequestError] says that it was not begun.
	Done(Result, error)
}

// Progress is how far an answer is.
type Progress struct {
	Tokens  []int32 // the answer so far, with masks; valid during the call
	Settled int     // leading tokens of it that cannot change any more
}

// RequestError is why an engine does not take a request.
type RequestError struct{ Err error }

// Error implements error.
func (e *RequestError) Error() string { return e.Err.Error() }

// Unwrap is the reason.
func (e *RequestError) Unwrap() error { return e.Err }

// Serve decodes the requests of a queue, together where the engine can, and one after
// another where it cannot.
func Serve(ctx context.Context, e Engine, q Queue) error {
	if c, ok := e.(Continuous); ok {
		return c.Serve(ctx, q)
	}
	return OneByOne(ctx, e, q)
}

// OneByOne is Serve for an engine that is not Continuous. Nothing is known of an answer
// before its end.
func OneByOne(ctx context.Context, e Engine, q Queue) error {
	for open := true; open; {
		var list []Pending
		list, open = q.Take(0)
		for _, p := range list {
			batch := []Request{p.Request()}
			if err := Check(e, batch); err != nil {
				p.Done(Result{}, &RequestError{err})
				continue
			}
			own, cancel := context.WithCancel(ctx)
			results, err := e.Generate(own, batch, SinkFunc(func(*Event) {
				if !p.Wrote(Progress{}) {
					cancel()
				}
			}))
			cancel()
			if len(results) == 0 {
				results = []Result{{}}
			}
			p.Done(results[0], err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}
