// Package sudoku is the workload of completing number grids.
package sudoku

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"dllmbench/workloads"
)

// Task is the workload of completing 4×4 grids. A grid is written row by
// row, one digit per cell, 0 for a hole, in the prompt and in the answer alike:
//
//	sudoku:1030/0020/0004/0100=   →   1234/…
type Task struct {
	grids   []grid                     // all 288 solved grids, in lexical order
	bySplit map[workloads.Split][]grid // the same, by split
}

// grid holds the 16 cells row by row, each 1..4, or 0 for a hole.
type grid [16]byte

// sudokuHoles is the ladder. Puzzles with up to sudokuUnique holes have
// exactly one solution (four clues are the least that can force one); beyond
// that there are several and each of them counts.
var sudokuHoles = [...]int{3, 4, 6, 8, 10, 12, 14}

const sudokuUnique = 12

func New() *Task {
	w := &Task{bySplit: map[workloads.Split][]grid{}}
	var g grid
	w.enumerate(&g, 0)
	for _, g := range w.grids {
		s := workloads.SplitOf(gridCanon(g))
		w.bySplit[s] = append(w.bySplit[s], g)
	}
	return w
}

// enumerate appends all solved grids that agree with the first cells of g.
func (w *Task) enumerate(g *grid, cell int) {
	if cell == len(g) {
		w.grids = append(w.grids, *g)
		return
	}
	for d := byte(1); d <= 4; d++ {
		fits := true
		for c := range cell {
			if g[c] == d && (c/4 == cell/4 || c%4 == cell%4 || boxOf(c) == boxOf(cell)) {
				fits = false
			}
		}
		if fits {
			g[cell] = d
			w.enumerate(g, cell+1)
		}
	}
	g[cell] = 0
}

func boxOf(cell int) int { return cell/8*2 + cell%4/2 }

func gridCanon(g grid) string { return "sudoku " + g.String() }

// String writes the grid in the workload's layout, 19 characters.
func (g grid) String() string {
	var b strings.Builder
	for i, d := range g {
		if i > 0 && i%4 == 0 {
			b.WriteByte('/')
		}
		b.WriteByte('0' + d)
	}
	return b.String()
}

// agrees tells whether a solved grid has all clues of a puzzle.
func (g grid) agrees(puzzle grid) bool {
	for i, d := range puzzle {
		if d != 0 && d != g[i] {
			return false
		}
	}
	return true
}

// Name implements [workloads.Workload].
func (*Task) Name() string { return "sudoku" }

// Doc implements [workloads.Workload].
func (*Task) Doc() string {
	return "Complete a 4×4 sudoku. The knob is the number of holes. Every row, column and box must hold " +
		"1 to 4, every clue must be kept, and the answer must have the layout of the prompt. Any valid " +
		"completion counts."
}

func sudokuRungName(holes int) string { return "holes-" + strconv.Itoa(holes) }

// Rungs implements [workloads.Workload].
func (w *Task) Rungs() []workloads.Rung {
	rungs := make([]workloads.Rung, len(sudokuHoles))
	for i, holes := range sudokuHoles {
		doc := fmt.Sprintf("%d holes, one solution", holes)
		if holes > sudokuUnique {
			doc = fmt.Sprintf("%d holes, several solutions, any of them counts", holes)
		}
		rungs[i] = workloads.Rung{
			Name: sudokuRungName(holes), Doc: doc,
			Knobs:  map[string]float64{"holes": float64(holes)},
			Chance: w.chance(holes),
		}
	}
	return rungs
}

// chance is the larger of two blind strategies: one fixed grid, whatever the
// prompt; and copying the clues with an independent guess for every hole. A
// fixed grid is right when it agrees with the clues of a uniformly drawn grid.
func (w *Task) chance(holes int) float64 {
	constant := 1 / float64(len(w.grids))
	if clues := 16 - holes; holes > sudokuUnique {
		constant = 0
		for _, guess := range w.grids {
			sum := 0.0
			for _, truth := range w.grids {
				same := 0
				for i := range truth {
					if truth[i] == guess[i] {
						same++
					}
				}
				sum += choose(same, clues) / choose(16, clues)
			}
			constant = max(constant, sum/float64(len(w.grids)))
		}
		return constant
	}
	return max(constant, math.Pow(4, -float64(holes)))
}

// choose is the binomial coefficient.
func choose(n, k int) float64 {
	c := 1.0
	for i := range k {
		c *= float64(n-i) / float64(i+1)
	}
	return c
}

// Generate implements [workloads.Workload]. Where the solution is unique, the canonical
// form is the solved grid: no grid of a test puzzle is ever an answer in
// training. Where it is not, the form is the puzzle, and the reference answer
// is a grid of the same split.
func (w *Task) Generate(split workloads.Split, rung, index int) workloads.Instance {
	workloads.MustName(split, len(sudokuHoles), rung, index)
	holes := sudokuHoles[rung]
	name := sudokuRungName(holes)
	rng := workloads.NewRand(w.Name(), name, split, index)
	solved := w.bySplit[split][rng.IntN(len(w.bySplit[split]))]

	puzzle, canon := w.dig(rng, solved, holes), gridCanon(solved)
	if holes > sudokuUnique {
		for canon = gridCanon(puzzle); workloads.SplitOf(canon) != split; canon = gridCanon(puzzle) {
			puzzle = w.dig(rng, solved, holes)
		}
	}
	return workloads.Instance{
		ID: workloads.InstanceID(w.Name(), name, split, index), Workload: w.Name(), Rung: rung,
		Prompt: "sudoku:" + puzzle.String() + "=", Answer: solved.String(), Canon: canon,
		Constraints: sudokuConstraints(puzzle),
	}
}

// dig empties holes random cells, such that the solution stays unique if the
// number of holes allows it.
func (w *Task) dig(rng *rand.Rand, solved grid, holes int) grid {
	for {
		puzzle := solved
		for _, cell := range rng.Perm(16)[:holes] {
			puzzle[cell] = 0
		}
		if holes > sudokuUnique || w.solutions(puzzle) == 1 {
			return puzzle
		}
	}
}

func (w *Task) solutions(puzzle grid) int {
	n := 0
	for _, g := range w.grids {
		if g.agrees(puzzle) {
			n++
		}
	}
	return n
}
