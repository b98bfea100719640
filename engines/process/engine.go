package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/child"
	"dllmbench/engines/usage"
)

// Command says which program is the engine.
type Command struct {
	Name string   // what messages call it
	Args []string // the program and its arguments
	Dir  string   // in which it runs; "" is the current folder
	// Env are the names of variables that it sees beside [Environment], or NAME=VALUE.
	Env     []string
	Options engines.Options // of the engine; those that are not named have its defaults
	Threads int             // 0 leaves it to the engine
	Opening time.Duration   // most time until it is ready; 0 is ten minutes
	// Grace, Memory, Resident and Now are those of [child.Limits].
	Grace    time.Duration
	Memory   int64
	Resident func(pid int) int64
	Now      func() time.Time
}

// Engine is an engine in another process. It is not safe for concurrent use, but its
// methods may be called together: they wait for each other.
type Engine struct {
	name  string
	child *child.Process
	turn  chan struct{} // held by the one who speaks with the child
	hello Hello
	ready Ready
	info  engines.Info
	next  int    // id of the next batch
	peak  *int64 // of the last batch
}

// Start starts a program and opens its engine. The error is a [*child.DiedError] where
// the program died or broke the protocol, and a [*Failure] where it refused.
func Start(ctx context.Context, c Command) (*Engine, error) {
	e, err := start(ctx, c)
	if err == nil {
		if err = e.open(ctx, c); err != nil {
			e.Close()
		}
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// start starts a program and waits for its first line.
func start(ctx context.Context, c Command) (*Engine, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("no command is given")
	}
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = c.Dir, environment(c.Env)
	name := cmp.Or(c.Name, strings.Join(c.Args, " "))
	p, err := child.Start(cmd, child.Limits{Name: name, Line: MaxLine, Grace: c.Grace, Memory: c.Memory, Resident: c.Resident, Now: c.Now})
	if err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", name, err)
	}
	e := &Engine{name: name, child: p, turn: make(chan struct{}, 1), next: 1}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Opening, 10*time.Minute))
	defer cancel()
	r, _, err := e.read(ctx)
	switch {
	case err != nil:
	case r.Type != "hello":
		err = e.breach("began with %q, and the first line is hello", r.Type)
	case r.Protocol != Protocol:
		err = e.breach("speaks %q, and this program speaks %s", brief(r.Protocol), Protocol)
	case r.Engine == "":
		err = e.breach("said hello without the name of its engine")
	}
	if err != nil {
		e.child.Close()
		return nil, err
	}
	e.hello = r.Hello
	return e, nil
}

// open opens the engine.
func (e *Engine) open(ctx context.Context, c Command) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Opening, 10*time.Minute))
	defer cancel()
	defer e.child.Watch()()
	if err := e.send(order{Type: "open", Options: c.Options, Threads: c.Threads}); err != nil {
		return err
	}
	r, _, err := e.read(ctx)
	switch {
	case err != nil:
		return err
	case r.Type == "error":
		return &Failure{r.Kind, r.Text}
	case r.Type != "ready":
		return e.breach("answered open with %q instead of ready", r.Type)
	}
	e.ready = r.Ready
	if err := e.describe(); err != nil {
		return e.breach("%v", err)
	}
	return nil
}

// The names that a ready message may use.
var (
	takes = []string{"text", "ids", "suffix", "template", "stop", "seed", "batch"}
	gives = []string{"text", "ids", "steps", "commits"}
	modes = map[string]engines.Mode{"": engines.Whole, "whole": engines.Whole, "append": engines.Append, "replace": engines.Replace}
)

// describe checks what the engine says of itself and makes [Engine.Info] of it.
func (e *Engine) describe() error {
	r := &e.ready
	known := func(what string, list, allowed []string) error {
		if len(list) > maxListed {
			return fmt.Errorf("%s %d things", what, len(list))
		}
		for _, name := range list {
			if !slices.Contains(allowed, name) {
				return fmt.Errorf("%s %q; known are %s", what, brief(name), strings.Join(allowed, ", "))
			}
		}
		return nil
	}
	var counters []string
	for _, c := range usage.Counters() {
		if !c.Entry().Answer {
			counters = append(counters, c.String())
		}
	}
	if err := errors.Join(known("takes", r.Takes, takes), known("gives", r.Gives, gives), known("promises the counter", r.Counters, counters)); err != nil {
		return err
	}
	mode, ok := modes[r.Deliveries]
	if !ok {
		return fmt.Errorf("delivers in the mode %q; known are whole, append and replace", brief(r.Deliveries))
	}
	for _, kind := range []string{"text", "ids"} {
		if slices.Contains(r.Takes, kind) != slices.Contains(r.Gives, kind) {
			return fmt.Errorf("takes %s and gives %s: an engine that takes ids gives ids, and one that takes text gives text", strings.Join(r.Takes, ", "), strings.Join(r.Gives, ", "))
		}
	}
	if !slices.Contains(r.Takes, "text") && !slices.Contains(r.Takes, "ids") {
		return errors.New("takes neither text nor ids")
	}
	digest := ""
	if r.Weights.SHA256 != "" {
		digest = "sha256:" + strings.TrimPrefix(r.Weights.SHA256, "sha256:")
	}
	var said []string
	for _, what := range []string{e.hello.Source, r.Device, r.Precision, r.Weights.Name, digest} {
		if what != "" {
			said = append(said, brief(what))
		}
	}
	e.info = engines.Info{
		Program: strings.Join(said, "; "),
		Engine:  brief(e.hello.Engine), Preset: brief(r.Preset), Options: r.Options, WeightsDigest: digest, WeightsAlone: digest,
		Kernel: brief(r.Device), Threads: max(0, r.Threads), Cache: brief(r.Cache),
		Capabilities: engines.Capabilities{Counters: r.Counters, Repeatable: r.Repeatable, Deliveries: mode, InFlight: 1, Together: slices.Contains(r.Takes, "batch")},
	}
	return nil
}

// Info describes the engine as one that takes text.
func (e *Engine) Info() engines.Info { return e.info }

// Hello is what the program said of itself, Ready what it said of its engine.
func (e *Engine) Hello() Hello { return e.hello }

// Ready is the answer of the program to "open".
func (e *Engine) Ready() Ready { return e.ready }

// Peak is the largest memory of the program in the last batch, in bytes, as it says; nil
// when unknown.
func (e *Engine) Peak() *int64 { return e.peak }

// Close ends the program, and says if it does not end by itself.
func (e *Engine) Close() error {
	if e.child.Died() == nil {
		e.child.Write(encode(order{Type: "close"}))
	}
	return e.child.Close()
}

// send sends a line.
func (e *Engine) send(o order) error {
	if err := e.child.Died(); err != nil {
		return e.logged(err)
	}
	if err := e.child.Write(encode(o)); err != nil { // it has ended, or will have in the grace
		ctx, cancel := context.WithTimeout(context.Background(), e.child.Grace())
		defer cancel()
		for {
			if _, err := e.child.Read(ctx); err != nil {
				return e.logged(err)
			}
		}
	}
	return nil
}

// read is the next message of the child.
func (e *Engine) read(ctx context.Context) (reply, child.Line, error) {
	line, err := e.child.Read(ctx)
	if err != nil {
		return reply{}, line, e.logged(err)
	}
	r, err := parse(line.Text)
	if err != nil {
		return r, line, e.breach("%v", err)
	}
	return r, line, nil
}

// breach ends a child that breaks the protocol; format is a sentence without its subject.
func (e *Engine) breach(format string, args ...any) error {
	why := &child.DiedError{Reason: e.name + " " + fmt.Sprintf(format, args...)}
	e.child.Kill(why)
	e.child.Close() // its log is whole then
	return e.logged(why)
}

// logged adds the child's log to an error that says why it is no more.
func (e *Engine) logged(err error) error {
	var died *child.DiedError
	if errors.As(err, &died) && died.Log == "" {
		with := *died
		with.Log = e.child.Log()
		return &with
	}
	return err
}
