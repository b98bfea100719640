// Package sudoku is the workload of completing number grids with boxes.
package sudoku

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/square"
)

// Workload is that of completing 4×4 and 6×6 grids. A grid is written row
// by row, one digit per cell, 0 for a hole, in the prompt and in the answer
// alike:
//
//	sudoku:1030/0020/0004/0100=   →   1234/…
//
// Grids are drawn uniformly from all solved ones: the 288 of order 4 are
// listed, and of the 28,200,960 of order 6 the 39,168 with the first row
// 123456, whose numbers are then renamed by a random permutation.
type Workload struct {
	workloads.Base
	fours   []square.Grid                     // all solved grids of order 4, in lexical order
	bySplit map[workloads.Split][]square.Grid // the same, by split
	sixes   func() []square.Grid              // those of order 6 with the first row in order
}

var (
	four = square.Shape{N: 4, BoxRows: 2, BoxColumns: 2}
	six  = square.Shape{N: 6, BoxRows: 2, BoxColumns: 3}
)

// rung is a rung of the ladder.
type rung struct {
	shape square.Shape
	holes int
	deal  deal
}

// deal is how the holes of a puzzle are chosen.
type deal int

const (
	// drawn: all sets of cells that leave one solution, equally likely.
	drawn deal = iota
	// dug: cells in random order as far as the solution stays unique.
	dug
	// open: all sets of cells, whatever the number of solutions.
	open
	// firstRow: all cells but those of the first row; many solutions.
	firstRow
)

// ladder goes by the share of holes. Puzzles of order 4 have one solution up to
// 12 holes (four clues are the least that can force one).
var ladder = [...]rung{
	{four, 3, drawn}, {four, 4, drawn}, {six, 4, dug}, {four, 6, drawn}, {six, 8, dug}, {six, 12, dug},
	{four, 8, drawn}, {six, 16, dug}, {four, 10, drawn}, {six, 20, dug}, {four, 12, drawn}, {six, 24, dug},
	{four, 14, open}, {six, 30, firstRow},
}

func New() *Workload {
	w := &Workload{bySplit: map[workloads.Split][]square.Grid{}, sixes: sync.OnceValue(listSixes)}
	for g := range four.Each(make(square.Grid, 16)) {
		w.fours = append(w.fours, g)
		s := workloads.SplitOf(four.Canon(g))
		w.bySplit[s] = append(w.bySplit[s], g)
	}
	w.Base = workloads.NewBase("sudoku", "Complete a sudoku of 4×4 or 6×6 cells. The knob is the number of holes. Every row, column and box must "+
		"hold each number once, every clue must be kept, and the answer must have the layout of the prompt. Any "+
		"valid completion counts.",
		ladder[:], w.describe, w.generate)
	return w
}

// listSixes lists the solved grids of order 6 with the first row 123456. It
// takes some tens of milliseconds and is done when the first one is needed.
func listSixes() []square.Grid {
	return slices.Collect(six.Each(append(square.Grid{1, 2, 3, 4, 5, 6}, make(square.Grid, 30)...)))
}

func (r rung) name() string {
	switch {
	case r.deal == firstRow:
		return "6x6-row"
	case r.shape == six:
		return fmt.Sprintf("6x6-holes-%d", r.holes)
	default:
		return fmt.Sprintf("holes-%d", r.holes)
	}
}

// unique reports whether puzzles have one solution.
func (r rung) unique() bool { return r.deal == drawn || r.deal == dug }

// describe is a rung as lists show it.
func (w *Workload) describe(r rung) workloads.Rung {
	doc := fmt.Sprintf("%d×%d, %d holes, one solution", r.shape.N, r.shape.N, r.holes)
	switch r.deal {
	case open:
		doc = fmt.Sprintf("%d×%d, %d holes, several solutions, any of them counts", r.shape.N, r.shape.N, r.holes)
	case firstRow:
		doc = "6×6, only the first row is given, any of the 39168 solutions counts"
	}
	return workloads.Rung{
		Name: r.name(), Doc: doc,
		Knobs:  map[string]float64{"size": float64(r.shape.N), "holes": float64(r.holes)},
		Chance: w.chance(r),
	}
}

// generate draws an instance. Where the solution is unique, the
// canonical form is the solved grid (see [square.Shape.Canon]): no grid of a
// test puzzle is ever an answer in training. Where it is not, the form is the
// puzzle, and the reference answer is a grid of the same split.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := ladder[rung]
	solved := w.draw(rng, r.shape, split)

	puzzle := w.dig(rng, solved, r)
	canon := r.shape.Canon(solved)
	if !r.unique() {
		for canon = puzzleCanon(r, puzzle); workloads.SplitOf(canon) != split; canon = puzzleCanon(r, puzzle) {
			if r.deal == firstRow { // a grid has one first row
				solved = w.draw(rng, r.shape, split)
			}
			puzzle = w.dig(rng, solved, r)
		}
	}
	return workloads.Instance{
		Prompt: "sudoku:" + r.shape.Format(puzzle) + "=", Answer: r.shape.Format(solved), Unique: r.unique(), Canon: canon,
		Constraints: r.shape.Constraints(puzzle),
	}
}

// puzzleCanon is the canonical form of a puzzle with several solutions.
func puzzleCanon(r rung, puzzle square.Grid) string { return "sudoku " + r.shape.Format(puzzle) }

// draw returns a solved grid of a split, all of them equally likely.
func (w *Workload) draw(rng *rand.Rand, s square.Shape, split workloads.Split) square.Grid {
	if s == four {
		return w.bySplit[split][rng.IntN(len(w.bySplit[split]))]
	}
	for {
		g := w.sixes()[rng.IntN(len(w.sixes()))]
		if workloads.SplitOf(six.Canon(g)) != split {
			continue
		}
		renamed, names := make(square.Grid, len(g)), rng.Perm(6)
		for i, d := range g {
			renamed[i] = byte(names[d-1] + 1)
		}
		return renamed
	}
}

// dig empties cells of a solved grid.
func (w *Workload) dig(rng *rand.Rand, solved square.Grid, r rung) square.Grid {
	switch r.deal {
	case dug:
		return six.Dig(rng, solved, r.holes)
	case firstRow:
		return append(slices.Clone(solved[:6]), make(square.Grid, 30)...)
	}
	for {
		puzzle := slices.Clone(solved)
		for _, cell := range rng.Perm(16)[:r.holes] {
			puzzle[cell] = 0
		}
		if r.deal == open || four.Solutions(puzzle, 2) == 1 {
			return puzzle
		}
	}
}

// puzzle is the grid of a prompt.
func puzzle(prompt string) string {
	return strings.TrimSuffix(strings.TrimPrefix(prompt, "sudoku:"), "=")
}

// Check implements [workloads.Workload]. White space around the output is ignored; cell
// and separator have fixed places in the rest.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	text, shape := puzzle(inst.Prompt), four
	if len(text) > len("1234/1234/1234/1234") {
		shape = six
	}
	return shape.Check(shape.Parse(text), output)
}
