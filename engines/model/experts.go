package model

import "dllmbench/engines/internal/kernel"

// mixing is the scratch memory of layers with experts.
type mixing struct {
	scores  []float32 // [rows, experts]
	work    []float32 // of the router, twice as much
	best    []int32   // [rows, experts per row]
	weights []float32 // of best
	first   []int     // place in order of an expert's first row, by expert; one more at the end
	order   []int32   // places in best, by expert and then by row
	in, out []float32 // rows of one expert
	bytes   int64     // of the experts that the pass has read so far
}

// begin makes room for a pass over n rows.
func (x *mixing) begin(cfg *Config, n int) {
	if x.bytes = 0; cfg.Experts == 0 {
		return
	}
	picks := n * cfg.ExpertsPerRow
	x.scores, x.work, x.weights = grow(x.scores, n*cfg.Experts), grow(x.work, 2*n*cfg.Experts), grow(x.weights, picks)
	x.in, x.out = grow(x.in, n*cfg.HiddenSize), grow(x.out, n*cfg.HiddenSize)
	x.best, x.order, x.first = grow(x.best, picks), grow(x.order, picks), grow(x.first, cfg.Experts+1)
}

// experts adds to dst what the experts of the layer at work make of s.rows, whose
// normalised rows are in s.h. The rows of one expert are one product. A row's sum
// runs over its experts in ascending order, whatever other rows there are.
func (s *Session) experts(dst []float32) {
	l, x := &s.m.layers[s.layer], &s.mix
	n, k, d := len(s.rows), s.m.cfg.ExpertsPerRow, s.m.cfg.HiddenSize
	l.Router.mul(s.pool, x.scores, s.h, n, false)
	s.pool.Do(s.chunks(n), s.doRoute)
	x.sort(n * k)
	for e := range l.Experts {
		picks := x.order[x.first[e]:x.first[e+1]]
		if len(picks) == 0 {
			continue
		}
		for i, p := range picks {
			copy(x.in[i*d:(i+1)*d], s.h[int(p)/k*d:])
		}
		s.feed(&l.Experts[e], x.out, x.in, len(picks), false)
		for i, p := range picks {
			r := int(p) / k
			kernel.Axpy(dst[r*d:(r+1)*d], x.out[i*d:(i+1)*d], x.weights[p])
		}
		x.bytes += l.Experts[e].GateUp.bytes() + l.Experts[e].Down.bytes()
	}
}

// sort puts the first n picks in order.
func (x *mixing) sort(n int) {
	clear(x.first)
	for _, e := range x.best[:n] {
		x.first[e+1]++
	}
	for e := range x.first[1:] {
		x.first[e+1] += x.first[e]
	}
	for p, e := range x.best[:n] { // first moves to the end of each expert's places
		x.order[x.first[e]] = int32(p)
		x.first[e]++
	}
	copy(x.first[1:], x.first)
	x.first[0] = 0
}

func (s *Session) routeRow(r int) {
	x, l, n, k := &s.mix, &s.m.layers[s.layer], s.m.cfg.Experts, s.m.cfg.ExpertsPerRow
	s.m.pick(&s.m.cfg.Mixture, x.scores[r*n:(r+1)*n], l.RouterBias, x.work[2*r*n:2*(r+1)*n], x.best[r*k:(r+1)*k], x.weights[r*k:(r+1)*k])
}
