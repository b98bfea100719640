package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"dllmbench/engines/child"
	"dllmbench/harness/transport"
)

// Limits are what a client does not let its child exceed, see [child.Limits].
type Limits struct {
	Grace    time.Duration
	Memory   int64
	Resident func(pid int) int64
}

// opening is how long making an engine may take.
const opening = 10 * time.Minute

// Client is the parent's end of a child process. It is not safe for concurrent use.
type Client struct {
	*child.Process
	Hello Hello // what the child said of itself
	next  int   // number of the next engine
}

// Start starts a child and waits for its first line. cmd must not have been
// started, and its stdin, stdout and stderr must not be set.
func Start(ctx context.Context, cmd *exec.Cmd, limits Limits) (*Client, error) {
	p, err := child.Start(cmd, child.Limits{Name: "the worker process", Line: maxLine, Grace: limits.Grace, Memory: limits.Memory, Resident: limits.Resident})
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	c := &Client{Process: p}
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	line, err := c.Read(ctx)
	if err == nil {
		if err = json.Unmarshal(line.Text, &c.Hello); err != nil || c.Hello.Protocol != Protocol {
			err = fmt.Errorf("worker: %s speaks protocol %d, this program speaks %d", cmd.Path, c.Hello.Protocol, Protocol)
		}
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the child, whether it does by itself or not, and waits for its end.
func (c *Client) Close() error {
	c.Process.Close()
	return nil
}

// call sends an order and returns the answer to it.
func (c *Client) call(ctx context.Context, o order) (r reply, err error) {
	line, err := c.Call(ctx, encode(o))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(line.Text, &r); err != nil {
		return r, fmt.Errorf("worker: not an answer: %w", err)
	}
	return r, nil
}

// Open makes an engine in the child, which outlives it. The error is a
// [*transport.DiedError] if the child ended or panicked, else the child's own.
func (c *Client) Open(ctx context.Context, spec transport.Spec) (*Engine, error) {
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	defer c.Watch()()
	e := &Engine{client: c, number: c.next}
	c.next++
	r, err := c.call(ctx, order{Do: "open", Engine: e.number, Spec: &spec})
	switch {
	case err != nil:
		return nil, err
	case r.Failure != nil && r.Failure.Kind == "panic":
		return nil, &transport.DiedError{Reason: "panic: " + r.Failure.Text}
	case r.Failure != nil:
		return nil, errors.New(r.Failure.Text)
	case r.Info == nil:
		return nil, errors.New("worker: the answer says nothing of the engine")
	}
	e.info = *r.Info
	e.info.Capabilities.Events, e.info.Capabilities.TokenIDs = false, true
	for name, value := range e.info.Options { // whole numbers went through JSON
		if v, ok := spec.Options[name]; ok && fmt.Sprint(v) == fmt.Sprint(value) {
			e.info.Options[name] = v
		}
	}
	return e, nil
}
