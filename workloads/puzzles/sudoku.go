package puzzles

import (
	"fmt"
	"slices"

	"dllmbench/workloads"
	"dllmbench/workloads/extract"
)

// cells is the number of cells of a grid.
const cells = 16

// Sudoku wants the solution of a sudoku of four rows as sixteen digits. The score is the
// share of the cells that were empty and are right.
type Sudoku struct {
	solution []rune
	empty    []int
	rule     extract.Rule
}

// NewSudoku makes a checker of a puzzle, sixteen digits with 0 for an empty cell, and its
// solution.
func NewSudoku(puzzle, solution string) (*Sudoku, error) {
	s := &Sudoku{solution: []rune(solution)}
	for _, text := range []string{puzzle, solution} {
		if len(text) != cells || slices.ContainsFunc([]byte(text), func(c byte) bool { return c < '0' || c > '4' }) {
			return nil, fmt.Errorf("%q is not 16 digits of 0 to 4", workloads.Clip(text))
		}
	}
	for i := range cells {
		switch {
		case puzzle[i] == '0':
			s.empty = append(s.empty, i)
		case puzzle[i] != solution[i]:
			return nil, fmt.Errorf("the solution %s does not keep the %c of cell %d of the puzzle", solution, puzzle[i], i+1)
		}
	}
	if len(s.empty) == 0 {
		return nil, fmt.Errorf("the puzzle %s has no empty cell", puzzle)
	}
	var err error
	s.rule, err = extract.RuleNamed("sudoku-d1")
	return s, err
}

// Constraints implements jsonl.Checker: one for each empty cell.
func (s *Sudoku) Constraints() []workloads.Constraint {
	list := make([]workloads.Constraint, len(s.empty))
	for i, cell := range s.empty {
		list[i] = workloads.Must("cell", 0, "row %d, column %d is %c", cell/4+1, cell%4+1, s.solution[cell])
	}
	return list
}

// Check implements jsonl.Checker. Cells that are missing are wrong.
func (s *Sudoku) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: len(s.empty)}
	if len(output) > maxOutput {
		v.FailAll(0, len(s.empty), 0, "more than %d bytes", maxOutput)
		return v.Score()
	}
	text, _ := s.rule.Find(output)
	got := []rune(text)
	for i, cell := range s.empty {
		if cell >= len(got) {
			v.Fail(i, -1, "row %d, column %d is missing", cell/4+1, cell%4+1)
		} else if got[cell] != s.solution[cell] {
			v.Fail(i, -1, "row %d, column %d is %q", cell/4+1, cell%4+1, got[cell])
		}
	}
	return v.Score()
}
