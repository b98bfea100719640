package latin

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

// fits is a second, independent judge: by definition, on text.
func fits(prompt, text string) bool {
	tag, puzzle, _ := strings.Cut(strings.TrimSuffix(prompt, "="), ":")
	rows := strings.Split(text, "/")
	n, low := strings.IndexByte(puzzle, '/'), byte('1')
	if tag != "latin" {
		n, low, puzzle = 4, '5', "0000/0000/0000/0000"
	}
	if len(rows) != n || len(text) != len(puzzle) {
		return false
	}
	for i, d := range []byte(puzzle) {
		if d != '0' && d != text[i] {
			return false
		}
	}
	groups := slices.Clone(rows)
	for c := range n {
		column := ""
		for _, row := range rows {
			if len(row) != n {
				return false
			}
			column += row[c : c+1]
		}
		groups = append(groups, column)
	}
	if tag == "boxes" {
		for _, at := range [][2]int{{0, 0}, {0, 2}, {2, 0}, {2, 2}} {
			groups = append(groups, rows[at[0]][at[1]:at[1]+2]+rows[at[0]+1][at[1]:at[1]+2])
		}
	}
	for _, g := range groups {
		for d := range n {
			if strings.Count(g, string(low+byte(d))) != 1 {
				return false
			}
		}
	}
	return true
}

func TestInstances(t *testing.T) {
	w := New()
	for r, rung := range ladder {
		s := rung.shape()
		for i := range 60 {
			split := workloads.Splits[i%3]
			inst := w.Generate(split, r, i)
			if !fits(inst.Prompt, inst.Answer) {
				t.Fatalf("%s: %q answered by %q", inst.ID, inst.Prompt, inst.Answer)
			}
			if rung.kind != complete {
				if inst.Unique {
					t.Fatalf("%s: %+v", inst.ID, inst)
				}
				continue
			}
			_, puzzle := parse(inst.Prompt)
			if n := s.Solutions(s.Parse(puzzle), 2); n != 1 || !inst.Unique || strings.Count(puzzle, "0") != rung.holes {
				t.Fatalf("%s: %q has %d solutions", inst.ID, puzzle, n)
			}
		}
	}
	for n, want := range map[int]int{4: 4, 5: 56, 6: 9408} {
		list := w.reduced[n]()
		factor := 1.0
		for k := 2; k <= n; k++ {
			factor *= float64(k)
		}
		if len(list) != want || float64(len(list))*factor*factor/float64(n) != squares[n] {
			t.Errorf("order %d: %d reduced squares, %g squares", n, len(list), squares[n])
		}
	}
	// Every square of a class of order 5 can be dug to the deepest rung, or
	// Generate would not end; of order 6 a sample.
	rng := rand.New(rand.NewPCG(1, 1))
	for _, g := range w.reduced[5]() {
		square.Shape{N: 5}.Dig(rng, g, 15)
	}
	for i := range 300 {
		square.Shape{N: 6}.Dig(rng, w.reduced[6]()[i*31], 24)
	}
}

// TestDrawIsUniform draws squares of order 4: all 576 are equally likely.
func TestDrawIsUniform(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(2, 2))
	const n = 576 * 40
	count := map[string]int{}
	for range n {
		count[string(w.draw(rng, 4))]++
	}
	chi := 0.0
	for _, c := range count {
		chi += (float64(c) - 40) * (float64(c) - 40) / 40
	}
	if mean, sd := 575.0, math.Sqrt(2*575); len(count) != 576 || math.Abs(chi-mean) > 4*sd {
		t.Errorf("%d squares, chi-squared %.0f, want about %.0f", len(count), chi, mean)
	}
}

// TestAgainstSecondJudge compares verdicts on squares with planted errors, and
// from scratch on all squares of both families.
func TestAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 3))
	for r, rung := range ladder {
		for i := range 10 {
			inst := w.Generate(workloads.Validation, r, i)
			for range 100 {
				out := []byte(inst.Answer)
				for range rng.IntN(4) {
					a, b := rng.IntN(len(out)), rng.IntN(len(out))
					if rng.IntN(2) == 0 {
						out[a], out[b] = out[b], out[a]
					} else {
						out[a] = "0123456789/ x"[rng.IntN(13)]
					}
				}
				if exact := w.Check(inst, string(out)).Exact; exact != fits(inst.Prompt, strings.TrimSpace(string(out))) {
					t.Fatalf("%s: %q judged %v", inst.ID, out, exact)
				}
			}
		}
		if rung.kind == complete {
			continue
		}
		inst, right := w.Generate(workloads.Test, r, 0), 0
		for _, g := range newFamily(fromScratch[anyLatin].shape).grids {
			text := rung.shape().Format(g)
			exact := w.Check(inst, text).Exact
			if exact != fits(inst.Prompt, text) {
				t.Fatalf("%s: %q judged %v", inst.ID, text, exact)
			}
			if exact {
				right++
			}
		}
		if right != len(w.Family(r).grids) {
			t.Errorf("%s accepts %d squares of %d", rung.kind, right, len(w.Family(r).grids))
		}
	}
}

// TestCalibration plants wrong numbers at known rates. A changed cell breaks
// its clue if it has one; a house is broken when a number of it occurs twice.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(4, 4))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, cells := 0, 0
		for r, rung := range ladder {
			s := rung.shape()
			houses := s.Houses()
			for i := range 50 {
				inst := w.Generate(workloads.Test, r, i)
				_, text := parse(inst.Prompt)
				clues, got := s.Parse(text), s.Parse(inst.Answer)
				broken, clue := map[int]bool{}, len(houses)
				for cell := range got {
					cells++
					if rng.Float64() < rate {
						planted++
						got[cell] = 1 + (got[cell]-1+byte(1+rng.IntN(s.N-1)))%byte(s.N)
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
					broken[h] = len(numbers) < s.N
				}
				maps.DeleteFunc(broken, func(_ int, is bool) bool { return !is })
				want := slices.Sorted(maps.Keys(broken))
				if found := workloadtest.Broken(w.Check(inst, s.Format(got))); !slices.Equal(found, want) {
					t.Fatalf("%s: %q: found %v, want %v", inst.ID, s.Format(got), found, want)
				}
			}
		}
		if got := float64(planted) / float64(cells); math.Abs(got-rate) > 0.15*rate {
			t.Errorf("planted %g of the cells, want %g", got, rate)
		}
	}
}

// TestChance plays the stated strategies where they can be seen: guessing the
// holes of the easiest rung, and all cells of a square in one step by counting
// the right ones.
func TestChance(t *testing.T) {
	w := New()
	rungs := w.Rungs()
	rng := rand.New(rand.NewPCG(5, 5))
	const n = 40000
	hits := 0
	for i := range n {
		inst := w.Generate(workloads.Train, 0, i%2000)
		_, puzzle := parse(inst.Prompt)
		guess := []byte(puzzle)
		for c := range guess {
			if guess[c] == '0' {
				guess[c] = byte('1' + rng.IntN(4))
			}
		}
		if string(guess) == inst.Answer {
			hits++
		}
	}
	if p := rungs[0].Chance; math.Abs(float64(hits)/n-p) > 4*math.Sqrt(p/n) {
		t.Errorf("%s: chance %g, drawn %g", rungs[0].Name, p, float64(hits)/n)
	}
	for r, rung := range ladder {
		if f := w.Family(r); rung.kind != complete {
			if want := float64(len(f.grids)) / math.Pow(4, 16); math.Abs(rungs[r].Chance/want-1) > 1e-12 {
				t.Errorf("%s: chance %g, want %g", rungs[r].Name, rungs[r].Chance, want)
			}
		} else if f != nil {
			t.Errorf("%s has a family", rungs[r].Name)
		}
	}
}

// TestMarginals checks what the chance of squares from scratch rests on: every
// number is equally likely in every cell.
func TestMarginals(t *testing.T) {
	for _, f := range []*Family{newFamily(fromScratch[anyLatin].shape), newFamily(fromScratch[anyBoxes].shape)} {
		var count [16][5]int
		for _, g := range f.grids {
			for cell, d := range g {
				count[cell][d]++
			}
		}
		for cell := range count {
			for _, c := range count[cell][1:] {
				if c != len(f.grids)/4 {
					t.Fatalf("%d squares: counts %v in cell %d", len(f.grids), count[cell], cell)
				}
			}
		}
	}
}

func TestLogProb(t *testing.T) {
	var w workloads.Prober = New()
	for r, rung := range ladder {
		inst := New().Generate(workloads.Test, r, 0)
		want := 0.0
		if rung.kind == anyLatin {
			want = -math.Log(576)
		} else if rung.kind == anyBoxes {
			want = -math.Log(288)
		}
		if got := w.LogProb(inst, inst.Answer); got != want {
			t.Errorf("%s: %g, want %g", inst.ID, got, want)
		}
		if got := w.LogProb(inst, inst.Answer[1:]); !math.IsInf(got, -1) {
			t.Errorf("%s: a wrong answer has %g", inst.ID, got)
		}
	}
}

// TestSplits counts the forms of orders 4 and 5.
func TestSplits(t *testing.T) {
	w := New()
	for n, want := range map[int]int{4: 576, 5: 1344} {
		forms := map[string]bool{}
		s := square.Shape{N: n}
		rng := rand.New(rand.NewPCG(6, 6))
		for range 30 * want {
			forms[s.Canon(w.draw(rng, n))] = true
		}
		count := map[workloads.Split]int{}
		for f := range forms {
			count[workloads.SplitOf(f)]++
		}
		low := want / 10 * 7 / 10
		if len(forms) != want || count[workloads.Test] < low || count[workloads.Validation] < low {
			t.Errorf("order %d: %d forms, %v", n, len(forms), count)
		}
	}
}
