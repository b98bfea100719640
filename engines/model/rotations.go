package model

import (
	"math"
	"sync"
	"sync/atomic"
)

// Rotations hands out the rotary angles of positions (RoFormer, equation 15, in
// the half-rotation layout of Llama). Its table grows with the positions that
// are asked for: a checkpoint may allow far more than any run uses. It is safe
// for concurrent use.
type Rotations struct {
	frequencies []float64 // of every pair of numbers in a head
	size        float64   // of the rotated vectors, 1 without YaRN
	grow        sync.Mutex
	table       atomic.Pointer[Angles]
}

// Angles are the cos and sin of the first positions. They never change.
type Angles struct {
	half     int
	cos, sin []float32 // [positions, headDim/2]
}

// Rotations returns an empty table for networks of this shape.
func (c *Config) Rotations() *Rotations {
	r := &Rotations{size: 1, frequencies: frequencies(c.RopeTheta, c.rotaryDim())}
	if c.Scaling != nil {
		r.size = c.Scaling.scale(r.frequencies, c.RopeTheta)
	}
	r.table.Store(&Angles{half: c.rotaryDim() / 2})
	return r
}

// frequencies are those of every pair of numbers in a head, before any scaling.
func frequencies(theta float64, headDim int) (list []float64) {
	for i := range headDim / 2 {
		list = append(list, math.Pow(theta, -2*float64(i)/float64(headDim)))
	}
	return list
}

// Upto returns the angles of at least the positions [0, n).
func (r *Rotations) Upto(n int) *Angles {
	if a := r.table.Load(); n <= a.positions() {
		return a
	}
	r.grow.Lock()
	defer r.grow.Unlock()
	old := r.table.Load()
	from := old.positions()
	if n <= from {
		return old
	}
	const least = 256
	n = max(n, 2*from, least)
	a := &Angles{half: old.half, cos: make([]float32, n*old.half), sin: make([]float32, n*old.half)}
	copy(a.cos, old.cos)
	copy(a.sin, old.sin)
	for i, freq := range r.frequencies {
		for p := from; p < n; p++ {
			s, k := math.Sincos(float64(p) * freq)
			a.cos[p*a.half+i], a.sin[p*a.half+i] = float32(k*r.size), float32(s*r.size)
		}
	}
	r.table.Store(a)
	return a
}

func (a *Angles) positions() int { return len(a.cos) / max(a.half, 1) }

// At returns the cos and sin of one position.
func (a *Angles) At(pos int) (cos, sin []float32) {
	return a.cos[pos*a.half : (pos+1)*a.half], a.sin[pos*a.half : (pos+1)*a.half]
}
