package decoders

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"dllmbench/engines"
)

// script is a queue whose requests come at given passes; each is a pending of its own.
type script struct {
	list []*scripted
	at   int // passes so far
	most int // requests at work when others joined
}

type scripted struct {
	request engines.Request
	comes   int // after so many passes
	leaves  int // after so many passes of its own; 0 never
	taken   bool
	passes  int
	settled []int32
	changed string // what of the settled tokens changed; "" for nothing
	result  engines.Result
	err     error
	ends    int
}

// Take implements engines.Queue.
func (q *script) Take(active int) (joining []engines.Pending, open bool) {
	for active == 0 && !slices.ContainsFunc(q.list, func(p *scripted) bool { return !p.taken && p.comes <= q.at }) && slices.ContainsFunc(q.list, func(p *scripted) bool { return !p.taken }) {
		q.at++
	}
	for _, p := range q.list {
		if !p.taken && p.comes <= q.at {
			p.taken, q.most = true, max(q.most, active)
			joining = append(joining, p)
		}
		open = open || !p.taken
	}
	q.at++
	return joining, open
}

func (p *scripted) Request() engines.Request { return p.request }

// Wrote implements engines.Pending: what is settled stays as it is.
func (p *scripted) Wrote(w engines.Progress) bool {
	p.passes++
	p.check(w.Tokens[:w.Settled])
	return p.leaves == 0 || p.passes < p.leaves
}

func (p *scripted) check(settled []int32) {
	if n := min(len(p.settled), len(settled)); len(settled) < len(p.settled) || !slices.Equal(settled[:n], p.settled) {
		p.changed = fmt.Sprintf("%v, then %v", p.settled, settled)
	}
	p.settled = slices.Clone(settled)
}

// Done implements engines.Pending.
func (p *scripted) Done(r engines.Result, err error) { p.result, p.err, p.ends = r, err, p.ends+1 }

// continuous lets requests come while others are at work, and one leave: each of the others
// has the answer and the counters that it has alone, and what was settled stayed.
func (c *checks) continuous(t *testing.T) {
	e := c.engine(t, c.net)
	q := &script{}
	for i, r := range slices.Concat(requests(), requests()) {
		q.list = append(q.list, &scripted{request: r, comes: 2 * i})
	}
	q.list[1].leaves = 2
	q.list = append(q.list, &scripted{request: engines.Request{Budget: 1}, comes: 1})
	if err := engines.Serve(context.Background(), e, q); err != nil {
		t.Fatal(err)
	}
	if tries, _ := c.opts["best_of"].(int); tries < 2 && q.most == 0 && slices.ContainsFunc(q.list, func(p *scripted) bool { return p.passes > 2 }) {
		t.Error("no request joined others")
	}
	for i, p := range q.list {
		var wrong *engines.RequestError
		switch refused := i == len(q.list)-1; {
		case p.ends != 1:
			t.Fatalf("request %d was done %d times", i, p.ends)
		case refused:
			if !errors.As(p.err, &wrong) {
				t.Errorf("a request without a prompt: %v", p.err)
			}
		case p.changed != "":
			t.Errorf("request %d: settled tokens changed: %s", i, p.changed)
		case p.result.Finish != engines.FinishCancelled: // who leaves may have ended with that pass
			alone := generate(t, e, []engines.Request{p.request}, nil)[0]
			sameWork(t, fmt.Sprintf("request %d", i), p.result, alone)
			if p.check(p.result.Tokens); p.changed != "" || p.err != nil {
				t.Errorf("request %d ended otherwise: %s, %v", i, p.changed, p.err)
			}
		case p.leaves == 0 || p.passes != p.leaves:
			t.Errorf("request %d was cut short after %d passes", i, p.passes)
		}
	}
}
