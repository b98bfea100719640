package square

import (
	"fmt"

	"dllmbench/workloads"
)

// Constraints are the houses, the clues of the puzzle in reading order, and the
// layout. Distances count cells: between the first and last cell of a house,
// between a clue and its copy.
func (s Shape) Constraints(puzzle Grid) []workloads.Constraint {
	var cs []workloads.Constraint
	add := func(kind string, distance int, format string, args ...any) {
		cs = append(cs, workloads.Must(kind, distance, format, args...))
	}
	for _, h := range s.Houses() {
		add(h.Kind, h.Cells[s.N-1]-h.Cells[0]-1, "%s %d holds %s", h.Kind, h.Index+1, s.numbers())
	}
	for cell, d := range puzzle {
		if d != 0 {
			add("clue", s.N*s.N-1, "row %d, column %d keeps its %d", cell/s.N+1, cell%s.N+1, int(d)+s.Base)
		}
	}
	add("layout", s.N*s.N-1, "%d rows of %d digits with / between them", s.N, s.N)
	return cs
}

// numbers names what a house holds.
func (s Shape) numbers() string { return fmt.Sprintf("%d to %d", s.Base+1, s.Base+s.N) }

// Check judges an output against the constraints of a puzzle; any solution
// counts. White space around the output is ignored; cell and separator have
// fixed places in the rest. Partial is the share of constraints that hold.
func (s Shape) Check(puzzle Grid, output string) workloads.Score {
	text, lead := workloads.Trim(output)
	got := s.Parse(text)

	houses := s.Houses()
	v := workloads.Verdict{Total: len(houses) + 1}
	fail := func(constraint, cell int, format string, args ...any) {
		at := s.offset(cell)
		if at >= len(text) {
			v.Fail(constraint, -1, format, args...)
			return
		}
		v.Mark(constraint, lead+at, 1, format, args...)
	}
	for i, h := range houses {
		seen := 0
		for _, c := range h.Cells {
			bit := 1 << got[c]
			if got[c] == 0 || seen&bit != 0 {
				fail(i, c, "%s %d does not hold %s", h.Kind, h.Index+1, s.numbers())
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
			fail(i, cell, "row %d, column %d is not %d", cell/s.N+1, cell%s.N+1, int(d)+s.Base)
		}
		i++
		v.Total++
	}
	if text != s.Format(got) {
		v.Fail(i, lead, "the layout is not %d rows of %d digits %s: %q", s.N, s.N, s.numbers(), workloads.Clip(text))
	}
	return v.Score()
}
