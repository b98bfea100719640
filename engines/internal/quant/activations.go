package quant

import (
	"math"

	"dllmbench/engines/internal/kernel"
)

// Activations are rows of numbers, quantised by groups: x = d·a with d = max|x|/127 and
// whole numbers a, rounded to the nearest, half to even. They serve one caller at a time.
type Activations struct {
	pool            *kernel.Pool
	rows, k, groups int
	numbers         []int8
	words           []int16 // the numbers, where the inner loop reads them so
	factors         []factor

	// What the threads of the pool are at; here, so that a call allocates nothing.
	source       source
	product      product
	row, columns func(int) // source.quantise, product.part, bound once
}

// NewActivations returns room for rows of activations, which grows as it is needed.
func NewActivations(pool *kernel.Pool) *Activations {
	a := &Activations{pool: pool}
	a.source.to, a.product.x = a, a
	a.row, a.columns = a.source.row, a.product.part
	return a
}

// source are the rows that are quantised.
type source struct {
	to    *Activations
	x     []float32
	ld    int
	group int
	zero  int32
}

func (s *source) row(i int) {
	a := s.to
	numbers := a.numbers[i*a.k:][:a.k]
	quantise(numbers, a.factors[i*a.groups:][:a.groups], s.x[i*s.ld:][:a.k], s.group, s.zero)
	if len(a.words) > 0 {
		widenRow(&a.words[i*a.k], &numbers[0], a.k)
	}
}

// factor belongs to a group of a row.
type factor struct {
	d     float32
	start int32   // -zero·Σa: what a product of whole numbers begins with
	sum   float32 // d·Σa, by which lows are multiplied
	_     int32
}

// Set quantises m rows of k numbers, ld apart, for products with matrices of a format.
func (a *Activations) Set(f *Format, x []float32, ld, m, k int) {
	a.rows, a.k, a.groups = m, k, k/f.group
	a.numbers, a.factors = grow(a.numbers, m*k), grow(a.factors, m*a.groups)
	a.words = a.words[:0]
	if k > 0 && byWords(f.bits) {
		a.words = grow(a.words, m*k)
	}
	a.source = source{a, x, ld, f.group, int32(f.zero)}
	if m == 1 {
		a.source.row(0)
	} else {
		a.pool.Do(m, a.row)
	}
	a.source.x = nil
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// quantiseGeneric quantises a row. A number that is not finite
// makes the scale of its group so, too.
func quantiseGeneric(q []int8, f []factor, x []float32, group int, zero int32) {
	for g := range f {
		part := x[g*group:][:group]
		top := uint32(0)
		for _, v := range part {
			top = max(top, math.Float32bits(v)&^(1<<31))
		}
		d := math.Float32frombits(top) / 127
		inv := float32(0)
		if d >= smallest {
			inv = 1 / d
		} else if d < smallest {
			d = 0
		}
		var sum int32
		for i, v := range part {
			n := int32(0)
			if p := float32(v * inv); p-p == 0 { // neither infinite nor NaN; not fused
				n = int32(max(-127, min(127, math.RoundToEven(float64(p)))))
			}
			q[g*group+i], sum = int8(n), sum+n
		}
		f[g] = factor{d: d, start: -zero * sum, sum: d * float32(sum)}
	}
}

// smallest is the smallest normal float32: scales below count as 0.
const smallest = 0x1p-126
