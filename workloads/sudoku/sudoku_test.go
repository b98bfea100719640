package sudoku

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/square"
	"dllmbench/workloads/workloadtest"
)

// solves is a second, independent judge: by definition of the puzzle. Boxes
// have two rows in both sizes.
func solves(puzzle, text string) bool {
	n := 4
	if len(puzzle) > 19 {
		n = 6
	}
	rows := strings.Split(text, "/")
	if len(rows) != n {
		return false
	}
	houses := map[[2]int]map[byte]bool{}
	for r, row := range rows {
		if len(row) != n {
			return false
		}
		for c := range row {
			if clue := puzzle[(n+1)*r+c]; clue != '0' && clue != row[c] || row[c] < '1' || row[c] > '0'+byte(n) {
				return false
			}
			for kind, i := range []int{r, c, 2*(r/2) + c/(n/2)} {
				key := [2]int{kind, i}
				if houses[key] == nil {
					houses[key] = map[byte]bool{}
				}
				houses[key][row[c]] = true
			}
		}
	}
	for _, h := range houses {
		if len(h) != n {
			return false
		}
	}
	return len(houses) == 3*n
}

func TestSudokuInstances(t *testing.T) {
	w := New()
	if len(w.fours) != 288 || len(w.sixes()) != grids6/720 {
		t.Fatalf("%d and %d solved grids", len(w.fours), len(w.sixes()))
	}
	for r, rung := range ladder {
		for i := range 50 {
			inst := w.Generate(workloads.Test, r, i)
			text := puzzle(inst.Prompt)
			if strings.Count(text, "0") != rung.holes || !solves(text, inst.Answer) {
				t.Fatalf("%s: %q answered by %q", inst.ID, text, inst.Answer)
			}
			n := rung.shape.Solutions(rung.shape.Parse(text), 2)
			if inst.Unique != (n == 1) || inst.Unique != rung.unique() {
				t.Fatalf("%s: %q has %d solutions", inst.ID, text, n)
			}
			if got := workloads.SplitOf(rung.shape.Canon(rung.shape.Parse(inst.Answer))); got != workloads.Test {
				t.Fatalf("%s: the reference is a grid of the %s split", inst.ID, got)
			}
		}
	}
	// Grids can be dug to the deepest unique rungs, or Generate would not end.
	rng := rand.New(rand.NewPCG(1, 1))
	for _, g := range w.fours {
		if four.Solutions(w.dig(rng, g, rung{four, 12, drawn}), 2) != 1 {
			t.Fatalf("%s has no puzzle with 12 holes", four.Format(g))
		}
	}
	for i := range 500 {
		if g := w.sixes()[i*78]; six.Solutions(w.dig(rng, g, rung{six, 24, dug}), 2) != 1 {
			t.Fatalf("%s has no puzzle with 24 holes", six.Format(g))
		}
	}
}

// TestFirstRow counts the solutions of a first row.
func TestFirstRow(t *testing.T) {
	inst := New().Generate(workloads.Train, len(ladder)-1, 0)
	if n := six.Solutions(six.Parse(puzzle(inst.Prompt)), 100000); n != 39168 {
		t.Errorf("%q has %d solutions", inst.Prompt, n)
	}
}

// TestSixesAreSpread checks that all numbers are equally likely in every cell.
func TestSixesAreSpread(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 3))
	const n = 6000
	var count [36][7]int
	for range n {
		for cell, d := range w.draw(rng, six, workloads.Train) {
			count[cell][d]++
		}
	}
	for cell := range count {
		for d := 1; d <= 6; d++ {
			if got := count[cell][d]; math.Abs(float64(got)-n/6) > 5*math.Sqrt(n/6) {
				t.Errorf("cell %d holds %d in %d of %d grids", cell, d, got, n)
			}
		}
	}
}

// TestSudokuAgainstSecondJudge compares verdicts on all 288 grids of order 4,
// on some of order 6, and on grids with planted errors.
func TestSudokuAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	for r, rung := range ladder {
		grids := w.fours
		if rung.shape == six {
			grids = w.sixes()[1000:1100]
		}
		for i := range 10 {
			inst := w.Generate(workloads.Test, r, i)
			text, right := puzzle(inst.Prompt), 0
			for _, g := range grids {
				exact := w.Check(inst, rung.shape.Format(g)).Exact
				if exact != solves(text, rung.shape.Format(g)) {
					t.Fatalf("%s: %q judged %v", inst.ID, rung.shape.Format(g), exact)
				}
				if exact {
					right++
				}
			}
			if rung.shape == four && right != four.Solutions(four.Parse(text), 1000) {
				t.Fatalf("%s (%d holes): %d completions accepted", inst.ID, rung.holes, right)
			}
			for range 100 {
				output := []byte(inst.Answer)
				for range 1 + rng.IntN(4) {
					output[rng.IntN(len(output))] = "0123456/ x"[rng.IntN(10)]
				}
				if exact := w.Check(inst, string(output)).Exact; exact != solves(text, strings.TrimSpace(string(output))) {
					t.Fatalf("%s: %q judged %v", inst.ID, output, exact)
				}
			}
		}
	}
}

// TestSudokuCalibration plants wrong numbers at known rates. A cell that is
// changed breaks its clue if it has one; a house is broken when a number of it
// occurs twice.
func TestSudokuCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(9, 9))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, cells := 0, 0
		for r, rung := range ladder {
			n := rung.shape.N
			houses := rung.shape.Houses()
			for i := range 50 {
				inst := w.Generate(workloads.Test, r, i)
				clues := rung.shape.Parse(puzzle(inst.Prompt))
				got := rung.shape.Parse(inst.Answer)
				broken := map[int]bool{}
				clue := len(houses)
				for cell := range got {
					cells++
					if rng.Float64() < rate {
						planted++
						got[cell] = 1 + (got[cell]-1+byte(1+rng.IntN(n-1)))%byte(n)
						broken[clue] = clues[cell] != 0
					}
					if clues[cell] != 0 {
						clue++
					}
				}
				for h, house := range houses {
					numbers := map[byte]bool{}
					for _, cell := range house.Cells {
						numbers[got[cell]] = true
					}
					broken[h] = len(numbers) < n
				}
				maps.DeleteFunc(broken, func(_ int, is bool) bool { return !is })
				want := slices.Sorted(maps.Keys(broken))
				if found := workloadtest.Broken(w.Check(inst, rung.shape.Format(got))); !slices.Equal(found, want) {
					t.Fatalf("%s: %q: found %v, want %v", inst.ID, rung.shape.Format(got), found, want)
				}
			}
		}
		if got := float64(planted) / float64(cells); math.Abs(got-rate) > 0.15*rate {
			t.Errorf("planted %g of the cells, want %g", got, rate)
		}
	}
}

// TestLayout changes what is not a cell: the layout alone is broken.
func TestLayout(t *testing.T) {
	w := New()
	for r := range ladder {
		inst := w.Generate(workloads.Test, r, 1)
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
		r := ladder[i]
		if r.shape == six && r.holes > 4 || r.deal == drawn && r.holes == 12 {
			continue // slow to dig or too rare to be seen, and by the same argument as the rungs below
		}
		constant, guessed := 0, 0
		for range n {
			solved := w.fours[rng.IntN(len(w.fours))]
			fixed := w.fours[0]
			if r.shape == six {
				solved, fixed = w.draw(rng, six, workloads.Train), w.sixes()[0]
			}
			puzzle := w.dig(rng, solved, r)
			if agrees(fixed, puzzle) {
				constant++
			}
			guess := slices.Clone(puzzle)
			for c, d := range guess {
				if d == 0 {
					guess[c] = byte(1 + rng.IntN(r.shape.N))
				}
			}
			if slices.Equal(guess, solved) { // enough where the solution is unique
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

// agrees reports whether a solved grid has all clues of a puzzle.
func agrees(g, puzzle square.Grid) bool {
	for i, d := range puzzle {
		if d != 0 && d != g[i] {
			return false
		}
	}
	return true
}

// TestGridSplits counts the canonical forms of each split.
func TestGridSplits(t *testing.T) {
	w := New()
	for _, c := range []struct {
		shape     square.Shape
		grids     []square.Grid
		low, high int
	}{{four, w.fours, 26, 34}, {six, w.sixes(), 3700, 4100}} {
		count := map[workloads.Split]int{}
		for _, g := range c.grids {
			count[workloads.SplitOf(c.shape.Canon(g))]++
		}
		for _, s := range []workloads.Split{workloads.Validation, workloads.Test} {
			if count[s] < c.low || count[s] > c.high {
				t.Errorf("%s holds %d of %d", s, count[s], len(c.grids))
			}
		}
	}
	count := map[workloads.Split]int{}
	permuteRows(nil, func(row square.Grid) {
		count[workloads.SplitOf(puzzleCanon(rung{shape: six}, append(row, make(square.Grid, 30)...)))]++
	})
	if count[workloads.Test] < 55 || count[workloads.Validation] < 55 {
		t.Errorf("first rows of the splits: %v", count)
	}
}

// permuteRows yields all orders of 1 to 6.
func permuteRows(row square.Grid, yield func(square.Grid)) {
	if len(row) == 6 {
		yield(slices.Clone(row))
	}
	for d := byte(1); d <= 6; d++ {
		if !slices.Contains(row, d) {
			permuteRows(append(row, d), yield)
		}
	}
}
