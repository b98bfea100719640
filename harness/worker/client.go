package worker

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"dllmbench/harness/transport"
)

// Limits are what a client does not let its child exceed.
type Limits struct {
	// Grace is how long a child may go on past a limit or a cancellation; 0 is two seconds.
	Grace time.Duration
	// Memory is the most resident bytes of the child; 0 is no limit. It needs Resident,
	// which reads the resident memory of a process, negative when unknown.
	Memory   int64
	Resident func(pid int) int64
}

// opening is how long making an engine may take.
const opening = 10 * time.Minute

// Client is the parent's end of a child process. It is not safe for concurrent use.
type Client struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	limits Limits
	lines  chan []byte // closed when the child's stdout ends
	Hello  Hello       // what the child said of itself
	next   int         // number of the next engine
	stderr tail
	life   context.Context         // of the child; its cause says why it ended
	end    context.CancelCauseFunc // the first reason counts
}

// Start starts a child and waits for its first line. cmd must not have been
// started, and its stdin, stdout and stderr must not be set.
func Start(ctx context.Context, cmd *exec.Cmd, limits Limits) (*Client, error) {
	limits.Grace = cmp.Or(limits.Grace, 2*time.Second)
	c := &Client{cmd: cmd, limits: limits, lines: make(chan []byte)}
	c.life, c.end = context.WithCancelCause(context.Background())
	cmd.Stderr = &c.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	out, theirs, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	cmd.Stdout = theirs
	Together(cmd)
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		out.Close()
		return nil, fmt.Errorf("worker: %w", err)
	}
	c.in = in
	go c.read(out)
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	line, err := c.line(ctx)
	if err == nil {
		if err = json.Unmarshal(line, &c.Hello); err != nil || c.Hello.Protocol != Protocol {
			err = fmt.Errorf("worker: %s speaks protocol %d, this program speaks %d", cmd.Path, c.Hello.Protocol, Protocol)
		}
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the child and waits for its end.
func (c *Client) Close() error {
	c.in.Close()
	patience := time.AfterFunc(c.limits.Grace, func() { c.kill(&transport.DiedError{Reason: "the worker did not end"}) })
	defer patience.Stop()
	for range c.lines {
	}
	return nil
}

// read passes the child's lines on until they end, or the child has ended and had the
// time to be heard: what it has started and left behind may hold its stdout for ever.
func (c *Client) read(out *os.File) {
	defer out.Close()
	ended := make(chan error, 1)
	go func() {
		err := c.cmd.Wait()
		killAll(c.cmd.Process)
		if out.SetReadDeadline(time.Now().Add(c.limits.Grace)) != nil {
			out.Close()
		}
		ended <- err
	}()
	lines := bufio.NewScanner(out)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	for lines.Scan() {
		c.lines <- bytes.Clone(lines.Bytes())
	}
	killAll(c.cmd.Process) // it has closed its stdout or writes nonsense
	why := "the worker process died"
	if err := <-ended; err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		why += " (" + err.Error() + ")"
	}
	if said := c.stderr.last(); said != "" {
		why += ": " + said
	}
	c.end(&transport.DiedError{Reason: why})
	close(c.lines)
}

// kill ends the child for a reason.
func (c *Client) kill(why *transport.DiedError) {
	c.end(why)
	killAll(c.cmd.Process)
}

// line is the next line of the child. When ctx ends first, the child is killed.
func (c *Client) line(ctx context.Context) ([]byte, error) {
	defer context.AfterFunc(ctx, func() { // then the lines end
		c.kill(&transport.DiedError{Reason: "the worker process did not answer in time and was ended", Cause: context.Cause(ctx)})
	})()
	line, ok := <-c.lines
	if !ok {
		return nil, context.Cause(c.life)
	}
	return line, nil
}

// call sends an order and returns the answer to it.
func (c *Client) call(ctx context.Context, o order) (reply, error) {
	if c.life.Err() != nil {
		return reply{}, context.Cause(c.life)
	}
	if _, err := c.in.Write(encode(o)); err != nil {
		killAll(c.cmd.Process) // it does not listen any more
		for range c.lines {
		}
		return reply{}, context.Cause(c.life)
	}
	line, err := c.line(ctx)
	if err != nil {
		return reply{}, err
	}
	var r reply
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("worker: not an answer: %w", err)
	}
	return r, nil
}

// Open makes an engine in the child, which outlives it. The error is a
// [*transport.DiedError] if the child ended or panicked, else the child's own.
func (c *Client) Open(ctx context.Context, spec transport.Spec) (*Engine, error) {
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	defer c.watchMemory()()
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

// watchMemory kills the child when it exceeds the limit, until stop is called.
func (c *Client) watchMemory() (stop func()) {
	if c.limits.Memory <= 0 {
		return func() {}
	}
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if n := c.limits.Resident(c.cmd.Process.Pid); n > c.limits.Memory {
				c.kill(&transport.DiedError{Cause: transport.ErrMemory,
					Reason: fmt.Sprintf("the worker process used %d MiB with a limit of %d MiB and was ended", n>>20, c.limits.Memory>>20)})
				return
			}
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() { close(done); watching.Wait() }
}

// tail keeps the last bytes that were written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if n := len(t.text); n > tailBytes {
		t.text = bytes.Clone(t.text[n-tailBytes:])
	}
	return len(p), nil
}

// last is what a dying program says: the first line of a Go crash, else the last line.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := ""
	for line := range strings.Lines(string(t.text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "fatal error:") || strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "runtime:") {
			return line
		}
		if line != "" {
			found = line
		}
	}
	return found
}
