package decode

import (
	"math"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// probe is what a Tracer gets to know of one job.
type probe struct {
	engines.Probe
	window  network.Window
	pending engines.Audit
	rows    map[int][]float32 // by position of the sequence, the uncached logits
	cache   network.Cache
}

// probe asks the network, without any cache, for every masked position that
// the job's mask lets it predict. It runs before the pass itself, since the
// logits of a pass last until the next one only, and it counts nowhere.
func (r *Run) probe() error {
	windows := make([]network.Window, 0, len(r.Active))
	for _, j := range r.Active {
		p := &j.probe
		p.reset(j, r.bench.cache(&r.bench.scratch, j.Index, len(j.Seq)))
		j.Lane.Reference(&p.window)
		for pos := j.P; pos < len(j.Seq); pos++ {
			if row := p.window.Row(j.Source(pos)); row >= 0 && j.Masked(pos) && (j.Ahead || pos < p.window.Pos+len(p.window.Tokens)) {
				p.window.Logits = append(p.window.Logits, row)
			}
		}
		windows = append(windows, p.window)
	}
	pass, err := r.bench.Net.Forward(windows)
	if err != nil {
		return err
	}
	next := 0
	for _, j := range r.Active {
		n := len(j.probe.window.Logits)
		j.probe.read(j, pass.Logits[next:next+n], r.trace.Audit)
		next += n
	}
	return nil
}

// Source is the position whose row predicts pos.
func (j *Job) Source(pos int) int {
	if j.spec.Shift || j.Ahead {
		return pos - 1
	}
	return pos
}

func (p *probe) reset(j *Job, cache network.Cache) {
	n := j.Req.Budget
	if p.Argmax == nil {
		p.Argmax, p.Confidence, p.Entropy = make([]int32, n), make([]float32, n), make([]float32, n)
		p.rows = map[int][]float32{}
	}
	nan := float32(math.NaN())
	for i := range n {
		p.Argmax[i], p.Confidence[i], p.Entropy[i] = -1, nan, nan
		if id := j.Seq[j.P+i]; id != j.spec.Mask {
			p.Argmax[i] = id
		}
	}
	clear(p.rows)
	p.Audit = nil
	p.cache = cache
	p.window.Cache, p.window.Visible, p.window.Logits = cache, p.window.Visible[:0], p.window.Logits[:0]
}

// read keeps what the rows of the probe say.
func (p *probe) read(j *Job, rows [][]float32, audit bool) {
	for i, row := range rows {
		pos := p.window.Logits[i] + p.window.Pos + j.P - j.Source(j.P)
		if audit {
			p.rows[pos] = slices.Clone(row)
		}
		j.Ban(row, pos)
		id, top := kernel.Argmax(row)
		at := pos - j.P
		p.Argmax[at] = int32(id)
		p.Confidence[at] = float32(math.Exp(float64(top) - kernel.LogSumExp(row)))
		p.Entropy[at] = float32(sample.Entropy(row))
	}
}

// audit compares the pass that was just run with the probe.
func (p *probe) audit(j *Job) {
	if p.Argmax == nil {
		return
	}
	a := &p.pending
	layers := j.spec.Layers
	*a = engines.Audit{DriftK: append(a.DriftK[:0], make([]float64, layers)...), DriftV: append(a.DriftV[:0], make([]float64, layers)...)}
	for i, r := range j.Window.Logits {
		pos := j.Window.Position(r) + j.P - j.Source(j.P)
		want, ok := p.rows[pos]
		if !ok {
			continue
		}
		got := j.Rows[i]
		a.Rows++
		x, _ := kernel.Argmax(got)
		y, _ := kernel.Argmax(want)
		if x == y {
			a.Agree++
		}
		a.KL += divergence(want, got)
	}
	a.KL /= float64(a.Rows)
	for pos := range min(slices.Max(j.Window.Visible), p.cache.Len()) {
		w := &j.Window
		if row := w.Row(pos); row >= 0 && (w.Partial == nil || w.Partial.Modes[row] == network.Fresh) {
			continue
		}
		a.Stale++
		for l := range layers {
			k, v := j.Window.Cache.Drift(p.cache, l, pos)
			a.DriftK[l] += k
			a.DriftV[l] += v
		}
	}
	for l := range layers {
		a.DriftK[l] /= float64(a.Stale)
		a.DriftV[l] /= float64(a.Stale)
	}
	p.Audit = a
}

// divergence is KL(softmax(p) ‖ softmax(q)) in nats.
func divergence(p, q []float32) float64 {
	zp, zq := kernel.LogSumExp(p), kernel.LogSumExp(q)
	sum := 0.0
	for i := range p {
		lp := float64(p[i]) - zp
		if w := math.Exp(lp); w > 0 {
			sum += w * (lp - (float64(q[i]) - zq))
		}
	}
	return max(sum, 0)
}
