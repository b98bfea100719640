// Package child runs another program that is asked and answers in lines: on its
// stdin, on its stdout. Its log, on stderr, is kept as far as [Limits] say, and
// whatever it does ends in time: a program that dies, hangs, writes without an end
// or takes too much memory is ended together with all that it started, and a
// [*DiedError] says in a sentence why.
//
// What the lines mean is the business of the callers: harness/worker speaks with
// this program's own binary, engines/process with anybody's.
package child

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// Limits are what a child may not exceed.
type Limits struct {
	// Name is what messages call the child; "" is "the process".
	Name string
	// Line is the most bytes of a line that it writes.
	Line int
	// Grace is how long a child may go on past a limit or a cancellation; 0 is two seconds.
	Grace time.Duration
	// Memory is the most resident bytes of the child; 0 is no limit. It needs Resident,
	// which reads the resident memory of a process, negative when unknown.
	Memory   int64
	Resident func(pid int) int64
	// Now stamps the lines; nil does not.
	Now func() time.Time
}

// ErrMemory says that a process was ended because of its memory.
var ErrMemory = errors.New("memory limit exceeded")

// DiedError says that a process ended, or had to be ended, before it answered. It is
// [context.DeadlineExceeded] when the process did not keep the time, and [ErrMemory]
// when it did not keep to the memory.
type DiedError struct {
	Reason string
	Cause  error  // nil, context.DeadlineExceeded, context.Canceled or ErrMemory
	Log    string // the end of what it wrote on stderr, at most 64 KiB; set where a user wants to see it
}

func (e *DiedError) Error() string { return e.Reason }
func (e *DiedError) Unwrap() error { return e.Cause }

// Line is a line of a child, without its end.
type Line struct {
	Text []byte
	At   time.Time // when it was read; zero without a clock
}

// Process is a child. Its methods are to be called one at a time, but for Write.
type Process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	limits Limits
	lines  chan Line // closed when the child's stdout ends
	log    tail
	life   context.Context         // of the child; its cause says why it ended
	end    context.CancelCauseFunc // the first reason counts
	left   atomic.Bool
}

// Start starts a child. cmd must not have been started, and its stdin, stdout and
// stderr must not be set.
func Start(cmd *exec.Cmd, limits Limits) (*Process, error) {
	limits.Grace, limits.Name = cmp.Or(limits.Grace, 2*time.Second), cmp.Or(limits.Name, "the process")
	if limits.Now == nil {
		limits.Now = func() time.Time { return time.Time{} }
	}
	p := &Process{cmd: cmd, limits: limits, lines: make(chan Line)}
	p.life, p.end = context.WithCancelCause(context.Background())
	cmd.Stderr = &p.log
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = theirs
	Together(cmd)
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		out.Close()
		return nil, err
	}
	p.in = in
	go p.read(out)
	return p, nil
}

// Grace and Now are those of the limits.
func (p *Process) Grace() time.Duration { return p.limits.Grace }

// Now is what stamps the lines.
func (p *Process) Now() time.Time { return p.limits.Now() }

// Close ends the input of the child, and the child if it then does not end within the
// grace, which is the error.
func (p *Process) Close() error {
	p.in.Close()
	late := &DiedError{Reason: p.limits.Name + ", or one that it started, did not end when its input did"}
	defer time.AfterFunc(p.limits.Grace, func() { p.Kill(late) }).Stop()
	for range p.lines {
	}
	if err := p.Died(); err == error(late) {
		return err
	}
	return nil
}

// read passes the child's lines on until they end, or the child has ended and had the
// time to be heard: what it has started and left behind may hold its stdout for ever.
func (p *Process) read(out *os.File) {
	defer out.Close()
	ended := make(chan error, 1)
	go func() {
		err := p.cmd.Wait()
		p.left.Store(killAll(p.cmd.Process) == nil)
		if out.SetReadDeadline(time.Now().Add(p.limits.Grace)) != nil {
			out.Close()
		}
		ended <- err
	}()
	torn := 0
	lines := bufio.NewScanner(out)
	lines.Buffer(make([]byte, min(1<<16, p.limits.Line)), p.limits.Line)
	lines.Split(func(data []byte, end bool) (int, []byte, error) {
		if n := bytes.IndexByte(data, '\n'); n >= 0 {
			return n + 1, bytes.TrimSuffix(data[:n], []byte("\r")), nil
		}
		if torn = len(data); end {
			return torn, nil, nil
		}
		return 0, nil, nil
	})
	for lines.Scan() {
		p.lines <- Line{bytes.Clone(lines.Bytes()), p.limits.Now()}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		p.end(p.died(nil, "%s wrote a line of more than %d bytes", p.limits.Name, p.limits.Line))
	}
	patience := time.NewTimer(p.limits.Grace / 2)
	defer patience.Stop()
	if lines.Err() == nil { // its stdout ended, and it may be about to
		select {
		case err := <-ended:
			ended <- err
		case <-patience.C:
		}
	}
	killAll(p.cmd.Process)
	why := p.limits.Name + " died"
	switch err := <-ended; {
	case err == nil:
		why += " (exit status 0)"
	case !errors.Is(err, exec.ErrWaitDelay):
		why += " (" + err.Error() + ")"
	}
	if torn > 0 && lines.Err() == nil {
		why += " in the middle of a line"
	}
	if said := p.log.last(); said != "" {
		why += ": " + said
	}
	p.end(p.died(nil, "%s", why))
	close(p.lines)
}

func (p *Process) died(cause error, format string, args ...any) *DiedError {
	return &DiedError{Reason: fmt.Sprintf(format, args...), Cause: cause}
}

// Kill ends the child for a reason.
func (p *Process) Kill(why *DiedError) {
	p.end(why)
	killAll(p.cmd.Process)
}

// Died says why the child is no more, or nil: a [*DiedError].
func (p *Process) Died() error { return context.Cause(p.life) }

// Left reports whether the child, which has ended, left processes behind, as far as the
// system has groups of them. They were ended.
func (p *Process) Left() bool { return p.left.Load() }

// Log is the end of what the child wrote on stderr, at most 64 KiB.
func (p *Process) Log() string { return p.log.all() }

// Write sends a line, with its end, to the child.
func (p *Process) Write(line []byte) error {
	_, err := p.in.Write(line)
	return err
}

// Read is the next line of the child. When ctx ends first, the child is killed.
func (p *Process) Read(ctx context.Context) (Line, error) {
	defer context.AfterFunc(ctx, func() { // then the lines end
		p.Kill(p.died(context.Cause(ctx), "%s did not answer in time and was ended", p.limits.Name))
	})()
	line, ok := <-p.lines
	if !ok {
		return Line{}, p.Died()
	}
	return line, nil
}

// Call sends a line and reads the next one.
func (p *Process) Call(ctx context.Context, line []byte) (Line, error) {
	if err := p.Died(); err != nil {
		return Line{}, err
	}
	if p.Write(line) != nil {
		killAll(p.cmd.Process) // it does not listen any more
		for range p.lines {
		}
		return Line{}, p.Died()
	}
	return p.Read(ctx)
}

// Watch ends the child when it exceeds its memory, until stop is called.
func (p *Process) Watch() (stop func()) {
	if p.limits.Memory <= 0 {
		return func() {}
	}
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if n := p.limits.Resident(p.cmd.Process.Pid); n > p.limits.Memory {
				p.Kill(p.died(ErrMemory, "%s used %d MiB with a limit of %d MiB and was ended", p.limits.Name, n>>20, p.limits.Memory>>20))
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
