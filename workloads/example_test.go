package workloads_test

import (
	"fmt"

	"dllmbench/workloads"
)

// An instance is a prompt with one correct answer; the checker judges what a
// decoder wrote instead.
func Example() {
	lists, err := workloads.ByName("lists")
	if err != nil {
		panic(err)
	}
	inst := lists.Generate(workloads.Test, 2, 0)
	fmt.Println(inst.ID, inst.Prompt, inst.Answer)

	score := lists.Check(inst, "286")
	fmt.Println(score.Exact, len(score.Violations), "of", len(inst.Constraints))
	for _, v := range score.Violations {
		c := inst.Constraints[v.Constraint]
		fmt.Printf("%s at distance %d: %s\n", c.Kind, c.Distance, v.Doc)
	}
	// Output:
	// lists/sort-3/test/0 sort:628= 268
	// false 2 of 4
	// item at distance 3: item 2 is "8" instead of "6"
	// item at distance 2: item 3 is "6" instead of "8"
}

// A sudoku can also be put as an infilling task: fixed text and gaps.
func ExampleSudokuTemplate() {
	sudoku, err := workloads.ByName("sudoku")
	if err != nil {
		panic(err)
	}
	inst := sudoku.Generate(workloads.Test, 0, 0)
	fmt.Println(inst.Prompt)
	for _, piece := range workloads.SudokuTemplate(inst) {
		if piece.Gap > 0 {
			fmt.Printf("[%d]", piece.Gap)
		}
		fmt.Print(piece.Text)
	}
	// Output:
	// sudoku:1340/2401/0123/3214=
	// 134[1]/24[1]1/[1]123/3214
}
