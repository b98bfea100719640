package sudoku

import (
	"math"

	"gonum.org/v1/gonum/stat/combin"

	"dllmbench/workloads/internal/square"
)

// grids6 is the number of solved grids of order 6.
const grids6 = 28200960

// chance is the larger of two blind strategies: one fixed grid, whatever the
// prompt; and copying the clues with an independent guess for every hole. A
// fixed grid is right when it agrees with the clues of a uniformly drawn grid:
// with the first row alone, when that is one of 720.
func (w *Workload) chance(r rung) float64 {
	switch r.deal {
	case drawn:
		return max(1/float64(len(w.fours)), math.Pow(4, -float64(r.holes)))
	case dug:
		return max(1./grids6, math.Pow(6, -float64(r.holes)))
	case firstRow:
		return 1. / 720
	}
	best := 0.0
	for _, guess := range w.fours {
		best = max(best, w.fits(guess, 16-r.holes))
	}
	return best
}

// fits is the share of puzzles with a number of clues that one grid of order 4
// agrees with.
func (w *Workload) fits(guess square.Grid, clues int) float64 {
	sum := 0.0
	for _, truth := range w.fours {
		same := 0
		for i := range truth {
			if truth[i] == guess[i] {
				same++
			}
		}
		if same >= clues {
			sum += float64(combin.Binomial(same, clues)) / float64(combin.Binomial(16, clues))
		}
	}
	return sum / float64(len(w.fours))
}
