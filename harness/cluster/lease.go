package cluster

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrLeaseLost says that a worker was silent for so long that its host or endpoint
// was given to another one.
var ErrLeaseLost = errors.New("this worker was silent for too long: its host or endpoint has gone to another one")

// A lease is a host or an endpoint that a worker has for itself until it is silent
// for the time limit of the locks.
type lease struct {
	kv       jetstream.KeyValue
	key      string
	value    []byte
	revision uint64
	until    time.Time // it may be another's then
}

// lockKey is the key of a host or an endpoint, whose names may hold anything.
func lockKey(what string) string {
	sum := sha256.Sum256([]byte(what))
	return fmt.Sprintf("%x", sum[:12])
}

// lease waits for a host or an endpoint and takes it for a worker. waiting is called now and then
// while another worker has it and shows that it is alive.
func (c *Cluster) lease(ctx context.Context, what, worker string, waiting func()) (*lease, error) {
	l := &lease{kv: c.locks, key: lockKey(what), value: []byte(what + ": " + worker)}
	seen := uint64(0)
	for {
		asked := time.Now()
		var err error
		l.revision, err = c.locks.Create(ctx, l.key, l.value)
		if err == nil {
			l.until = asked.Add(c.wait)
			return l, nil
		}
		if !errors.Is(err, jetstream.ErrKeyExists) && !conflict(err) && ctx.Err() == nil {
			return nil, said("the lock of "+what, err)
		}
		if e, err := c.locks.Get(ctx, l.key); err == nil && e.Revision() != seen {
			seen = e.Revision()
			waiting()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(c.wait/20, 200*time.Millisecond)):
		}
	}
}

// renew keeps the lease. It is lost when another worker has it, or might have.
func (l *lease) renew(ctx context.Context, wait time.Duration) error {
	asked := time.Now()
	revision, err := l.kv.Update(ctx, l.key, l.value, l.revision)
	switch {
	case err == nil:
		l.revision, l.until = revision, asked.Add(wait)
		return nil
	case conflict(err) || time.Now().After(l.until):
		return ErrLeaseLost
	}
	return nil // the server may be back in time
}

// release gives the lease back.
func (l *lease) release(ctx context.Context) {
	l.kv.Delete(ctx, l.key, jetstream.LastRevision(l.revision))
}

// held are the leases of a worker at work.
type held struct {
	c      *Cluster
	mu     sync.Mutex
	leases []*lease
}

func (h *held) add(l *lease) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leases = append(h.leases, l)
}

func (h *held) renew(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.leases {
		if err := l.renew(ctx, h.c.wait); err != nil {
			return err
		}
	}
	return nil
}

// release gives all back, also when ctx has ended.
func (h *held) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.leases {
		l.release(ctx)
	}
}
