package decode

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Bench is what an engine keeps from one call of Generate to the next: the
// network, the clock, and memory for keys and values.
type Bench struct {
	Net network.Network
	Now func() time.Time // nil is time.Now
	// Room is how many positions behind a text its passes may compute.
	Room int

	caches  []network.Cache // of the requests
	scratch []network.Cache // of probes
	windows []network.Window
}

// Run is one call of Generate.
type Run struct {
	Jobs   []*Job // all of the batch
	Active []*Job // those not done
	// Aside marks a pass that is not the one a probe was made for (the
	// unconditional pass of guidance).
	Aside bool

	bench *Bench
	ctx   context.Context
	sink  engines.Sink
	trace engines.Tracing
	begin time.Time
	pass  int

	open bool // the pass is not recorded yet

	// Of the current pass; drawn is that of the pass before until Record.
	out                     network.Pass
	started, forward, drawn time.Duration
	read                    atomic.Int64 // nanoseconds that rows were read for while the pass was under way
}

// Start sets up a run of requests that have been found good.
func (b *Bench) Start(ctx context.Context, batch []engines.Request, sink engines.Sink) *Run {
	spec := b.Net.Spec()
	if b.Now == nil {
		b.Now = time.Now
	}
	r := &Run{bench: b, ctx: ctx, sink: sink, begin: b.Now()}
	if t, ok := sink.(engines.Tracer); ok {
		r.trace = t.Trace()
		r.trace.Probe = r.trace.Probe || r.trace.Audit
	}
	for i, req := range batch {
		r.Jobs = append(r.Jobs, newJob(i, req, &spec, b.cache(&b.caches, i, len(req.Prompt)+req.Budget+b.Room)))
		r.Jobs[i].Observed = sink != nil
	}
	r.Active = slices.Clone(r.Jobs)
	return r
}

// cache returns an empty cache for the i-th request of a batch. Memory is kept
// between runs, so that allocating it is not part of the time to first token.
func (b *Bench) cache(of *[]network.Cache, i, capacity int) network.Cache {
	for len(*of) <= i {
		*of = append(*of, nil)
	}
	if c := (*of)[i]; c == nil || c.Capacity() < capacity {
		(*of)[i] = b.Net.NewCache(capacity)
	}
	(*of)[i].Truncate(0)
	return (*of)[i]
}

// Next reports whether there is work left. It drops the jobs that are done, and
// ends the others when the context has ended.
func (r *Run) Next() bool {
	if !r.drop() {
		return false
	}
	if r.ctx.Err() == nil {
		return true
	}
	for _, j := range r.Active {
		j.Finish(engines.FinishCancelled)
	}
	return false
}

// drop takes the jobs that are done out of Active and reports whether any is left.
func (r *Run) drop() bool {
	r.Active = slices.DeleteFunc(r.Active, (*Job).Done)
	return len(r.Active) > 0
}

// Results returns the results in the order of the requests, and the context's
// error if it cut a job short.
func (r *Run) Results() ([]engines.Result, error) {
	if r.open {
		return nil, errUnrecorded
	}
	results := make([]engines.Result, len(r.Jobs))
	var err error
	for i, j := range r.Jobs {
		results[i] = j.result()
		if j.finish == engines.FinishCancelled {
			err = r.ctx.Err()
		}
	}
	return results, err
}

// errUnrecorded says that a decoder would leave a pass out of its counters.
var errUnrecorded = errors.New("decode: a forward pass was not recorded; every call of Forward needs one of Record")

// Forward runs the windows of the active jobs as one pass and hands out the
// logits.
func (r *Run) Forward() error {
	if r.open {
		return errUnrecorded
	}
	r.started = r.elapsed()
	windows := r.bench.windows[:0]
	for _, j := range r.Active {
		windows = append(windows, j.Window)
	}
	r.bench.windows = windows
	given, err := r.compute(windows)
	if err != nil {
		return err
	}
	r.open = true
	first := 0
	for _, j := range r.Active {
		if j.Rows, j.Given = nil, given; !given {
			n := len(j.Window.Logits)
			j.Rows = r.out.Logits[first : first+n]
			first += n
		}
		j.Commits = j.Commits[:0]
		if r.trace.Audit && !r.Aside {
			j.probe.audit(j)
		}
	}
	r.forward = r.elapsed()
	return nil
}

// compute runs the pass and reports whether the lanes were given their rows. Where
// somebody looks at all rows once more they are not.
func (r *Run) compute(windows []network.Window) (given bool, err error) {
	net, can := r.bench.Net.(network.Streamer)
	r.read.Store(0)
	if !can || r.sink != nil || r.Aside || slices.ContainsFunc(r.Active, func(j *Job) bool { return j.Each == nil }) {
		r.out, err = r.bench.Net.Forward(windows)
		return false, err
	}
	r.out, err = net.ForwardEach(windows, func(window, i int, row []float32) {
		begin := r.bench.Now()
		r.Active[window].Each(i, row)
		r.read.Add(int64(r.bench.Now().Sub(begin)))
	})
	return true, err
}

// Record closes the pass once every active job has committed what it draws
// from it.
func (r *Run) Record() {
	r.open = false
	before := r.drawn
	r.drawn = r.elapsed()
	read := time.Duration(r.read.Load()) / time.Duration(r.bench.Net.Threads())
	spent := engines.Spent{Forward: r.forward - r.started - read, Sampling: r.drawn - r.forward + read, Bookkeeping: r.started - before}
	for i, j := range r.Active {
		j.account(&r.out.Cost[i], int64(r.drawn))
		j.spent.Add(spent)
		if r.sink != nil {
			r.report(j, r.out.Cost[i].Total(), spent)
		}
		j.Revised = j.Revised[:0]
	}
	r.pass++
}

// account adds the pass to the job's counters and stamps its commits.
func (j *Job) account(c *network.Cost, now int64) {
	now -= j.from
	j.Usage[usage.CommittedTokens] += int64(len(j.Commits))
	j.Usage[usage.RevisedTokens] += int64(len(j.Revised))
	c.AddTo(&j.Usage, j.Window.Cache.Bytes())
	for _, k := range j.Commits {
		j.commitNs[k.Pos], j.last = now, now
	}
	for _, k := range j.Revised {
		if k.ID != j.spec.Mask && j.commitNs[k.Pos] >= 0 { // an edit: its new value is from now
			j.commitNs[k.Pos], j.last = now, now
		}
	}
}

// report tells the sink about the pass of a job.
func (r *Run) report(j *Job, c usage.Pass, spent engines.Spent) {
	// A key behind as many as the window has rows is of an earlier pass.
	hit := slices.ContainsFunc(j.Window.Visible, func(keys int) bool { return keys > len(j.Window.Tokens) })
	j.event = engines.Event{
		Request: j.Index, Pass: r.pass, Step: j.Step, Block: j.Block, Phase: j.Phase,
		Start: r.started, Forward: spent.Forward, Sampling: spent.Sampling, Bookkeeping: spent.Bookkeeping,
		QueryTokens: c[usage.QueryTokens], AttendedKeys: c[usage.AttendedKeys], LogitRows: c[usage.LogitRows], FLOPs: c[usage.FLOPs],
		CacheHit: hit, CacheRefresh: j.Refresh, Committed: j.Commits, Revised: j.Revised, Masked: j.Open, Entropy: sample.MeanEntropy(j.Rows),
	}
	if j.Phase == engines.PhasePrefill || j.Phase == engines.PhaseCommit {
		j.event.Step = -1
	}
	if j.probe.Argmax != nil && !r.Aside {
		j.event.Probe = &j.probe.Probe
	}
	r.sink.Event(&j.event)
}

func (r *Run) elapsed() time.Duration { return r.bench.Now().Sub(r.begin) }
