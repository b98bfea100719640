package forecast

import (
	"time"

	"dllmbench/engines/weights"
	"dllmbench/harness/pace"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Pilot is how long forward passes take on weights: a few passes, measured within
// seconds on weights of any size.
type Pilot struct {
	Rows     int           // of the wide pass
	One      time.Duration // a pass over one row, which mostly reads the weights
	Wide     time.Duration // a pass over Rows, which mostly computes
	Measured bool
}

// Rows of the wide pass: fewer where a single row already takes long.
const (
	wideRows = 32
	dearRows = 16
	dearPass = 100 * time.Millisecond
)

// pilot measures passes on weights, once for each number of threads. Weights that
// first have to be drawn, and engines that no network is behind, give none.
func (p *prober) pilot(w weights.Name, threads int) (Pilot, error) {
	key := passes{w, threads}
	if got, ok := p.pilots[key]; ok || w.Random() || p.counter.engines.Pass == nil {
		return got, nil
	}
	got := Pilot{Rows: wideRows, Measured: true}
	var err error
	if got.One, err = p.shortest(w, threads, 1, 2); err != nil { // the first one finds the weights
		return got, err
	}
	if got.One > dearPass {
		got.Rows = dearRows
	}
	got.Wide, err = p.shortest(w, threads, got.Rows, 1)
	p.pilots[key] = got
	return got, err
}

// shortest is the shortest of some passes: of more than asked for where they take no time.
func (p *prober) shortest(w weights.Name, threads, rows, times int) (least time.Duration, err error) {
	for begin := p.now(); times > 0 || p.now().Sub(begin) < dearPass; times-- {
		took, err := p.counter.engines.Pass(p.ctx, w, threads, rows)
		if err != nil {
			return 0, err
		}
		if least == 0 || took < least {
			least = took
		}
	}
	return least, nil
}

// passes are what a pilot is measured for.
type passes struct {
	weights weights.Name
	threads int
}

// Time is that of one request: its passes, and what they compute beyond one row each.
func (t Pilot) Time(n pace.Need) time.Duration {
	perRow := max(0, (t.Wide-t.One).Seconds()/float64(t.Rows-1))
	rows := max(0, n.FLOPs/n.Row-float64(n.Passes))
	return pace.Time((float64(n.Passes)*t.One.Seconds() + rows*perRow) * float64(time.Second))
}

// guess is the time of a batch that was not decoded: by other batches of the decoder on
// the weights, else by passes on the weights, else by what else is known.
func (p *prober) guess(g *scenario.Group, c result.Cell, need pace.Need) (took time.Duration, known bool, err error) {
	work := need.Work() * float64(g.Batch)
	if p.pace.Knows(c) {
		return p.pace.Guess(c, work), true, nil
	}
	t, err := p.pilot(g.Weights, g.Threads)
	if err != nil || t.Measured {
		return pace.Time(float64(t.Time(need)) * float64(g.Batch)), true, err
	}
	return p.pace.Guess(c, work), p.pace.Known(), nil
}
