package sudoku

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// solves is a second, independent judge: by definition of the puzzle.
func solves(puzzle, text string) bool {
	rows := strings.Split(text, "/")
	if len(rows) != 4 {
		return false
	}
	houses := map[[2]int]map[byte]bool{}
	for r, row := range rows {
		if len(row) != 4 {
			return false
		}
		for c := range row {
			if clue := puzzle[5*r+c]; clue != '0' && clue != row[c] {
				return false
			}
			for kind, i := range []int{r, c, 2*(r/2) + c/2} {
				key := [2]int{kind, i}
				if houses[key] == nil {
					houses[key] = map[byte]bool{}
				}
				houses[key][row[c]] = true
			}
		}
	}
	for _, h := range houses {
		if len(h) != 4 || !h['1'] || !h['2'] || !h['3'] || !h['4'] {
			return false
		}
	}
	return true
}

func sudokuPuzzle(inst workloads.Instance) string {
	return strings.TrimSuffix(strings.TrimPrefix(inst.Prompt, "sudoku:"), "=")
}

func TestSudokuInstances(t *testing.T) {
	w := New()
	if len(w.grids) != 288 {
		t.Fatalf("%d solved grids, want 288", len(w.grids))
	}
	for r, holes := range sudokuHoles {
		for i := range 50 {
			inst := w.Generate(workloads.Test, r, i)
			puzzle := sudokuPuzzle(inst)
			if strings.Count(puzzle, "0") != holes || !solves(puzzle, inst.Answer) {
				t.Fatalf("%s: %q answered by %q", inst.ID, puzzle, inst.Answer)
			}
			n := w.solutions(parseGrid(puzzle))
			if holes <= sudokuUnique && n != 1 || holes > sudokuUnique && n < 2 {
				t.Fatalf("%s: %q has %d solutions", inst.ID, puzzle, n)
			}
		}
	}
	// Every grid can be dug to the deepest unique rung, or Generate would not end.
	rng := rand.New(rand.NewPCG(1, 1))
	for _, g := range w.grids {
		if w.solutions(w.dig(rng, g, sudokuUnique)) != 1 {
			t.Fatalf("%s has no puzzle with %d holes", g, sudokuUnique)
		}
	}
}

// TestSudokuAgainstSecondJudge compares verdicts on all 288 grids, and on
// grids with planted errors.
func TestSudokuAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	for r, holes := range sudokuHoles {
		for i := range 10 {
			inst := w.Generate(workloads.Test, r, i)
			puzzle, right := sudokuPuzzle(inst), 0
			for _, g := range w.grids {
				exact := w.Check(inst, g.String()).Exact
				if exact != solves(puzzle, g.String()) {
					t.Fatalf("%s: %q judged %v", inst.ID, g, exact)
				}
				if exact {
					right++
				}
			}
			if right != w.solutions(parseGrid(puzzle)) {
				t.Fatalf("%s (%d holes): %d completions accepted", inst.ID, holes, right)
			}
			for range 100 {
				output := []byte(inst.Answer)
				for range 1 + rng.IntN(4) {
					output[rng.IntN(len(output))] = "01234/ x"[rng.IntN(8)]
				}
				text := strings.TrimSpace(string(output))
				if exact := w.Check(inst, string(output)).Exact; exact != solves(puzzle, text) {
					t.Fatalf("%s: %q judged %v", inst.ID, output, exact)
				}
			}
		}
	}
}

// TestSudokuCalibration changes one cell of the answer: its row, column and
// box are broken, its clue if it has one, and nothing else.
func TestSudokuCalibration(t *testing.T) {
	w := New()
	for r := range sudokuHoles {
		inst := w.Generate(workloads.Test, r, 1)
		puzzle := parseGrid(sudokuPuzzle(inst))
		clues := 0
		for cell := range 16 {
			want := []int{cell / 4, 4 + cell%4, 8 + boxOf(cell)}
			if puzzle[cell] != 0 {
				want = append(want, 12+clues)
				clues++
			}
			output := []byte(inst.Answer)
			at := cell + cell/4
			output[at] = '1' + (output[at]-'0')%4
			s := w.Check(inst, string(output))
			if got := workloadtest.Broken(s); !slices.Equal(got, want) {
				t.Errorf("%s: cell %d changed: found %v, want %v", inst.ID, cell, got, want)
			}
		}
		layout := len(inst.Constraints) - 1
		for _, output := range []string{inst.Answer + "1", strings.Replace(inst.Answer, "/", " ", 1)} {
			if got := workloadtest.Broken(w.Check(inst, output)); !slices.Equal(got, []int{layout}) {
				t.Errorf("%s: %q: found %v, want the layout only", inst.ID, output, got)
			}
		}
	}
}

// TestSudokuChance estimates both blind strategies by drawing.
func TestSudokuChance(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(7, 8))
	const n = 20000
	for i, rung := range w.Rungs() {
		holes := sudokuHoles[i]
		if holes == sudokuUnique {
			continue // slow to dig, and by the same argument as the rungs below it
		}
		constant, guessed := 0, 0
		for range n {
			solved := w.grids[rng.IntN(len(w.grids))]
			puzzle := w.dig(rng, solved, holes)
			if w.grids[0].agrees(puzzle) {
				constant++
			}
			guess := puzzle
			for c, d := range guess {
				if d == 0 {
					guess[c] = byte(1 + rng.IntN(4))
				}
			}
			if guess == solved { // enough where the solution is unique
				guessed++
			}
		}
		best := float64(max(constant, guessed)) / n
		sigma := math.Sqrt(rung.Chance * (1 - rung.Chance) / n)
		if math.Abs(best-rung.Chance) > 4*sigma {
			t.Errorf("%s: chance %.5f, drawn %.5f", rung.Name, rung.Chance, best)
		}
	}
}

func TestTemplate(t *testing.T) {
	w := New()
	for r, holes := range sudokuHoles {
		inst := w.Generate(workloads.Test, r, 3)
		var text strings.Builder
		gaps := 0
		for _, p := range Template(inst) {
			if (p.Gap > 0) == (p.Text != "") {
				t.Fatalf("piece %+v", p)
			}
			text.WriteString(p.Text)
			text.WriteString(inst.Answer[text.Len() : text.Len()+p.Gap])
			gaps += p.Gap
		}
		if gaps != holes || text.String() != inst.Answer {
			t.Errorf("%s: the filled template is %q with %d gaps", inst.ID, text.String(), gaps)
		}
	}
}

// TestGridSplits counts the solved grids of each split.
func TestGridSplits(t *testing.T) {
	count := map[workloads.Split]int{}
	for _, g := range New().grids {
		count[workloads.SplitOf(gridCanon(g))]++
	}
	for _, s := range []workloads.Split{workloads.Validation, workloads.Test} {
		if count[s] < 26 || count[s] > 34 {
			t.Errorf("%s holds %d of 288", s, count[s])
		}
	}
}
