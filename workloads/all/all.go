// Package all lists the tasks that the program has. Nothing registers itself: a
// workload that is not named here does not exist.
package all

import (
	"dllmbench/workloads"
	"dllmbench/workloads/arithmetic"
	"dllmbench/workloads/brackets"
	"dllmbench/workloads/forced"
	"dllmbench/workloads/gaps"
	"dllmbench/workloads/gocode"
	"dllmbench/workloads/infill"
	"dllmbench/workloads/latin"
	"dllmbench/workloads/lists"
	"dllmbench/workloads/long"
	"dllmbench/workloads/markov"
	"dllmbench/workloads/masks"
	"dllmbench/workloads/paths"
	"dllmbench/workloads/reversal"
	"dllmbench/workloads/stories"
	"dllmbench/workloads/sudoku"
	"dllmbench/workloads/world"
)

// Workloads lists the tasks in the order in which reports show them.
func Workloads() []workloads.Workload {
	return []workloads.Workload{
		// Symbols: items, sums, grids, plans, nesting, recall, a known law, gaps.
		lists.New(), arithmetic.New(), sudoku.New(), latin.New(), paths.New(), brackets.New(), reversal.New(), markov.New(), infill.New(),
		// Text and programs.
		stories.New(), world.New(), gocode.New(),
		// Length of the answer, and of the canvas.
		long.New(), masks.New(),
		// Answers before their reasons, texts between texts.
		forced.New(), gaps.New(),
	}
}
