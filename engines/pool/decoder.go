package pool

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/model"
)

// Decoder is a preset with its options on a model, and the requests for it.
type Decoder struct {
	Info engines.Info // with all options resolved

	pool  *Pool
	model *Model
	key   string
	make  func(*model.Model) (server, error)
	most  int // requests at work together

	// Guarded by the pool's mutex.
	waiting []*request
	active  int
	need    int64 // most bytes that a request takes
	rooms   int   // most requests that were at work together: the engine keeps memory for them
	used    int   // by the pool's clock
	running bool  // run is under way
	open    bool  // its engine is
	leaving bool  // the engine is to be closed when nothing is at work
	turned  bool  // it has the turn; of its own goroutine
}

// server is an engine that serves a queue.
type server interface {
	Serve(ctx context.Context, q engines.Queue) error
	Close() error
}

// request is one of a queue.
type request struct {
	engines.Pending
	of *Decoder
}

// maxDecoders is how many decoders are remembered.
const maxDecoders = 256

// Decoder finds a decoder. The error says which name or option is not allowed.
func (p *Pool) Decoder(m *Model, engine, preset string, o engines.Options) (*Decoder, error) {
	found, err := decoders.Find(engine, preset)
	if err != nil {
		return nil, err
	}
	options, err := engines.Resolve(found, o)
	if err != nil {
		return nil, err
	}
	return p.remember(m, fmt.Sprint(engine, " ", found.Name, options), func() (*Decoder, error) {
		info, err := decoders.About(m.Spec, engine, found.Name, options)
		if err != nil {
			return nil, err
		}
		return &Decoder{Info: info, make: func(w *model.Model) (server, error) {
			return decoders.Open(w, p.config.Threads, engine, found.Name, options)
		}}, nil
	})
}

// remember finds the decoder of a key, or makes it.
func (p *Pool) remember(m *Model, key string, create func() (*Decoder, error)) (*Decoder, error) {
	key = m.Name + " " + key
	p.mu.Lock()
	defer p.mu.Unlock()
	d, known := p.decoders[key]
	if !known {
		var err error
		if d, err = create(); err != nil {
			return nil, err
		}
		d.pool, d.model, d.key = p, m, key
		if len(p.decoders) >= maxDecoders {
			p.forget()
		}
		p.decoders[key] = d
	}
	p.clock++
	d.used = p.clock
	return d, nil
}

// forget drops decoders that nobody uses.
func (p *Pool) forget() {
	for key, d := range p.decoders {
		if !d.running {
			delete(p.decoders, key)
		}
	}
}

// Send puts requests into the queue, all or none. The error is that of a full queue
// (engines.ErrRefused), or of a pool that is closed (ErrClosed).
func (d *Decoder) Send(list ...engines.Pending) error {
	p := d.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return ErrClosed
	case p.waiting+len(list) > p.config.Waiting:
		return fmt.Errorf("%w: %d requests wait, and %d may", engines.ErrRefused, p.waiting, p.config.Waiting)
	}
	for _, one := range list {
		d.waiting = append(d.waiting, &request{one, d})
	}
	p.waiting += len(list)
	p.decoders[d.key] = d // it may have been forgotten since
	if !d.running {
		d.running = true
		p.served.Go(d.run)
	}
	p.changed.Broadcast()
	return nil
}

// Leave takes a request out of the queue, if it still waits there.
func (d *Decoder) Leave(r engines.Pending) {
	d.pool.mu.Lock()
	at := slices.IndexFunc(d.waiting, func(w *request) bool { return w.Pending == r })
	if at >= 0 {
		d.waiting = slices.Delete(d.waiting, at, at+1)
		d.pool.waiting--
	}
	d.pool.mu.Unlock()
	if at >= 0 {
		r.Done(engines.Result{Finish: engines.FinishCancelled}, context.Canceled)
	}
}

// run has an engine decode what waits, until nothing does and the room is needed.
func (d *Decoder) run() {
	p := d.pool
	for {
		s, err := p.open(d)
		if err == nil {
			err = s.Serve(p.ctx, d)
			s.Close()
		}
		d.yield()
		p.mu.Lock()
		if d.open {
			d.open = false
			p.lent -= int64(d.rooms) * d.need
			d.rooms = 0
			p.release(d)
		}
		var lost []*request
		if err != nil { // of the weights or of a pass: nothing that waits would fare better
			lost, d.waiting = d.waiting, nil
			p.waiting -= len(lost)
		}
		d.running = len(d.waiting) > 0
		again := d.running
		p.mu.Unlock()
		for _, r := range lost {
			r.Pending.Done(engines.Result{Finish: engines.FinishCancelled}, err)
		}
		if !again {
			return
		}
	}
}

// yield lets others have a pass.
func (d *Decoder) yield() {
	if d.turned {
		<-d.pool.turn
		d.turned = false
	}
}

// Take implements engines.Queue. Between passes other engines have their turn.
func (d *Decoder) Take(active int) (joining []engines.Pending, open bool) {
	d.yield()
	p := d.pool
	p.mu.Lock()
	n := 0
	for !d.leaving {
		n = p.lend(d, active, max(0, min(len(d.waiting), d.most-active)))
		if active > 0 || n > 0 || p.closed && len(d.waiting) == 0 || p.ctx.Err() != nil {
			break
		}
		p.changed.Wait()
		n = 0
	}
	for _, r := range d.waiting[:n] {
		joining = append(joining, r)
	}
	d.waiting = slices.Delete(d.waiting, 0, n)
	p.waiting -= n
	p.active += n
	d.active += n
	open = !d.leaving && !(p.closed && len(d.waiting) == 0) && p.ctx.Err() == nil
	p.mu.Unlock()
	if active+len(joining) > 0 {
		p.turn <- struct{}{}
		d.turned = true
	}
	return joining, open
}

// Done implements engines.Pending.
func (r *request) Done(result engines.Result, err error) {
	p := r.of.pool
	p.mu.Lock()
	p.active--
	r.of.active--
	p.mu.Unlock()
	r.Pending.Done(result, err)
}

// Hold brings the numbers of a model into memory and keeps them there until they are let go,
// as an open engine does. It waits for room.
func (p *Pool) Hold(m *Model) (w *model.Model, release func(), err error) {
	d := &Decoder{model: m, make: func(loaded *model.Model) (server, error) {
		w = loaded
		return nil, nil
	}}
	if _, err := p.open(d); err != nil {
		return nil, nil, err
	}
	return w, sync.OnceFunc(func() {
		p.mu.Lock()
		p.release(d)
		p.mu.Unlock()
	}), nil
}

// Rated is a text whose likelihood is asked for, as a request of the decoder of [Pool.Rater].
type Rated interface {
	engines.Pending
	// Rate is called in the place of Wrote, with a scorer that reads from left to right.
	Rate(*likelihood.Scorer) error
}

// Rater is the decoder that writes nothing and rates texts ([Rated]).
func (p *Pool) Rater(m *Model) *Decoder {
	d, _ := p.remember(m, "likelihood", func() (*Decoder, error) {
		return &Decoder{make: func(w *model.Model) (server, error) { return &rater{model.NewSession(w, p.config.Threads)}, nil }}, nil
	})
	return d
}

type rater struct{ session *model.Session }

// Close ends its threads.
func (r *rater) Close() error {
	r.session.Close()
	return nil
}

// Serve rates the texts of a queue.
func (r *rater) Serve(ctx context.Context, q engines.Queue) error {
	scorer := likelihood.New(r.session)
	for open := true; open; {
		var list []engines.Pending
		list, open = q.Take(0)
		for _, p := range list {
			err := ctx.Err()
			if err == nil {
				err = p.(*request).Pending.(Rated).Rate(scorer)
			}
			p.Done(engines.Result{}, err)
		}
	}
	return ctx.Err()
}
