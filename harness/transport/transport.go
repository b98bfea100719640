// Package transport takes requests to an engine, wherever that runs, and brings
// back its answers with what they cost.
//
// The harness drives all engines through one interface, [Transport]. [Tokens]
// and [Texts] make the transports to engines of this process, one for each
// contract of package engines; an engine in a child process is reached by
// package worker. A test, a load generator and a duel of two builds are written
// once, for all of them.
package transport

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/child"
	"dllmbench/engines/weights"
	"dllmbench/harness/measure"
)

// Transport is the way to one engine.
type Transport interface {
	// Info describes the engine.
	Info() engines.Info
	// Send has a batch decoded and returns when it is done. As many calls may be at
	// work at once as the engine says in Info (Capabilities.InFlight). The end of ctx
	// cancels the batch: Send then returns what there is, with the error of ctx.
	Send(ctx context.Context, b Batch) (Answer, error)
	// Close releases the engine.
	Close() error
}

// Spec says which engine to make.
type Spec struct {
	Weights weights.Name    `json:"weights"`
	Engine  string          `json:"engine"`
	Preset  string          `json:"preset"`
	Options engines.Options `json:"options"` // every parameter of the preset
	Threads int             `json:"threads"`
	// Open makes the engine of an endpoint; nil for decoders of this program.
	Open func(context.Context, engines.Setting) (engines.TextEngine, error) `json:"-"`
	// Codec is the tokenizer of the requests, for endpoints that share it.
	Codec engines.Codec `json:"-"`
}

// Batch is a list of requests decoded together: token ids, or else texts.
type Batch struct {
	Tokens []engines.Request
	Texts  []engines.TextRequest
	// Sink sees each pass of Tokens, of engines with Capabilities.Events; nil for none.
	Sink engines.Sink
	// Heap asks for what the batch allocates, Peak for the memory that it takes.
	// Both reach into the process for a moment, outside of the measured time.
	Heap, Peak bool
}

// Answer is what became of a batch.
type Answer struct {
	Results []engines.Result `json:"results,omitempty"`    // of Batch.Tokens, in their order
	Texts   []Text           `json:"-"`                    // of Batch.Texts
	Wall    time.Duration    `json:"wall_ns,omitempty"`    // of the decoding alone, measured where that happened
	Peak    *int64           `json:"peak_bytes,omitempty"` // largest resident memory of the engine's process; nil when unknown
	Heap    *measure.Heap    `json:"heap,omitempty"`       // what was allocated; nil when unknown
	Meter   *engines.Meter   `json:"meter,omitempty"`      // what the network of the engine counted itself; nil when it does not
	// Stopped says why the times are void, as when the process was stopped meanwhile; "" if they are not.
	Stopped string `json:"stopped,omitempty"`
	// Broken means that the engine is in an unknown state: it panicked, does not
	// return, or its process ended. It must not be used again.
	Broken bool `json:"-"`
}

// Text is the answer to a text request, with its deliveries in the order in which
// they came. All times count from the moment at which the batch was sent.
type Text struct {
	engines.TextResult
	Deliveries []engines.Delivery
	Err        error // of this request alone
}

// PanicError is a panic of an engine or a checker.
type PanicError struct{ Value any }

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// ErrStuck says that an engine of this process did not return long after its
// time was up. It is left behind at work and never closed.
var ErrStuck = errors.New("the engine does not return")

// ErrMemory and DiedError say that the process of an engine is no more.
var ErrMemory = child.ErrMemory

// DiedError is a [child.DiedError].
type DiedError = child.DiedError
