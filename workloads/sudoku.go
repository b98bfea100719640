package workloads

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// sudoku is the workload of completing 4×4 grids. A grid is written row by
// row, one digit per cell, 0 for a hole, in the prompt and in the answer alike:
//
//	sudoku:1030/0020/0004/0100=   →   1234/…
type sudoku struct {
	grids   []grid           // all 288 solved grids, in lexical order
	bySplit map[Split][]grid // the same, by split
}

// grid holds the 16 cells row by row, each 1..4, or 0 for a hole.
type grid [16]byte

// sudokuHoles is the ladder. Puzzles with up to sudokuUnique holes have
// exactly one solution (four clues are the least that can force one); beyond
// that there are several and each of them counts.
var sudokuHoles = [...]int{3, 4, 6, 8, 10, 12, 14}

const sudokuUnique = 12

func newSudoku() *sudoku {
	w := &sudoku{bySplit: map[Split][]grid{}}
	var g grid
	w.enumerate(&g, 0)
	for _, g := range w.grids {
		s := splitOf(gridCanon(g))
		w.bySplit[s] = append(w.bySplit[s], g)
	}
	return w
}

// enumerate appends all solved grids that agree with the first cells of g.
func (w *sudoku) enumerate(g *grid, cell int) {
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

// Name implements [Workload].
func (*sudoku) Name() string { return "sudoku" }

// Doc implements [Workload].
func (*sudoku) Doc() string {
	return "Complete a 4×4 sudoku. The knob is the number of holes. Every row, column and box must hold " +
		"1 to 4, every clue must be kept, and the answer must have the layout of the prompt. Any valid " +
		"completion counts."
}

func sudokuRungName(holes int) string { return "holes-" + strconv.Itoa(holes) }

// Rungs implements [Workload].
func (w *sudoku) Rungs() []Rung {
	rungs := make([]Rung, len(sudokuHoles))
	for i, holes := range sudokuHoles {
		doc := fmt.Sprintf("%d holes, one solution", holes)
		if holes > sudokuUnique {
			doc = fmt.Sprintf("%d holes, several solutions, any of them counts", holes)
		}
		rungs[i] = Rung{
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
func (w *sudoku) chance(holes int) float64 {
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

// Generate implements [Workload]. Where the solution is unique, the canonical
// form is the solved grid: no grid of a test puzzle is ever an answer in
// training. Where it is not, the form is the puzzle, and the reference answer
// is a grid of the same split.
func (w *sudoku) Generate(split Split, rung, index int) Instance {
	mustName(split, len(sudokuHoles), rung, index)
	holes := sudokuHoles[rung]
	name := sudokuRungName(holes)
	rng := newRand(w.Name(), name, split, index)
	solved := w.bySplit[split][rng.IntN(len(w.bySplit[split]))]

	puzzle, canon := w.dig(rng, solved, holes), gridCanon(solved)
	if holes > sudokuUnique {
		for canon = gridCanon(puzzle); splitOf(canon) != split; canon = gridCanon(puzzle) {
			puzzle = w.dig(rng, solved, holes)
		}
	}
	return Instance{
		ID: instanceID(w.Name(), name, split, index), Workload: w.Name(), Rung: rung,
		Prompt: "sudoku:" + puzzle.String() + "=", Answer: solved.String(), Canon: canon,
		Constraints: sudokuConstraints(puzzle),
	}
}

// dig empties holes random cells, such that the solution stays unique if the
// number of holes allows it.
func (w *sudoku) dig(rng *rand.Rand, solved grid, holes int) grid {
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

func (w *sudoku) solutions(puzzle grid) int {
	n := 0
	for _, g := range w.grids {
		if g.agrees(puzzle) {
			n++
		}
	}
	return n
}

// house is a set of four cells that must differ.
type house struct {
	kind  string
	index int
	cells [4]int
}

// sudokuHouses lists rows, columns and boxes, in this order.
func sudokuHouses() []house {
	houses := make([]house, 0, 12)
	for i := range 4 {
		houses = append(houses, house{"row", i, [4]int{4 * i, 4*i + 1, 4*i + 2, 4*i + 3}})
	}
	for i := range 4 {
		houses = append(houses, house{"column", i, [4]int{i, i + 4, i + 8, i + 12}})
	}
	for i := range 4 {
		c := i/2*8 + i%2*2
		houses = append(houses, house{"box", i, [4]int{c, c + 1, c + 4, c + 5}})
	}
	return houses
}

// sudokuConstraints are the twelve houses, the clues in reading order, and the
// layout. Distances count cells: between the first and last cell of a house,
// between a clue and its copy.
func sudokuConstraints(puzzle grid) []Constraint {
	var cs []Constraint
	for _, h := range sudokuHouses() {
		cs = append(cs, Constraint{h.kind, h.cells[3] - h.cells[0] - 1, Backward,
			fmt.Sprintf("%s %d holds 1 to 4", h.kind, h.index+1)})
	}
	for cell, d := range puzzle {
		if d != 0 {
			cs = append(cs, Constraint{"clue", 15, Backward,
				fmt.Sprintf("row %d, column %d keeps its %d", cell/4+1, cell%4+1, d)})
		}
	}
	return append(cs, Constraint{"layout", 15, Backward, "four rows of four digits with / between them"})
}

// Check implements [Workload]. White space around the output is ignored; cell
// and separator have fixed places in the rest.
func (w *sudoku) Check(inst Instance, output string) Score {
	puzzle := parseGrid(strings.TrimSuffix(strings.TrimPrefix(inst.Prompt, "sudoku:"), "="))
	text := strings.TrimSpace(output)
	lead := strings.Index(output, text)
	got := parseGrid(text)
	offset := func(cell int) int {
		if at := cell + cell/4; at < len(text) {
			return lead + at
		}
		return -1
	}

	houses := sudokuHouses()
	v := verdict{total: len(sudokuConstraints(puzzle))}
	for i, h := range houses {
		seen := 0
		for _, c := range h.cells {
			bit := 1 << got[c]
			if got[c] == 0 || seen&bit != 0 {
				v.fail(i, offset(c), "%s %d does not hold 1 to 4", h.kind, h.index+1)
				break
			}
			seen |= bit
		}
	}
	i := len(houses)
	for cell, d := range puzzle {
		if d == 0 {
			continue
		}
		if got[cell] != d {
			v.fail(i, offset(cell), "row %d, column %d is not %d", cell/4+1, cell%4+1, d)
		}
		i++
	}
	if text != got.String() {
		v.fail(i, lead, "the layout is not four rows of four digits 1 to 4: %q", clip(text))
	}
	return v.score()
}

// parseGrid reads cells at their places in the layout; anything but 1 to 4 is
// a hole.
func parseGrid(s string) grid {
	var g grid
	for cell := range g {
		if at := cell + cell/4; at < len(s) && s[at] >= '1' && s[at] <= '4' {
			g[cell] = s[at] - '0'
		}
	}
	return g
}
