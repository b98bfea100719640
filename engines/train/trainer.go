package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// Options describe a training run completely: with the same options, source
// and kernel variant the same weights come out, whatever the thread count.
type Options struct {
	Config    model.Config     `json:"config"`
	Objective Objective        `json:"objective"`
	Optimizer OptimizerOptions `json:"optimizer"`
	Seed      uint64           `json:"seed"`
	// Positions is the number of rows per step (the last sample may exceed it).
	Positions int `json:"positions"`
	// Warmup is the number of steps over which the learning rate rises linearly.
	Warmup int `json:"warmup"`
	// CooldownFrom is the step at which the learning rate starts to fall
	// linearly to 0 over CooldownSteps; 0 steps means a constant rate.
	CooldownFrom  int `json:"cooldown_from"`
	CooldownSteps int `json:"cooldown_steps"`
	// EMA is the decay of the averaged weights per step, in [0, 1).
	EMA      float64  `json:"ema"`
	Products Products `json:"products,omitempty"`
	Threads  int      `json:"-"`
}

// DefaultOptions is the recipe of the shipped weights for a given shape.
func DefaultOptions(cfg model.Config) Options {
	return Options{
		Config: cfg, Objective: DefaultObjective(),
		Optimizer: OptimizerOptions{LearningRate: 3e-3, WeightDecay: 0.1, Clip: 1, Muon: true},
		Seed:      1, Positions: 4096, Warmup: 100, EMA: 0.998, Threads: 1,
	}
}

// lanes is the fixed number of shards a step is split into; microRows is how
// many rows a lane works on at a time, so that its activations stay in cache.
const (
	lanes     = 4
	microRows = 512
)

// Trainer holds a run in progress.
type Trainer struct {
	Options Options
	Weights *model.Weights
	EMA     *model.Weights
	Step    int // finished steps
	// Totals over the whole run, resumed parts included.
	Samples, Positions int64
	Seconds            float64

	opt    *optimizer
	pool   *kernel.Pool
	packed *packed
	lanes  []*lane
	source Source
}

// maxParams bounds the networks that are trained: each parameter takes some 32 bytes.
const maxParams = 1 << 30

// New starts a run from random weights.
func New(opt Options, source Source) (*Trainer, error) {
	if err := opt.Config.Validate(); err != nil {
		return nil, err
	}
	if spec := opt.Config.Spec(); len(spec.End) == 0 || spec.Pad == network.NoToken || !spec.HasMask() {
		return nil, errors.New("training needs an end token, a padding token and a mask token in the config")
	}
	if n := opt.Config.Params(); n > maxParams {
		return nil, fmt.Errorf("the network has %d parameters, allowed are at most %d", n, maxParams)
	}
	w := model.NewWeights(opt.Config)
	w.Init(rand.New(rand.NewPCG(opt.Seed, 0x1417)))
	t := newTrainer(opt, source, w)
	copy(t.EMA.Flat, w.Flat)
	if err := t.prepare(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func newTrainer(opt Options, source Source, w *model.Weights) *Trainer {
	return &Trainer{
		Options: opt, Weights: w, EMA: model.NewWeights(opt.Config), source: source,
		opt:  &optimizer{m: model.NewWeights(opt.Config), v: model.NewWeights(opt.Config)},
		pool: kernel.NewPool(max(1, opt.Threads)),
	}
}

// prepare makes the lanes for the products that the options ask for. These may
// have changed since the last step.
func (t *Trainer) prepare() error {
	kind := cmp.Or(t.Options.Products, Float32)
	if t.packed != nil && t.packed.products == kind {
		return nil
	}
	if err := kind.check(&t.Options.Config); err != nil {
		return err
	}
	t.packed, t.lanes = newPacked(&t.Options.Config, kind), nil
	for range lanes {
		t.lanes = append(t.lanes, newLane(t.Weights, t.packed))
	}
	t.opt.prepare(kind, t.pool.Threads())
	return nil
}

// Close stops the worker threads.
func (t *Trainer) Close() { t.pool.Close() }

// StepStats reports one step.
type StepStats struct {
	Step         int
	Loss         [parts]float64 // per part, weighted cross-entropy per position in nats; NaN without such samples
	GradNorm     float64
	LearningRate float64
	Samples      int
	Positions    int
	Duration     time.Duration
}

// LearningRate is the rate of a step (from 0).
func (o *Options) LearningRate(step int) float64 {
	lr := o.Optimizer.LearningRate
	if step < o.Warmup {
		lr *= float64(step+1) / float64(o.Warmup)
	}
	if o.CooldownSteps > 0 && step >= o.CooldownFrom {
		lr *= max(0, 1-float64(step-o.CooldownFrom)/float64(o.CooldownSteps))
	}
	return lr
}

// Finished reports whether the cool-down is over.
func (t *Trainer) Finished() bool {
	return t.Options.CooldownSteps > 0 && t.Step >= t.Options.CooldownFrom+t.Options.CooldownSteps
}

// Advance runs one step.
func (t *Trainer) Advance() (StepStats, error) {
	start := time.Now()
	if err := t.prepare(); err != nil {
		return StepStats{}, err
	}
	work := t.draw()
	stats := StepStats{Step: t.Step, LearningRate: t.Options.LearningRate(t.Step)}
	var count [parts]int
	for _, segs := range work {
		stats.Samples += len(segs)
		for _, s := range segs {
			stats.Positions += len(s.rows)
			for p, n := range s.count {
				count[p] += n
			}
		}
	}
	weight := [parts]float64{t.Options.Objective.Alpha, t.Options.Objective.Lambda, t.Options.Objective.LambdaFull}
	var unit [parts]float32
	for p, n := range count {
		if n > 0 {
			unit[p] = float32(weight[p] / float64(n))
		}
	}

	t.packed.pack(t.Weights, t.pool)
	t.pool.Do(lanes, func(i int) {
		ln := t.lanes[i]
		ln.loss = [parts]float64{}
		clear(ln.grad.Flat)
		for segs := work[i]; len(segs) > 0; {
			n := microbatch(segs)
			ln.step(segs[:n], unit)
			segs = segs[n:]
		}
	})
	grad := t.reduce()
	for p, n := range count {
		for _, ln := range t.lanes {
			stats.Loss[p] += ln.loss[p]
		}
		stats.Loss[p] /= float64(n)
	}
	stats.GradNorm = t.opt.update(t.Weights, grad, t.Options.Optimizer, stats.LearningRate, t.Step+1, t.pool)
	if math.IsNaN(stats.GradNorm) || math.IsInf(stats.GradNorm, 0) {
		return stats, fmt.Errorf("step %d: the gradient is not finite; resume from the last checkpoint with a lower learning rate", t.Step)
	}
	t.average()
	t.Step++
	stats.Duration = time.Since(start)
	t.Samples += int64(stats.Samples)
	t.Positions += int64(stats.Positions)
	t.Seconds += stats.Duration.Seconds()
	return stats, nil
}

// draw makes the step's segments, lane by lane. Each lane has its own random
// stream, a function of seed, step and lane.
func (t *Trainer) draw() [lanes][]segment {
	var work [lanes][]segment
	t.pool.Do(lanes, func(i int) {
		rng := rand.New(rand.NewPCG(t.Options.Seed, uint64(t.Step)*lanes+uint64(i)))
		for rows := 0; rows < t.Options.Positions/lanes; {
			seg := t.Options.Objective.layout(t.source.Next(rng, t.Step), &t.Options.Config, rng)
			work[i] = append(work[i], seg)
			rows += len(seg.rows)
		}
	})
	return work
}

// microbatch is how many leading segments fit into microRows (at least one).
func microbatch(segs []segment) int {
	rows := 0
	for i := range segs {
		if rows += len(segs[i].rows); rows > microRows && i > 0 {
			return i
		}
	}
	return len(segs)
}

// flatChunk is the piece of a flat parameter array that one task handles.
const flatChunk = 1 << 14

// reduce sums the lanes' gradients, in lane order, into the first lane's.
func (t *Trainer) reduce() *model.Weights {
	sum := t.lanes[0].grad
	t.flat(func(lo, hi int) {
		for _, ln := range t.lanes[1:] {
			kernel.Add(sum.Flat[lo:hi], ln.grad.Flat[lo:hi])
		}
	})
	return sum
}

// average moves the averaged weights towards the current ones; the decay warms
// up so that the random start is soon forgotten.
func (t *Trainer) average() {
	decay := float32(min(t.Options.EMA, float64(1+t.Step)/float64(10+t.Step)))
	t.flat(func(lo, hi int) {
		kernel.Scale(t.EMA.Flat[lo:hi], decay)
		kernel.Axpy(t.EMA.Flat[lo:hi], t.Weights.Flat[lo:hi], 1-decay)
	})
}

func (t *Trainer) flat(do func(lo, hi int)) {
	n := len(t.Weights.Flat)
	t.pool.Do((n+flatChunk-1)/flatChunk, func(i int) { do(i*flatChunk, min((i+1)*flatChunk, n)) })
}

// Run advances until ctx ends, the cool-down is over, or maxSteps more steps
// are done (0 means no bound), calling observe after each step.
func (t *Trainer) Run(ctx context.Context, maxSteps int, observe func(StepStats) error) error {
	for n := 0; (maxSteps == 0 || n < maxSteps) && !t.Finished() && ctx.Err() == nil; n++ {
		stats, err := t.Advance()
		if err != nil {
			return err
		}
		if err := observe(stats); err != nil {
			return err
		}
	}
	return ctx.Err()
}
