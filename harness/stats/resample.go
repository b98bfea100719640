package stats

import (
	"math/rand/v2"
	"slices"
	"sync"
)

// drawn holds the unit numbers of all resamples, by size and stream.
type drawn struct {
	mu      sync.Mutex
	indices map[stream][]int32 // draws×n unit numbers, draw by draw
	held    int                // numbers in all of them
	widths  map[width]float64  // see expanded
}

type width struct {
	n     int
	level float64
}

// A stream is one set of resamples of n units. Different streams are
// independent of each other.
type stream struct{ n, number int }

// Bounds of the memory for unit numbers: sets larger than drawnSet are drawn
// anew each time, and the others are forgotten when they are more than drawnAll
// together.
const (
	drawnSet = 1 << 22
	drawnAll = 1 << 24
)

// resampler returns a function that gives the unit numbers of one resample of n
// units after the other, draws times. The result is valid until the next call.
func (b *Bootstrap) resampler(n, number int) func() []int32 {
	s := stream{n, number}
	index := b.indices(s)
	if index == nil {
		pick, rng := make([]int32, n), b.random(s)
		return func() []int32 {
			fill(pick, n, rng)
			return pick
		}
	}
	return func() []int32 {
		pick := index[:n:n]
		index = index[n:]
		return pick
	}
}

func (b *Bootstrap) random(s stream) *rand.Rand {
	return rand.New(rand.NewPCG(b.seed, uint64(s.n)|uint64(s.number)<<32))
}

// indices returns the unit numbers of all resamples, draw by draw; nil if they
// are too many to keep.
func (b *Bootstrap) indices(s stream) []int32 {
	if b.draws*s.n > drawnSet {
		return nil
	}
	d := b.drawn
	d.mu.Lock()
	defer d.mu.Unlock()
	if index, ok := d.indices[s]; ok {
		return index
	}
	index := make([]int32, b.draws*s.n)
	fill(index, s.n, b.random(s))
	if d.held += len(index); d.held > drawnAll {
		clear(d.indices)
		d.held = len(index)
	}
	d.indices[s] = index
	return index
}

// expanded is the function of that name for the level of the bootstrap, each
// value computed once.
func (b *Bootstrap) expanded(n int) float64 {
	d, key := b.drawn, width{n, b.level}
	d.mu.Lock()
	defer d.mu.Unlock()
	z, ok := d.widths[key]
	if !ok {
		z = expanded(n, b.level)
		d.widths[key] = z
	}
	return z
}

// fill draws unit numbers below n.
func fill(pick []int32, n int, rng *rand.Rand) {
	for i := range pick {
		pick[i] = rng.Int32N(int32(n))
	}
}

// A strata is a statistic of units in several groups.
type strata struct {
	sizes []int
	// If shared, all sizes are the same and so are the resamples, because the
	// units are: one instance measured several times.
	shared bool
	// f returns the statistic from the numbers of the units picked in each
	// stratum, and false if they give none. It must not keep them.
	f func(picks [][]int32) (float64, bool)
}

// stratified resamples every stratum by itself and returns the values of the
// statistic, for the resamples that have one.
func (b *Bootstrap) stratified(s strata) []float64 {
	next := make([]func() []int32, len(s.sizes))
	for i, n := range s.sizes {
		number := i
		if s.shared {
			number = 0
		}
		next[i] = b.resampler(n, number)
	}
	picks := make([][]int32, len(s.sizes))
	draws := make([]float64, 0, b.draws)
	for range b.draws {
		for i := range picks {
			picks[i] = next[i]()
		}
		if x, ok := s.f(picks); ok {
			draws = append(draws, x)
		}
	}
	return draws
}

// skewness is the acceleration of the statistic, from its values without each
// unit in turn. In large strata it is next to nothing and too slow to find.
func (s strata) skewness() float64 {
	if slices.Max(s.sizes) > bootstrapMax {
		return 0
	}
	picks := make([][]int32, len(s.sizes))
	for i, n := range s.sizes {
		picks[i] = counting(n, int32(0))
	}
	if s.shared {
		return skewness(withoutEach(picks, picks, s.f))
	}
	var leave [][]float64
	for i := range s.sizes {
		leave = append(leave, withoutEach(picks, picks[i:i+1], s.f))
	}
	return skewness(leave...)
}

// withoutEach returns the values of f when each unit in turn is left out of the
// strata in some, which are part of picks and have one size.
func withoutEach(picks, some [][]int32, f func([][]int32) (float64, bool)) []float64 {
	whole := slices.Clone(some)
	var values []float64
	for i := range whole[0] {
		for s, all := range whole {
			some[s] = slices.Concat(all[:i], all[i+1:])
		}
		if x, ok := f(picks); ok {
			values = append(values, x)
		}
	}
	copy(some, whole)
	return values
}
