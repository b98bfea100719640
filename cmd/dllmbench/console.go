package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dllmbench/engines/atomicfile"
	"dllmbench/harness/exit"
	"dllmbench/harness/lock"
	"dllmbench/workloads/python"
)

// console is what a command sees of the world outside.
type console struct {
	ctx    context.Context // ends at Ctrl-C, and when a lock is lost
	signal context.Context // ends at Ctrl-C
	stdin  io.Reader
	stdout *output
	stderr io.Writer
	now    func() time.Time
	args   []string // the command line without the program's name
	files  *ledger
	served bool           // a signal is how the command ends
	python *python.Runner // judges programs of Python; nil where they are not run

	*departure
}

// output is standard output. It keeps the first error, so that a reader who has
// closed it, or a full disk, is an error of every command, whatever it had to say.
type output struct {
	io.Writer
	err error
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.Writer.Write(p)
	if err != nil {
		o.err = fmt.Errorf("cannot write to standard output: %w", err)
	}
	return n, o.err
}

// Unwrap is the file behind it, which may be a terminal.
func (o *output) Unwrap() io.Writer { return o.Writer }

// outcome is how a command ended: what standard output and the signals have to say
// counts beside its own error.
func (con *console) outcome(err error) error {
	if out := con.stdout.err; out != nil {
		if errors.Is(err, out) {
			err = nil
		}
		err = errors.Join(err, exit.With(exit.Execution, out))
	}
	if con.signal.Err() != nil && exit.Code(err) != exit.Interrupted && !con.served {
		err = errors.Join(err, exit.Errorf(exit.Interrupted, "interrupted"))
	}
	return err
}

// save makes a file, whole or not at all, with its folder, and says so.
func (con *console) save(path string, write func(io.Writer) error) error {
	if err := con.put(path, write); err != nil {
		return err
	}
	fmt.Fprintln(con.stderr, "wrote", path)
	return nil
}

// put makes a file as save does, and says nothing.
func (con *console) put(path string, write func(io.Writer) error) error {
	if err := con.files.keeps(path); err != nil {
		return err
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = atomicfile.Render(path, write)
	}
	return exit.With(exit.Execution, err)
}

// lock takes the lock of a folder that the command writes into, and stops the command
// when it is lost.
func (con *console) lock(dir string) (release func(), err error) { return con.locked(lock.Take, dir) }

// locked takes a lock.
func (con *console) locked(take func(context.Context, string) (context.Context, *lock.Lock, error), what string) (release func(), err error) {
	held, l, err := take(con.ctx, what)
	var other *lock.HeldError
	switch {
	case errors.As(err, &other):
		return nil, exit.With(exit.Usage, err)
	case err != nil:
		return nil, exit.With(exit.Execution, err)
	}
	con.ctx = held
	con.onLeave(l.Release)
	return l.Release, nil
}

// A departure is how the process ends when a command does not end by itself after a
// signal: what it computes may take long and look at no context.
type departure struct {
	mu    sync.Mutex
	grace time.Duration // from the signal on
	kept  string        // what is kept, in words
	tidy  []func()      // take away what is half-made
}

// patience is how long a command may take to end after a signal.
const patience = 800 * time.Millisecond

// keep says what an interruption leaves, and how long the command may take to keep it.
func (d *departure) keep(kept string, grace time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept, d.grace = kept, grace
}

// drains says that a signal is how the command ends, and how long that may take.
func (con *console) drains(grace time.Duration) {
	con.served = true
	con.keep("requests at work are cut short", grace)
}

// onLeave adds something that is taken away before the process ends.
func (d *departure) onLeave(tidy func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tidy = append(d.tidy, tidy)
}

// last calls leave some time after ctx has ended, with what there is to say. From
// then on another signal ends the process at once; before, it is the same one, which
// the program timeout sends twice.
func (d *departure) last(ctx context.Context, again func(), leave func(text string)) {
	<-ctx.Done()
	time.Sleep(patience)
	again()
	d.mu.Lock()
	more := d.grace - patience
	d.mu.Unlock()
	time.Sleep(more)
	d.mu.Lock() // for good
	for _, tidy := range d.tidy {
		tidy()
	}
	text := "interrupted"
	if d.kept != "" {
		text += "; " + d.kept
	}
	leave(text)
}
