package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Tally is how far a collection is.
type Tally struct {
	Units, Done, Failed int
	Given               []Landed // the failed ones, in the order of the run
}

// looking is the time between two looks at a run, and at its queue.
const looking = 250 * time.Millisecond

// Collect calls take for every unit that has landed, as soon as it has, and returns when
// all have landed or failed; without wait, when take has seen those that have landed now.
// While it waits it repairs the queue: a unit that is neither queued nor landed, because
// a publisher or a worker ended in between, is queued again, and one whose deliveries
// are used up, because its workers died, fails.
func (c *Cluster) Collect(ctx context.Context, r Run, wait bool, take func(Landed) error, progress func(Tally)) (Tally, error) {
	units, err := c.units(ctx, r)
	if err != nil {
		if _, gone := c.Run(ctx, r.ID); errors.As(gone, new(*UnknownRunError)) {
			err = gone
		}
		return Tally{}, err
	}
	x := &collection{Cluster: c, run: r, units: units, over: make(map[string]bool, len(units)), why: map[string]Landed{}, quiet: time.Now()}
	for _, u := range units {
		x.over[u] = false
	}
	for {
		err := x.look(ctx, take)
		if err == nil && x.moved {
			progress(x.tally())
		}
		if t := x.tally(); err == nil && (!wait || t.Done+t.Failed == t.Units) {
			t.Given = x.given()
			return t, nil
		}
		if err == nil {
			err = x.care(ctx)
		}
		if ctx.Err() != nil {
			return x.tally(), ctx.Err()
		}
		var refused *takeError
		if errors.As(err, &refused) {
			return x.tally(), refused.err
		}
		pause(ctx, min(looking, c.wait/4)) // whatever it was, the server may be back
	}
}

// collection is the state of Collect.
type collection struct {
	*Cluster
	run      Run
	units    []string
	over     map[string]bool // by unit: its files were taken
	done     int
	why      map[string]Landed // of failed units
	revision uint64
	begun    bool
	moved    bool      // something has landed, or this was the first look
	quiet    time.Time // since when nothing has landed, or the queue was repaired
}

// takeError is an error that trying again does not mend.
type takeError struct{ err error }

func (e *takeError) Error() string { return e.err.Error() }

// look takes what has landed since the last look.
func (x *collection) look(ctx context.Context, take func(Landed) error) error {
	x.moved = !x.begun
	x.begun = true
	err := x.landed(ctx, x.run.ID, x.revision, func(l Landed, revision uint64) error {
		over, known := x.over[l.Unit]
		if !known || over {
			return nil
		}
		delete(x.why, l.Unit) // to be done again
		switch {
		case l.Failed != "":
			x.why[l.Unit] = l
		case l.Attempt != "":
			if err := take(l); err != nil {
				return &takeError{err}
			}
			x.over[l.Unit] = true
			x.done++
		}
		x.revision, x.moved = max(x.revision, revision), true
		return nil
	})
	if x.moved {
		x.quiet = time.Now()
	}
	return err
}

func (x *collection) tally() Tally { return Tally{len(x.units), x.done, len(x.why), nil} }

// given are the failed units in the order of the run.
func (x *collection) given() (list []Landed) {
	for _, u := range x.units {
		if l, failed := x.why[u]; failed {
			list = append(list, l)
		}
	}
	return list
}

// care repairs the queue once nothing has landed for a while.
func (x *collection) care(ctx context.Context) error {
	if time.Since(x.quiet) < x.wait/2 {
		return nil
	}
	x.quiet = time.Now()
	if _, err := x.Run(ctx, x.run.ID); errors.As(err, new(*UnknownRunError)) {
		return &takeError{err} // it was removed
	}
	if err := x.bury(ctx); err != nil {
		return err
	}
	return x.requeue(ctx)
}

// bury fails the units whose messages are not delivered any more. The server keeps such a
// message: it is one that the consumer has passed without waiting for its receipt.
func (x *collection) bury(ctx context.Context) error {
	consumer, err := x.queue.Consumer(ctx, x.run.Class)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return x.Cluster.consumer(ctx, x.run.Class)
	}
	if err != nil {
		return said("the queue", err)
	}
	info := consumer.CachedInfo()
	passed := info.AckFloor.Stream
	if info.NumAckPending == 0 {
		passed = info.Delivered.Stream
	}
	filter := subject(x.run.ID, x.run.Class, "*")
	for next := uint64(1); ; {
		msg, err := x.queue.GetMsg(ctx, next, jetstream.WithGetMsgSubject(filter))
		if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && msg.Sequence > passed {
			return nil
		}
		if err != nil {
			return said("the queue", err)
		}
		next = msg.Sequence + 1
		l := Landed{Unit: msg.Subject[len(filter)-1:], Attempt: "lost-" + rand.Text()[:10], Class: x.run.Class, Build: x.run.Build,
			Failed: fmt.Sprintf("given to %d workers, all of which ended without a result", MaxDeliver)}
		if _, err := x.settle(ctx, x.run.ID, l); err != nil {
			return err
		}
		if err := x.queue.Purge(ctx, jetstream.WithPurgeSubject(msg.Subject)); err != nil {
			return said("the queue", err)
		}
	}
}

// requeue queues units that are neither queued nor landed.
func (x *collection) requeue(ctx context.Context) error {
	waiting, err := x.waiting(ctx, x.run)
	if err != nil {
		return err
	}
	var lost []string
	for _, u := range x.units {
		if _, failed := x.why[u]; failed || x.over[u] || waiting[subject(x.run.ID, x.run.Class, u)] > 0 {
			continue
		}
		switch _, err := x.land.Get(ctx, x.run.ID+"."+u); { // it may have landed meanwhile
		case errors.Is(err, jetstream.ErrKeyNotFound):
			lost = append(lost, u)
		case err != nil:
			return said("unit "+u, err)
		}
	}
	_, err = x.publish(ctx, x.run, slices.Values(lost))
	return err
}
