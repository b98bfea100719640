package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/child"
	"dllmbench/engines/usage"
)

// Finding is what one check of [Examine] found.
type Finding struct {
	Check   string // what the program has to do
	Problem string // in which way it does not; "" if all is well
	Skipped string // why it was not examined; "" if it was
	Note    string // what is worth knowing
	Log     string // the end of the program's stderr where it died
}

// Examination says how a program is examined.
type Examination struct {
	Command
	Prompt  string        // of engines that take text
	Budget  int           // tokens of an answer
	Timeout time.Duration // of one answer
}

// restarts is how often a program that died is started again for the other checks.
const restarts = 3

// Examine runs a suite of checks against a program that speaks the protocol and tells
// each finding as it is made; without its engine there is nothing more to examine. The
// error is that of ctx, or says that the program cannot be started.
func Examine(ctx context.Context, x Examination, tell func(Finding)) (problems int, err error) {
	k := &kit{Examination: x}
	defer k.stop()
	for i, c := range checks {
		if err := ctx.Err(); err != nil {
			return problems, err
		}
		f := Finding{Check: c.name}
		var err error
		if k.e == nil && !c.alone {
			err = k.restart(ctx)
		}
		if err == nil {
			f.Note, err = c.run(k, ctx)
		}
		var skip skipped
		var died *child.DiedError
		switch {
		case err == nil:
		case errors.As(err, &skip):
			f.Skipped = string(skip)
		default:
			f.Problem = err.Error()
			problems++
		}
		if errors.As(err, &died) {
			f.Log = died.Log
			k.stop()
		}
		if i == 0 && f.Problem != "" && died == nil {
			return 0, err // it could not be started
		}
		if tell(f); i < 2 && f.Problem != "" {
			break // it does not get better
		}
	}
	return problems, ctx.Err()
}

// kit is the state of an examination.
type kit struct {
	Examination
	e      *Engine  // nil when there is none
	starts int      // how often it was started again
	first  *reading // of the first answer
}

// skipped says why a check does not apply.
type skipped string

func (s skipped) Error() string { return string(s) }

// checks are the checks in their order. Each leaves the program idle or dead.
var checks = []struct {
	name  string
	alone bool // it starts the program itself
	run   func(k *kit, ctx context.Context) (note string, err error)
}{
	{"says hello", true, (*kit).hello},
	{"opens its engine", false, (*kit).opens},
	{"answers a ping, and leaves out what it does not know", false, (*kit).ping},
	{"answers a request", false, (*kit).answers},
	{"repeats itself", false, (*kit).repeats},
	{"answers a batch", false, (*kit).batch},
	{"ends an answer at a stop text", false, (*kit).stops},
	{"reports steps", false, (*kit).steps},
	{"keeps a budget of one token", false, (*kit).least},
	{"refuses a request that has no sense, and lives", false, (*kit).refusal},
	{"stops when it is told to", false, (*kit).cancels},
	{"ends on close, and leaves nothing behind", false, (*kit).closes},
	{"ends when its input does", true, (*kit).orphan},
}

func (k *kit) stop() {
	if k.e != nil {
		k.e.Close()
		k.e = nil
	}
}

func (k *kit) restart(ctx context.Context) (err error) {
	if k.starts >= restarts {
		return skipped("the program is not there")
	}
	k.starts++
	k.e, err = Start(ctx, k.Command)
	return err
}

func (k *kit) hello(ctx context.Context) (note string, err error) {
	if k.e, err = start(ctx, k.Command); err != nil {
		return "", err
	}
	note = brief(k.e.hello.Engine) + ", " + k.e.hello.Protocol
	if k.e.hello.Source == "" {
		return note + "; it does not say where its code is from (source)", nil
	}
	return note + ", from " + brief(k.e.hello.Source), nil
}

func (k *kit) opens(ctx context.Context) (string, error) {
	begun := time.Now()
	if err := k.e.open(ctx, k.Command); err != nil {
		k.stop()
		return "", err
	}
	r := k.e.ready
	note := fmt.Sprintf("in %v; takes %s; gives %s; promises %s", time.Since(begun).Round(time.Millisecond), strings.Join(r.Takes, ", "), strings.Join(r.Gives, ", "), list(r.Counters, "no counter"))
	return note, k.settle(ctx)
}

func list(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

// settle checks that the program is idle: the next thing that it says is the answer to a
// ping. It returns how long that took.
func (k *kit) settle(ctx context.Context) error {
	_, err := k.trip(ctx)
	return err
}

func (k *kit) trip(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, k.Timeout)
	defer cancel()
	e, id := k.e, k.e.next
	e.next++
	begun := time.Now()
	if err := e.send(order{Type: "ping", ID: id}); err != nil {
		return 0, err
	}
	r, _, err := e.read(ctx)
	switch {
	case err != nil:
		return 0, err
	case r.Type != "pong" || r.ID == nil || *r.ID != id:
		return 0, e.breach("wrote %q with the id %s when it had nothing to do but answer ping %d", brief(r.Type), shown(r.ID), id)
	}
	return time.Since(begun), nil
}

func (k *kit) ping(ctx context.Context) (string, error) {
	var times []time.Duration
	for range 5 {
		took, err := k.trip(ctx)
		if err != nil {
			return "", err
		}
		times = append(times, took)
	}
	slices.Sort(times)
	if err := k.e.child.Write([]byte(`{"type":"ping","id":0,"later":{"versions":["may add keys"]}}` + "\n")); err != nil {
		return "", k.e.logged(k.e.child.Died())
	}
	if r, _, err := k.e.read(ctx); err != nil {
		return "", err
	} else if r.Type != "pong" {
		return "", k.e.breach("answered a ping that has a key of a later version with %q", brief(r.Type))
	}
	return fmt.Sprintf("there and back in %v", times[len(times)/2].Round(time.Microsecond)), nil
}

// request is a request that differs with n.
func (k *kit) request(n, budget int) request {
	r := request{Budget: budget, Seed: uint64(n)}
	if slices.Contains(k.e.ready.Takes, "text") {
		r.Prompt = k.Prompt + strings.Repeat("!", n)
		return r
	}
	for i := range int32(8 + n) {
		r.IDs = append(r.IDs, 3+i+int32(n))
		if v := k.e.ready.Tokenizer.Vocab; v != nil {
			r.IDs[i] %= int32(max(1, *v))
		}
		if m := k.e.ready.Tokenizer.Mask; m != nil && r.IDs[i] == *m {
			r.IDs[i] = 0
		}
	}
	return r
}

// ask has requests answered, and checks what is checked of every answer.
func (k *kit) ask(ctx context.Context, requests []request, step func(int, time.Duration, time.Duration, *step) error) (*reading, error) {
	ctx, cancel := context.WithTimeout(ctx, k.Timeout)
	defer cancel()
	b, err := k.e.generate(ctx, requests, step)
	if err != nil {
		return b, err
	}
	for i := range b.Results {
		if err := k.check(b, i, requests[i]); err != nil {
			return b, fmt.Errorf("it %w", err)
		}
	}
	return b, k.settle(ctx)
}

// check says what is wrong with an answer.
func (k *kit) check(b *reading, i int, asked request) error {
	e, r := k.e, &b.Results[i]
	if len(asked.IDs) > 0 {
		t := &tokens{e, engines.NoToken, engines.NoToken}
		if _, err := t.result(engines.Request{}, asked.Budget, b, r); err != nil {
			return err
		}
		if slices.Contains(e.ready.Gives, "commits") && r.CommitNs == nil {
			return errors.New("promised commits and gave no commit_ns")
		}
	} else {
		got, err := e.text(b, r)
		if err != nil {
			return err
		}
		var deliveries []engines.Delivery
		for _, d := range b.Deliveries {
			if d.r == i {
				deliveries = append(deliveries, engines.Delivery{At: d.at, Text: d.text})
			}
		}
		if _, err := got.Stable(e.info.Capabilities.Deliveries, deliveries); err != nil {
			return fmt.Errorf("gave texts that do not fit together: %w", err)
		}
	}
	u := r.Usage
	if missing := e.info.Capabilities.Missing(u); missing != "" {
		return fmt.Errorf("promised the counter %s and did not give it", missing)
	}
	switch {
	case u.Problem() != "":
		return fmt.Errorf("counted what contradicts itself: %s", u.Problem())
	case usage.Known(1).Above(u[usage.NFE]):
		return errors.New("counted no forward pass (nfe)")
	case u[usage.CanvasPositions].Above(usage.Known(asked.Budget)):
		return fmt.Errorf("counted a canvas of %s positions with a budget of %d", u[usage.CanvasPositions], asked.Budget)
	case u[usage.CommittedTokens].Above(u[usage.CanvasPositions].Plus(u[usage.RevisedTokens])):
		return fmt.Errorf("counted %s commits on %s positions with %s revisions", u[usage.CommittedTokens], u[usage.CanvasPositions], u[usage.RevisedTokens])
	case u[usage.UsefulTokens].Known() || u[usage.PromptTokens].Known():
		return errors.New("counted useful_tokens or prompt_tokens, which whoever asks counts alike for all engines")
	}
	return nil
}
