// Package square is what number squares have in common: Latin squares, in which
// every row and column holds each number once, and sudokus, in which every box
// does too. It writes, reads, solves and judges them. Workloads sudoku and
// latin make tasks of them.
package square

import (
	"fmt"
	"strings"
)

// Shape is the size of a square and what must hold in it.
type Shape struct {
	N          int // rows, columns and numbers, 2 to 9
	BoxRows    int // rows of a box; 0 when there are no boxes
	BoxColumns int // columns of a box; BoxRows·BoxColumns = N
	// Base is added to a number when it is written: with 4, the numbers 1 to 4
	// are written 5 to 8. Base + N is at most 9.
	Base int
}

// Grid holds the N² cells row by row, each 1 to N, or 0 for a hole.
type Grid []byte

// Format writes the rows one after the other with / between them, one digit per
// cell, 0 for a hole: N² + N - 1 bytes.
func (s Shape) Format(g Grid) string {
	var b strings.Builder
	for i, d := range g {
		if i > 0 && i%s.N == 0 {
			b.WriteByte('/')
		}
		if d > 0 {
			d += byte(s.Base)
		}
		b.WriteByte('0' + d)
	}
	return b.String()
}

// Parse reads cells at their places in the layout of Format; anything but a
// number of the square is a hole.
func (s Shape) Parse(text string) Grid {
	g := make(Grid, s.N*s.N)
	low, high := byte('1'+s.Base), byte('0'+s.Base+s.N)
	for cell := range g {
		if at := s.offset(cell); at < len(text) && text[at] >= low && text[at] <= high {
			g[cell] = text[at] - low + 1
		}
	}
	return g
}

// offset is the byte of a cell in the layout.
func (s Shape) offset(cell int) int { return cell + cell/s.N }

// box numbers the boxes row by row.
func (s Shape) box(cell int) int {
	row, column := cell/s.N, cell%s.N
	return row/s.BoxRows*(s.N/s.BoxColumns) + column/s.BoxColumns
}

// House is a set of N cells that must differ.
type House struct {
	Kind  string // "row", "column" or "box"
	Index int    // among those of its kind
	Cells []int  // ascending
}

// Houses lists rows, columns and boxes, in this order.
func (s Shape) Houses() []House {
	kinds := []struct {
		name string
		of   func(cell int) int
	}{
		{"row", func(cell int) int { return cell / s.N }},
		{"column", func(cell int) int { return cell % s.N }},
		{"box", s.box},
	}
	if s.BoxRows == 0 {
		kinds = kinds[:2]
	}
	houses := make([]House, 0, len(kinds)*s.N)
	for _, kind := range kinds {
		list := make([]House, s.N)
		for cell := range s.N * s.N {
			h := &list[kind.of(cell)]
			h.Cells = append(h.Cells, cell)
		}
		for i := range list {
			list[i].Kind, list[i].Index = kind.name, i
		}
		houses = append(houses, list...)
	}
	return houses
}

// Rename exchanges the numbers of a grid such that they appear in the order 1,
// 2, 3, …: two grids become equal if they differ only in the names of numbers.
func Rename(g Grid) Grid {
	renamed := make(Grid, len(g))
	var names [256]byte
	next := byte(1)
	for i, d := range g {
		if d == 0 {
			continue
		}
		if names[d] == 0 {
			names[d] = next
			next++
		}
		renamed[i] = names[d]
	}
	return renamed
}

// Canon is the canonical form of a solved grid, the same for every workload,
// so that no grid of a test task is an answer in the training of another one.
// It is the grid itself for N up to 4, whose renamed forms are too few to be
// split, and the renamed grid for larger ones: no renaming of a test grid
// occurs in training. The word sudoku in the former is the name under which
// these grids were first split.
func (s Shape) Canon(g Grid) string {
	plain := Shape{N: s.N}
	if s.N <= 4 {
		return "sudoku " + plain.Format(g)
	}
	return fmt.Sprintf("square %d %s", s.N, plain.Format(Rename(g)))
}
