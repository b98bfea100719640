package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Task is a unit that a worker is to do.
type Task struct {
	Run      Run
	Unit     string
	Delivery int // from 1
	// Endpoint takes an endpoint for this worker alone, until the task ends. It may wait
	// for another worker.
	Endpoint func(ctx context.Context, name string) error
}

// Worker does units, one at a time.
type Worker struct {
	Cluster *Cluster
	ID      string // unlike that of any other worker
	Machine Machine
	// Do does a unit and returns its files, by name; ctx ends when the result is not wanted
	// any more. What it has done may be kept for another delivery to the same worker.
	Do func(ctx context.Context, t Task) (files map[string]string, err error)
	// Advance is a number that changes when the task advances; it may be read at any time.
	Advance func() int64
	// Patience is how long a task may do nothing that changes Advance before it counts as
	// stuck and its message is left to others; at least the cluster's AckWait.
	Patience func() time.Duration
	// Landed is called when a task has ended and its files are not needed here any more.
	Landed func(t Task)
	Log    func(format string, args ...any)
	Idle   time.Duration // without work, after which the worker ends; 0 for never

	last Run // that a unit was of
}

// ErrStalled says that a task did not advance.
var ErrStalled = errors.New("the run does not advance: its unit is left to other workers")

// Work does what the queue of the worker's class holds until ctx ends, or nothing has
// come for Idle. A unit that is interrupted goes back to the queue.
func (w *Worker) Work(ctx context.Context) error {
	announced, stop := context.WithCancel(ctx)
	doing := make(chan string, 1)
	var there sync.WaitGroup
	there.Go(func() { w.announce(announced, doing) })
	defer there.Wait() // it takes itself off the list
	defer stop()
	last := time.Now()
	for ctx.Err() == nil {
		var found bool
		err := w.turn(ctx, doing, &found)
		if found {
			last = time.Now()
		}
		if w.Idle > 0 && time.Since(last) > w.Idle {
			w.Log("no work for %v", w.Idle)
			return nil
		}
		if err != nil && ctx.Err() == nil {
			w.Log("%v", err)
			pause(ctx, min(w.Cluster.wait/4, 5*time.Second))
		}
	}
	return context.Cause(ctx)
}

// pause waits unless ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// announce says that the worker is there, and what it does.
func (w *Worker) announce(ctx context.Context, doing <-chan string) {
	key, unit := w.Machine.Class()+"."+w.ID, ""
	tick := time.NewTicker(w.Cluster.wait / 2)
	defer tick.Stop()
	for {
		w.Cluster.workers.Put(ctx, key, w.Machine.record(unit))
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			w.Cluster.workers.Delete(last, key)
			return
		case unit = <-doing:
		case <-tick.C:
		}
	}
}

// turn takes the host, does one unit if there is one, and lets the host go.
func (w *Worker) turn(ctx context.Context, doing chan<- string, found *bool) error {
	c := w.Cluster
	consumer, err := c.queue.Consumer(ctx, w.Machine.Class())
	if errors.Is(err, jetstream.ErrConsumerNotFound) { // no run for this class yet
		pause(ctx, time.Second)
		return nil
	}
	if err != nil {
		return said("the queue", err)
	}
	host, err := c.lease(ctx, "host "+w.Machine.Host, w.ID, func() {})
	if err != nil {
		return err
	}
	h := &held{c: c, leases: []*lease{host}}
	defer h.release(ctx)
	limited, cancel := context.WithTimeout(ctx, min(c.wait/3, 5*time.Second))
	defer cancel()
	batch, err := consumer.Fetch(1, jetstream.FetchContext(limited))
	if err != nil {
		return said("the queue", err)
	}
	for msg := range batch.Messages() {
		*found = true
		say := func(unit string) {
			select {
			case doing <- unit:
			case <-ctx.Done(): // nobody listens any more
			}
		}
		say(strings.TrimPrefix(msg.Subject(), "q."))
		err = w.deliver(ctx, msg, h)
		say("")
		return err
	}
	if err := batch.Error(); err != nil && limited.Err() == nil && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, jetstream.ErrNoMessages) {
		return said("the queue", err)
	}
	return nil
}

// deliver does the unit of a message and says what became of it.
func (w *Worker) deliver(ctx context.Context, msg jetstream.Msg, h *held) error {
	c := w.Cluster
	meta, err := msg.Metadata()
	if err != nil {
		return err
	}
	part := strings.Split(msg.Subject(), ".")
	if len(part) != 4 {
		return msg.TermWithReason("no subject of a unit")
	}
	if w.last.ID != part[1] || !bytes.Equal(w.last.key(), msg.Data()) {
		w.last, err = c.Run(ctx, part[1])
		if errors.As(err, new(*UnknownRunError)) || err == nil && !bytes.Equal(w.last.key(), msg.Data()) {
			return msg.TermWithReason("the run was removed")
		} else if err != nil {
			return err
		}
	}
	t := Task{Run: w.last, Unit: part[3], Delivery: int(meta.NumDelivered)}
	if _, err := c.land.Get(ctx, t.Run.ID+"."+t.Unit); err == nil { // done by a worker that did not come to say so
		return msg.DoubleAck(ctx)
	}
	mine := Landed{Unit: t.Unit, Attempt: fmt.Sprintf("%d-%s", t.Delivery, strings.ToLower(rand.Text()[:10])), Host: w.Machine.Host, Class: w.Machine.Class(), Build: w.Machine.Build, Worker: w.ID}
	files, err := w.attempt(ctx, t, msg, h)
	if err == nil {
		return w.bring(ctx, t, msg, mine, files)
	}
	last := t.Delivery >= MaxDeliver
	switch {
	case errors.Is(err, ErrLeaseLost), errors.Is(err, ErrStalled): // another worker has the message, or gets it soon
		return fmt.Errorf("unit %s of %s: %w", t.Unit, t.Run.ID, err)
	case ctx.Err() != nil:
		w.Log("unit %s of %s goes back to the queue", t.Unit, t.Run.ID)
		return w.putBack(ctx, t, msg, last)
	case !last:
		w.Log("unit %s of %s, delivery %d of %d: %v", t.Unit, t.Run.ID, t.Delivery, MaxDeliver, err)
		return msg.NakWithDelay(min(c.wait, time.Duration(t.Delivery)*time.Second))
	}
	mine.Failed = fmt.Sprintf("%.2000s", err.Error())
	if _, err := c.settle(ctx, t.Run.ID, mine); err != nil {
		return err
	}
	w.Log("unit %s of %s is given up: %v", t.Unit, t.Run.ID, err)
	return msg.TermWithReason("failed")
}

// putBack gives a unit back that a signal has interrupted. An interruption is no failure:
// the last delivery becomes the first one of a new message.
func (w *Worker) putBack(ctx context.Context, t Task, msg jetstream.Msg, last bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if !last {
		if err := msg.NakWithDelay(min(w.Cluster.wait, time.Second)); err != nil {
			return err
		}
		return w.Cluster.nc.FlushWithContext(ctx)
	}
	if err := msg.DoubleAck(ctx); err != nil { // if this is where the worker ends, Collect queues the unit
		return err
	}
	_, err := w.Cluster.publish(ctx, t.Run, slices.Values([]string{t.Unit}))
	return err
}

// bring stores the files of a unit that is done, and lands it. While the server is away
// it is tried again: the work is done.
func (w *Worker) bring(ctx context.Context, t Task, msg jetstream.Msg, mine Landed, files map[string]string) error {
	c := w.Cluster
	for try := time.Now(); ; {
		err := c.land1(ctx, t.Run, mine, files, msg, w.Log)
		if err == nil {
			err = msg.DoubleAck(ctx)
			if err == nil || time.Since(try) > patience { // whoever gets the message sees that the unit has landed
				w.Landed(t)
				return nil
			}
		}
		if ctx.Err() != nil {
			return err
		}
		w.Log("unit %s of %s is done and waits for the server: %v", t.Unit, t.Run.ID, err)
		msg.InProgress()
		pause(ctx, min(c.wait/10, 2*time.Second))
	}
}

// land1 stores and lands a unit once. Large files may take long, as long as they advance.
func (c *Cluster) land1(ctx context.Context, of Run, mine Landed, files map[string]string, msg jetstream.Msg, log func(string, ...any)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := max(time.Minute, c.wait)
	stalled := time.AfterFunc(limit, cancel)
	defer stalled.Stop()
	mine.Files = nil
	run := of.ID
	told := time.Now()
	err := c.store(ctx, run, &mine, files, func() {
		stalled.Reset(limit)
		if time.Since(told) > c.wait/3 {
			told = time.Now()
			msg.InProgress()
		}
	})
	if err != nil {
		return err
	}
	if now, err := c.Run(ctx, run); errors.As(err, new(*UnknownRunError)) || err == nil && !bytes.Equal(now.key(), of.key()) {
		log("run %s was removed: unit %s does not count", run, mine.Unit)
		for _, f := range mine.Files {
			c.results.Delete(ctx, object(run, mine, f.Name))
		}
		return nil
	}
	first, err := c.settle(ctx, run, mine)
	if err == nil && !first {
		log("unit %s of %s was done by another worker first: attempt %s does not count", mine.Unit, run, mine.Attempt)
	}
	return err
}

// attempt does a unit while it tells the server that the unit advances.
func (w *Worker) attempt(ctx context.Context, t Task, msg jetstream.Msg, h *held) (files map[string]string, err error) {
	c := w.Cluster
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	waits := make(chan struct{}, 1) // signs of life of a worker that is waited for
	t.Endpoint = func(ctx context.Context, name string) error {
		l, err := c.lease(ctx, "endpoint "+name, w.ID, func() {
			select {
			case waits <- struct{}{}:
			default:
			}
		})
		if err == nil {
			h.add(l)
		}
		return err
	}
	ended := make(chan struct{})
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		tick := time.NewTicker(c.wait / 3)
		defer tick.Stop()
		at, moved := w.Advance(), time.Now()
		for {
			select {
			case <-ended:
				return
			case <-waits:
				moved = time.Now()
			case <-tick.C:
				if n := w.Advance(); n != at {
					at, moved = n, time.Now()
				}
				if time.Since(moved) > max(c.wait, w.Patience()) {
					cancel(ErrStalled)
					return
				}
				msg.InProgress()
				if err := h.renew(ctx); err != nil {
					cancel(err)
					return
				}
			}
		}
	}()
	files, err = w.Do(ctx, t)
	close(ended)
	<-beating
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return files, err
}
