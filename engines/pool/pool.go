// Package pool shares weights and decoders among the requests of many: weights are loaded
// when they are asked for, as far as there is memory for them, and requests for one decoder
// are decoded together.
//
// A [Model] is a checkpoint under a name, of which the tokenizer is always there and the
// numbers only while a decoder uses them. A [Decoder] is a preset with its options on a
// model; it opens an engine when the first request comes, and gives it up when another
// decoder needs the room. Passes of all engines take turns, so that each has all threads.
//
// A request waits in the queue of its decoder. The queue of all together is bounded, and
// who finds it full is refused (engines.ErrRefused).
package pool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/weights"
)

// Config bounds a pool.
type Config struct {
	Threads   int   // of a pass, ≥ 1
	Batch     int   // most requests at work together in one engine, ≥ 1
	Waiting   int   // most requests that wait, over all decoders
	Engines   int   // most engines open at once, ≥ 1
	Memory    int64 // bytes of weights in memory; requests may take half as many
	Positions int   // longest prompt with its answer, where a model has room for more
}

// Model is a checkpoint under a name.
type Model struct {
	Name      string
	Weights   weights.Name
	Codec     engines.Codec
	Spec      network.Spec // without digests
	Config    model.Config
	Positions int // longest prompt with its answer

	// Guarded by the pool's mutex.
	bytes  int64        // of the numbers: an estimate, until they were loaded
	digest string       // "" until they were loaded
	loaded *model.Model // nil while they are not in memory
	users  int          // engines open on it, or being opened
}

// Pool is safe for concurrent use.
type Pool struct {
	config Config
	models []*Model
	ctx    context.Context
	cancel context.CancelFunc
	turn   chan struct{} // holds a token while a pass runs

	mu       sync.Mutex
	changed  *sync.Cond // whenever what follows has changed
	decoders map[string]*Decoder
	opening  []*Decoder // those that wait for room, in order
	waiting  int
	active   int
	engines  int   // open, or being opened
	lent     int64 // bytes that requests of open engines take
	clock    int   // counts uses, to know which is the oldest
	closed   bool
	served   sync.WaitGroup
}

// New makes an empty pool.
func New(c Config) *Pool {
	p := &Pool{config: c, turn: make(chan struct{}, 1), decoders: map[string]*Decoder{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.changed = sync.NewCond(&p.mu)
	return p
}

// ErrName is why a model is not added under a name that another one has.
var ErrName = errors.New("give each its own name, as NAME=WEIGHTS")

// Add opens a checkpoint but for its numbers. All models are added before the first request.
func (p *Pool) Add(name string, w weights.Name) (*Model, error) {
	if slices.ContainsFunc(p.models, func(m *Model) bool { return m.Name == name }) {
		return nil, fmt.Errorf("two models are called %s: %w", name, ErrName)
	}
	got, err := (&library.Shelf{Heads: 1}).Open(w)
	if err != nil {
		return nil, err
	}
	if got.Codec == nil {
		return nil, fmt.Errorf("%s are random weights without a tokenizer; they measure cost and cannot write text", w)
	}
	m := &Model{Name: name, Weights: w, Codec: got.Codec, Config: got.Config, Spec: got.Config.Spec()}
	m.Positions = min(m.Spec.Context, p.config.Positions)
	if m.bytes = got.Bytes; m.bytes > p.config.Memory {
		return nil, fmt.Errorf("%s takes about %.3g GB, and %.3g GB are allowed for weights", w, float64(m.bytes)/1e9, float64(p.config.Memory)/1e9)
	}
	p.models = append(p.models, m)
	return m, nil
}

// Models are those of the pool, in the order in which they were added.
func (p *Pool) Models() []*Model { return p.models }

// Load is how many requests wait and are at work.
func (p *Pool) Load() (waiting, active int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting, p.active
}

// Digest is that of a model, "" before its numbers were loaded.
func (p *Pool) Digest(m *Model) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return m.digest
}

// Close takes no more requests and waits for those that it has. When ctx ends, they are cut
// short.
func (p *Pool) Close(ctx context.Context) {
	p.mu.Lock()
	p.closed = true
	p.changed.Broadcast()
	p.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		p.cancel()
		p.mu.Lock()
		p.changed.Broadcast()
		p.mu.Unlock()
	})
	defer stop()
	p.served.Wait()
	p.cancel()
}

// open makes the engine of a decoder when there is room for it. Engines are opened one at a
// time, so that it is known what the weights of one take when the next asks for room.
func (p *Pool) open(d *Decoder) (server, error) {
	m := d.model
	p.mu.Lock()
	p.opening = append(p.opening, d)
	for p.ctx.Err() == nil && (p.opening[0] != d || !p.room(m)) {
		p.changed.Wait()
	}
	p.engines++
	m.users++
	d.leaving = false
	loaded := m.loaded
	p.mu.Unlock()
	s, err := server(nil), p.ctx.Err()
	if loaded == nil && err == nil {
		loaded, err = p.load(m)
	}
	if err == nil {
		need := loaded.Memory(m.Positions, 1)
		d.need = max(1, need.Cache+need.Activations+need.Given)
		d.most = max(1, min(p.config.Batch, int(p.config.Memory/2/d.need)))
		s, err = d.make(loaded)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opening = slices.DeleteFunc(p.opening, func(o *Decoder) bool { return o == d })
	if d.open = err == nil; !d.open {
		p.release(d)
	}
	p.changed.Broadcast()
	return s, err
}

// load reads the numbers of a model.
func (p *Pool) load(m *Model) (*model.Model, error) {
	w, err := library.Open(m.Weights)
	if err != nil {
		return nil, err
	}
	if n := w.Model.Bytes(); n > p.config.Memory {
		return nil, fmt.Errorf("%s takes %.3g GB, and %.3g GB are allowed for weights", m.Name, float64(n)/1e9, float64(p.config.Memory)/1e9)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m.loaded, m.bytes, m.digest = w.Model, w.Model.Bytes(), w.Model.Digest()
	return w.Model, nil
}

// release gives the room of an engine back.
func (p *Pool) release(d *Decoder) {
	p.engines--
	d.model.users--
	p.changed.Broadcast()
}

// room reports whether an engine on a model may be opened. It lets go weights that nobody
// uses, and asks engines to leave where that would help: idle ones first, then those that
// were used least recently.
func (p *Pool) room(m *Model) bool {
	lack, slots := int64(0), p.engines-p.config.Engines+1
	if m.loaded == nil {
		lack = m.bytes - p.config.Memory
		for _, other := range p.models {
			if other.loaded != nil {
				lack += other.bytes
			}
		}
	}
	for _, other := range p.models {
		if lack > 0 && other.loaded != nil && other.users == 0 {
			other.loaded = nil
			lack -= other.bytes
			debug.FreeOSMemory()
		}
	}
	if lack <= 0 && slots <= 0 {
		return true
	}
	left := map[*Model]int{}
	for _, d := range p.leavers() {
		if lack <= 0 && slots <= 0 {
			break
		}
		if slots <= 0 && d.model == m {
			continue
		}
		d.leaving = true
		slots--
		if left[d.model]++; left[d.model] == d.model.users {
			lack -= d.model.bytes
		}
	}
	p.changed.Broadcast()
	return false
}

// leavers are the decoders with an open engine, in the order in which these may be asked to leave.
func (p *Pool) leavers() (open []*Decoder) {
	for _, d := range p.decoders {
		if d.open {
			open = append(open, d)
		}
	}
	slices.SortFunc(open, func(a, b *Decoder) int {
		return cmp.Or(cmp.Compare(min(1, a.active+len(a.waiting)), min(1, b.active+len(b.waiting))), cmp.Compare(a.used, b.used))
	})
	return open
}

// lend takes memory for n more requests of an engine with some at work, or for as many as it has
// room for. Where that is less, engines are asked to leave: idle ones, and others for a first request.
func (p *Pool) lend(d *Decoder, active, n int) int {
	grow, free := active+n-d.rooms, p.config.Memory/2-p.lent
	if p.lent == 0 {
		free = max(free, d.need) // one can always be at work
	}
	if most := int(max(0, free/d.need)); grow > most {
		asked := false
		for _, other := range p.leavers() {
			wants := int64(grow)
			if other.active+len(other.waiting) > 0 {
				wants = int64(1 - min(1, d.rooms))
			}
			if other != d && other.rooms > 0 && free < wants*d.need {
				asked = asked || !other.leaving
				other.leaving = true
				free += int64(other.rooms) * other.need
			}
		}
		if asked {
			p.changed.Broadcast()
		}
		n -= grow - most
		grow = most
	}
	if n = max(0, n); grow > 0 {
		d.rooms += grow
		p.lent += int64(grow) * d.need
	}
	return n
}

// ErrClosed is why a pool that is being closed takes no request.
var ErrClosed = errors.New("the server is shutting down")
