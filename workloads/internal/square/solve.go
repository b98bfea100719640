package square

import (
	"iter"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// solver fills the holes of a grid; bit d of a mask stands for the number d.
type solver struct {
	Shape
	grid                 Grid
	rows, columns, boxes [10]uint16 // numbers used
	holes                []int
}

// newSolver returns false if the clues contradict each other.
func newSolver(s Shape, puzzle Grid) (*solver, bool) {
	v := &solver{Shape: s, grid: slices.Clone(puzzle)}
	for cell, d := range puzzle {
		if d == 0 {
			v.holes = append(v.holes, cell)
		} else if v.free(cell)&(1<<d) == 0 {
			return v, false
		} else {
			v.flip(cell, d)
		}
	}
	return v, true
}

// free is the set of numbers that a cell can take.
func (v *solver) free(cell int) uint16 {
	used := v.rows[cell/v.N] | v.columns[cell%v.N]
	if v.BoxRows > 0 {
		used |= v.boxes[v.box(cell)]
	}
	return (1<<(v.N+1) - 2) &^ used
}

// flip notes or forgets that a cell holds d.
func (v *solver) flip(cell int, d byte) {
	v.rows[cell/v.N] ^= 1 << d
	v.columns[cell%v.N] ^= 1 << d
	if v.BoxRows > 0 {
		v.boxes[v.box(cell)] ^= 1 << d
	}
}

// Each yields every solution of a puzzle in lexical order.
func (s Shape) Each(puzzle Grid) iter.Seq[Grid] {
	return func(yield func(Grid) bool) {
		if v, ok := newSolver(s, puzzle); ok {
			v.inOrder(0, yield)
		}
	}
}

func (v *solver) inOrder(i int, yield func(Grid) bool) bool {
	if i == len(v.holes) {
		return yield(slices.Clone(v.grid))
	}
	cell := v.holes[i]
	for free := v.free(cell); free != 0; free &= free - 1 {
		d := byte(bits.TrailingZeros16(free))
		v.grid[cell] = d
		v.flip(cell, d)
		more := v.inOrder(i+1, yield)
		v.flip(cell, d)
		if !more {
			return false
		}
	}
	return true
}

// Solutions counts the solutions of a puzzle, up to most.
func (s Shape) Solutions(puzzle Grid, most int) int {
	v, ok := newSolver(s, puzzle)
	if !ok {
		return 0
	}
	return v.count(len(v.holes), most)
}

// count fills the hole with the fewest possible numbers first. The first n
// entries of holes are open.
func (v *solver) count(n, most int) int {
	if n == 0 {
		return 1
	}
	best, fewest := 0, 100
	for i, cell := range v.holes[:n] {
		if k := bits.OnesCount16(v.free(cell)); k < fewest {
			best, fewest = i, k
		}
	}
	v.holes[best], v.holes[n-1] = v.holes[n-1], v.holes[best]
	cell, found := v.holes[n-1], 0
	for free := v.free(cell); free != 0 && found < most; free &= free - 1 {
		d := byte(bits.TrailingZeros16(free))
		v.flip(cell, d)
		found += v.count(n-1, most-found)
		v.flip(cell, d)
	}
	return found
}

// Dig empties holes cells of a solved grid such that it stays the only
// solution: it visits the cells in random order and empties each one whose loss
// leaves the solution unique, until there are enough holes, and starts again
// with another order if there are not. It does not end if no puzzle of the grid
// has that many holes.
func (s Shape) Dig(rng *rand.Rand, solved Grid, holes int) Grid {
	for {
		puzzle, open := slices.Clone(solved), 0
		for _, cell := range rng.Perm(len(solved)) {
			if open == holes {
				break
			}
			puzzle[cell] = 0
			if open++; s.Solutions(puzzle, 2) > 1 {
				puzzle[cell] = solved[cell]
				open--
			}
		}
		if open == holes {
			return puzzle
		}
	}
}
