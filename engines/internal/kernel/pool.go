package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// spins is how often a worker looks for news before it parks: about 0.2 ms, as long as
// it takes to wake it. The caller, who waits for workers that are on their way, parks sooner.
const (
	spins       = 1 << 12
	callerSpins = 1 << 10
)

// Pool runs loops on a fixed number of threads: the caller and threads-1 worker
// goroutines. Workers spin briefly after a job, then sleep, so a job costs
// about a microsecond to start while a forward pass is running and nothing
// while it is not.
//
// A Pool serves one caller at a time. Calling its methods from two goroutines
// at once, or from inside the function given to [Pool.Do], panics.
type Pool struct {
	threads int
	workers []*worker
	exited  sync.WaitGroup

	// The current job. Written only while no worker is inside one.
	f       func(int)
	n       int64
	closing bool
	product product     // the operands of MatMul
	part    func(i int) // product.part, bound once
	busy    atomic.Bool // a call is under way
	failed  atomic.Pointer[failure]
	next    atomic.Int64  // first index that nobody has taken
	state   atomic.Uint64 // number of the job <<16 | open <<15 | workers inside
	pending atomic.Int64  // workers inside that have not left (see Pool.run)
	waiting atomic.Bool   // the caller sleeps on idle
	idle    chan struct{}
}

const (
	stateJob  = 1 << 16
	stateOpen = 1 << 15
)

type worker struct {
	parked atomic.Bool
	wake   chan struct{}
}

// failure is a panic in f, kept to be raised again in the caller.
type failure struct{ value any }

// NewPool starts a pool of the given number of threads, at least 1. With one
// thread everything runs in the caller.
func NewPool(threads int) *Pool {
	if threads < 1 {
		panic("kernel: a pool needs at least one thread")
	}
	p := &Pool{threads: threads, idle: make(chan struct{}, 1)}
	p.part = p.product.part
	for range threads - 1 {
		w := &worker{wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		p.exited.Add(1)
		go p.work(w)
	}
	return p
}

// Threads returns the number of threads, the caller's included.
func (p *Pool) Threads() int { return p.threads }

// Close ends the workers and returns when they are gone. The pool must not be
// used afterwards, except that Close may be called again.
func (p *Pool) Close() {
	p.closing = true
	p.announce(len(p.workers))
	p.exited.Wait()
	p.workers = nil
}

// Do calls f(i) for every i in [0, n), spread over the threads, and returns when
// all calls have returned. Indices are handed out one by one in rising order, so
// uneven work balances itself. If an f panics, no further indices are handed
// out and Do panics with the same value. f must not call runtime.Goexit.
func (p *Pool) Do(n int, f func(i int)) {
	p.enter()
	p.run(n, f)
	p.busy.Store(false)
}

const errNested = "kernel: nested or concurrent use of a Pool"

// enter marks the pool as in use.
func (p *Pool) enter() {
	if !p.busy.CompareAndSwap(false, true) {
		panic(errNested)
	}
}

// run is Do for a caller that has entered the pool.
func (p *Pool) run(n int, f func(i int)) {
	p.f, p.n = f, int64(n)
	p.next.Store(0)
	helpers := min(len(p.workers), n-1)
	if helpers > 0 {
		p.announce(helpers)
	}
	p.takePart()
	if helpers > 0 {
		p.retire()
	}
	p.f = nil
	if e := p.failed.Load(); e != nil {
		p.failed.Store(nil)
		p.busy.Store(false)
		panic(e.value)
	}
}

// announce opens a new job and wakes up to helpers sleeping workers.
func (p *Pool) announce(helpers int) {
	job := p.state.Load()/stateJob + 1
	p.pending.Store(0)
	p.state.Store(job*stateJob | stateOpen)
	for _, w := range p.workers[:helpers] {
		if w.parked.Load() && w.parked.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
}

// retire closes the job, so that no late worker enters, and waits for those
// that did. Leaving workers subtract 1 from pending; the number that entered is
// known and added here, so pending reaches 0 exactly when the last one leaves.
func (p *Pool) retire() {
	var s uint64
	for {
		s = p.state.Load()
		if p.state.CompareAndSwap(s, s&^(stateOpen)) {
			break
		}
	}
	if p.pending.Add(int64(s%stateOpen)) == 0 {
		return
	}
	for range callerSpins {
		if p.pending.Load() == 0 {
			return
		}
		spinPause()
	}
	// A worker that left an earlier job as its last, and slept before it looked
	// whether anybody waits, may wake the caller too early: then it waits again.
	for p.pending.Load() != 0 {
		p.waiting.Store(true)
		if p.pending.Load() == 0 && p.waiting.CompareAndSwap(true, false) {
			return
		}
		<-p.idle
	}
}

// takePart works through indices until none is left.
func (p *Pool) takePart() {
	defer func() {
		if v := recover(); v != nil {
			p.failed.CompareAndSwap(nil, &failure{v})
			p.next.Store(p.n)
		}
	}()
	for f, n := p.f, p.n; ; {
		i := p.next.Add(1) - 1
		if i >= n {
			return
		}
		f(int(i))
	}
}

// work is the life of a worker goroutine.
func (p *Pool) work(w *worker) {
	defer p.exited.Done()
	var seen uint64 // number of the last job this worker met
	for {
		seen = p.await(w, seen)
		if !p.join(seen) {
			continue
		}
		if p.closing {
			return
		}
		p.takePart()
		if p.pending.Add(-1) == 0 && p.waiting.CompareAndSwap(true, false) {
			p.idle <- struct{}{}
		}
	}
}

// await returns the number of a job newer than seen, sleeping if there is none
// for a while.
func (p *Pool) await(w *worker, seen uint64) uint64 {
	for {
		for i := range spins {
			if job := p.state.Load() / stateJob; job != seen {
				return job
			}
			if i%64 == 63 {
				runtime.Gosched()
			}
			spinPause()
		}
		w.parked.Store(true)
		if p.state.Load()/stateJob == seen || !w.parked.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
}

// join counts the worker into the given job unless that is closed already.
func (p *Pool) join(job uint64) bool {
	for {
		s := p.state.Load()
		if s/stateJob != job || s&stateOpen == 0 {
			return false
		}
		if p.state.CompareAndSwap(s, s+1) {
			return true
		}
	}
}
