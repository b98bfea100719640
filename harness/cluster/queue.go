package cluster

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"dllmbench/engines/userfile"

	"github.com/nats-io/nats.go/jetstream"
)

// MaxUnits is the most units of a run.
const MaxUnits = 1 << 20

// maxAtWork is how many units of a class are at work at a time, those of workers that died included.
const maxAtWork = 10_000

// inFlight is how many messages are sent before their receipts are waited for.
const inFlight = 256

// Submit queues the units of a run. plan is kept for whoever collects ([Cluster.Plan]). A run
// that is submitted again, because that was broken off, is completed: units that are queued or
// done stay as they are. It returns how many are new in the queue. The error is a [*TakenError] if the id
// belongs to another run.
func (c *Cluster) Submit(ctx context.Context, r Run, units []string, plan []byte) (int, error) {
	if err := CheckID(r.ID); err != nil {
		return 0, err
	}
	if len(units) > MaxUnits {
		return 0, fmt.Errorf("%d units; allowed are at most %d", len(units), MaxUnits)
	}
	for _, u := range units {
		if !token.MatchString(u) {
			return 0, fmt.Errorf("%.120q is no id of a unit", u)
		}
	}
	r.Units = len(units)
	list := []byte(strings.Join(units, "\n"))
	r.Divided = fmt.Sprintf("%x", sha256.Sum256(list))
	if err := c.consumer(ctx, r.Class); err != nil {
		return 0, err
	}
	there, err := c.Run(ctx, r.ID)
	if errors.As(err, new(*UnknownRunError)) {
		there, err = c.create(ctx, r, list, plan)
	}
	if err != nil {
		return 0, err
	}
	if !bytes.Equal(there.key(), r.key()) {
		return 0, &TakenError{r.ID}
	}
	done := map[string]bool{}
	if err := c.landed(ctx, r.ID, 0, func(l Landed, _ uint64) error { done[l.Unit] = true; return nil }); err != nil {
		return 0, err
	}
	return c.publish(ctx, r, func(yield func(string) bool) {
		for _, u := range units {
			if !done[u] && !yield(u) {
				return
			}
		}
	})
}

// create puts a run on the server and returns it, or the one that another publisher put there first.
func (c *Cluster) create(ctx context.Context, r Run, units, plan []byte) (Run, error) {
	value, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	if most := c.nc.MaxPayload() - 4096; int64(len(value)) > most {
		return r, fmt.Errorf("the scenario takes %d bytes on the server; allowed are %d (max_payload)", len(value), most)
	}
	if _, err := c.results.PutBytes(ctx, r.stored("units"), units); err != nil {
		return r, said("the list of units", err)
	}
	if _, err := c.results.PutBytes(ctx, r.stored("plan"), plan); err != nil {
		return r, said("the plan", err)
	}
	_, err = c.runs.Create(ctx, r.ID, value)
	if errors.Is(err, jetstream.ErrKeyExists) || conflict(err) {
		return c.Run(ctx, r.ID)
	}
	return r, said("run "+r.ID, err)
}

// TakenError says that an id belongs to another run.
type TakenError struct{ ID string }

func (e *TakenError) Error() string {
	return fmt.Sprintf("run %s is on the server with another scenario, class, build or number of machines: choose another id", e.ID)
}

// consumer makes the consumer that all workers of a class share.
func (c *Cluster) consumer(ctx context.Context, class string) error {
	if !token.MatchString(class) {
		return &NameError{fmt.Sprintf("%.120q is no class of machines: cluster status shows those of the workers", class)}
	}
	_, err := c.queue.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: class, FilterSubject: subject("*", class, ">"), AckPolicy: jetstream.AckExplicitPolicy, AckWait: c.wait,
		MaxDeliver: MaxDeliver, DeliverPolicy: jetstream.DeliverAllPolicy, MaxAckPending: maxAtWork,
	})
	return said("the consumer of class "+class, err)
}

// publish queues units and returns how many are new; those that are queued already stay so.
func (c *Cluster) publish(ctx context.Context, r Run, units iter.Seq[string]) (n int, err error) {
	var sent []jetstream.PubAckFuture
	settle := func() error {
		for _, f := range sent {
			select {
			case <-f.Ok():
				n++
			case err := <-f.Err():
				if !queued(err) {
					return said("a unit", err)
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		sent = sent[:0]
		return nil
	}
	key := r.key()
	for u := range units {
		f, err := c.js.PublishAsync(subject(r.ID, r.Class, u), key)
		if err != nil {
			return n, said("a unit", err)
		}
		if sent = append(sent, f); len(sent) == inFlight {
			if err := settle(); err != nil {
				return n, err
			}
		}
	}
	return n, settle()
}

// queued reports whether a message was refused because its subject has one.
func queued(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && strings.Contains(api.Description, "maximum messages per subject exceeded") // its code stands for every failure to store
}

// units reads the list of the units of a run, in order.
func (c *Cluster) units(ctx context.Context, r Run) ([]string, error) {
	o, err := c.results.Get(ctx, r.stored("units"))
	if err != nil {
		return nil, said("the list of units", err)
	}
	defer o.Close()
	var list []string
	lines := bufio.NewScanner(io.LimitReader(o, int64(r.Units)*101+1))
	for lines.Scan() {
		if list = append(list, lines.Text()); !token.MatchString(lines.Text()) || len(list) > r.Units {
			return nil, fmt.Errorf("the list of units of run %s is damaged", r.ID)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, said("the list of units", err)
	}
	if len(list) != r.Units {
		return nil, fmt.Errorf("the list of units of run %s has %d of %d", r.ID, len(list), r.Units)
	}
	return list, nil
}

// maxPlan bounds the plan of a run, in bytes.
const maxPlan = 1 << 28

// Plan is what Submit was given with the run.
func (c *Cluster) Plan(ctx context.Context, r Run) ([]byte, error) {
	o, err := c.results.Get(ctx, r.stored("plan"))
	if err != nil {
		return nil, said("the plan", err)
	}
	defer o.Close()
	return userfile.ReadAll(o, "the plan of run "+r.ID, maxPlan)
}

// Status says how far a run is.
type Status struct {
	Run    Run      `json:"run"`
	Done   int      `json:"done"`
	Failed []Landed `json:"failed,omitempty"`
	Queued int      `json:"queued"` // messages on the server, those at work included
	Atwork int      `json:"at_work"`
	// Losers are files of attempts that do not count: others were first, or their worker ended.
	Losers []string `json:"losers,omitempty"`
}

// Status reads how far a run is.
func (c *Cluster) Status(ctx context.Context, id string) (Status, error) {
	r, err := c.Run(ctx, id)
	if err != nil {
		return Status{}, err
	}
	s := Status{Run: r}
	kept := map[string]string{} // by unit: the attempt that counts
	err = c.landed(ctx, id, 0, func(l Landed, _ uint64) error {
		if kept[l.Unit] = l.Attempt; l.Failed != "" {
			s.Failed = append(s.Failed, l)
		} else {
			s.Done++
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	if s.Losers, err = c.losers(ctx, id, kept); err != nil {
		return s, err
	}
	waiting, err := c.waiting(ctx, r)
	if err != nil {
		return s, err
	}
	s.Queued = len(waiting)
	if cons, err := c.queue.Consumer(ctx, r.Class); err == nil {
		s.Atwork = cons.CachedInfo().NumAckPending
	}
	return s, nil
}

// waiting are the subjects of a run that have a message.
func (c *Cluster) waiting(ctx context.Context, r Run) (map[string]uint64, error) {
	info, err := c.queue.Info(ctx, jetstream.WithSubjectFilter(subject(r.ID, r.Class, "*")))
	if err != nil {
		return nil, said("the queue", err)
	}
	return info.State.Subjects, nil
}

// Retry queues the failed units of a run again and returns their number.
func (c *Cluster) Retry(ctx context.Context, id string) (int, error) {
	r, err := c.Run(ctx, id)
	if err != nil {
		return 0, err
	}
	failed := map[string]uint64{}
	err = c.landed(ctx, id, 0, func(l Landed, revision uint64) error {
		if l.Failed != "" {
			failed[l.Unit] = revision
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var again []string
	for u, revision := range failed {
		err := c.land.Delete(ctx, id+"."+u, jetstream.LastRevision(revision))
		if err != nil && !conflict(err) {
			return 0, said("unit "+u, err)
		}
		if err == nil {
			again = append(again, u)
		}
	}
	_, err = c.publish(ctx, r, slices.Values(again))
	return len(again), err
}

// now is the present in the form of records.
func now() string { return time.Now().UTC().Format(time.RFC3339) }
