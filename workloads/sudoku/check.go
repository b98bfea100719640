package sudoku

import (
	"fmt"
	"strings"

	"dllmbench/workloads"
)

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
func sudokuConstraints(puzzle grid) []workloads.Constraint {
	var cs []workloads.Constraint
	for _, h := range sudokuHouses() {
		cs = append(cs, workloads.Constraint{Kind: h.kind, Distance: h.cells[3] - h.cells[0] - 1, Direction: workloads.Backward,
			Doc: fmt.Sprintf("%s %d holds 1 to 4", h.kind, h.index+1)})
	}
	for cell, d := range puzzle {
		if d != 0 {
			cs = append(cs, workloads.Constraint{Kind: "clue", Distance: 15, Direction: workloads.Backward,
				Doc: fmt.Sprintf("row %d, column %d keeps its %d", cell/4+1, cell%4+1, d)})
		}
	}
	return append(cs, workloads.Constraint{Kind: "layout", Distance: 15, Direction: workloads.Backward, Doc: "four rows of four digits with / between them"})
}

// Check implements [workloads.Workload]. White space around the output is ignored; cell
// and separator have fixed places in the rest.
func (w *Task) Check(inst workloads.Instance, output string) workloads.Score {
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
	v := workloads.Verdict{Total: len(sudokuConstraints(puzzle))}
	for i, h := range houses {
		seen := 0
		for _, c := range h.cells {
			bit := 1 << got[c]
			if got[c] == 0 || seen&bit != 0 {
				v.Fail(i, offset(c), "%s %d does not hold 1 to 4", h.kind, h.index+1)
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
			v.Fail(i, offset(cell), "row %d, column %d is not %d", cell/4+1, cell%4+1, d)
		}
		i++
	}
	if text != got.String() {
		v.Fail(i, lead, "the layout is not four rows of four digits 1 to 4: %q", workloads.Clip(text))
	}
	return v.Score()
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

// Template states a sudoku instance as an infilling task: the clues and
// separators of the answer are fixed, and every hole is a gap of one token. It
// returns nil for instances of other workloads.
func Template(inst workloads.Instance) []workloads.Piece {
	layout, ok := strings.CutPrefix(inst.Prompt, "sudoku:")
	if !ok {
		return nil
	}
	var pieces []workloads.Piece
	for _, c := range strings.TrimSuffix(layout, "=") {
		last := len(pieces) - 1
		switch {
		case c == '0' && last >= 0 && pieces[last].Gap > 0:
			pieces[last].Gap++
		case c == '0':
			pieces = append(pieces, workloads.Piece{Gap: 1})
		case last >= 0 && pieces[last].Gap == 0:
			pieces[last].Text += string(c)
		default:
			pieces = append(pieces, workloads.Piece{Text: string(c)})
		}
	}
	return pieces
}
