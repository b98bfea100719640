package square

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

var (
	four    = Shape{N: 4, BoxRows: 2, BoxColumns: 2}
	six     = Shape{N: 6, BoxRows: 2, BoxColumns: 3}
	latin4  = Shape{N: 4}
	latin5  = Shape{N: 5}
	written = Shape{N: 4, Base: 4}
)

// reduced has the first row and column in order.
func reduced(s Shape) Grid {
	g := make(Grid, s.N*s.N)
	for i := range s.N {
		g[i], g[i*s.N] = byte(i+1), byte(i+1)
	}
	return g
}

// firstRow has the first row in order.
func firstRow(s Shape) Grid {
	g := make(Grid, s.N*s.N)
	for i := range s.N {
		g[i] = byte(i + 1)
	}
	return g
}

func all(s Shape, puzzle Grid) []Grid { return slices.Collect(s.Each(puzzle)) }

// TestCounts compares with the published numbers of squares: 288 sudokus of
// order 4 and 28,200,960 of order 6, and 4, 56 and 9,408 reduced Latin squares
// (OEIS A107739 and A000315).
func TestCounts(t *testing.T) {
	for _, c := range []struct {
		shape  Shape
		puzzle Grid
		want   int
	}{
		{four, make(Grid, 16), 288},
		{six, firstRow(six), 28200960 / 720},
		{latin4, make(Grid, 16), 576},
		{latin4, reduced(latin4), 4},
		{latin5, reduced(latin5), 56},
		{Shape{N: 6}, reduced(Shape{N: 6}), 9408},
	} {
		list := all(c.shape, c.puzzle)
		if len(list) != c.want {
			t.Errorf("%+v: %d squares, want %d", c.shape, len(list), c.want)
		}
		if !slices.IsSortedFunc(list, func(a, b Grid) int { return slices.Compare(a, b) }) {
			t.Errorf("%+v: the squares are not in lexical order", c.shape)
		}
		if c.want < 1000 {
			for _, most := range []int{1, 2, 5, 10000} {
				if got := c.shape.Solutions(c.puzzle, most); got != min(most, c.want) {
					t.Errorf("%+v: counted %d of at most %d", c.shape, got, most)
				}
			}
		}
	}
	stop := 0
	for range four.Each(make(Grid, 16)) {
		if stop++; stop == 3 {
			break
		}
	}
	if stop != 3 {
		t.Errorf("stopped after %d of 3", stop)
	}
	if n := four.Solutions(Grid{1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 9); n != 0 {
		t.Errorf("contradicting clues have %d solutions", n)
	}
}

// TestSolutionsAgainstFilter counts the solutions of random clues by looking
// through all squares.
func TestSolutionsAgainstFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range []Shape{four, latin4} {
		list := all(s, make(Grid, 16))
		for range 300 {
			puzzle := slices.Clone(list[rng.IntN(len(list))])
			for _, cell := range rng.Perm(16)[:rng.IntN(16)] {
				puzzle[cell] = 0
			}
			if rng.IntN(4) == 0 {
				puzzle[rng.IntN(16)] = byte(1 + rng.IntN(4))
			}
			want := 0
			for _, g := range list {
				if agrees(g, puzzle) {
					want++
				}
			}
			if got := s.Solutions(puzzle, 1000); got != want {
				t.Fatalf("%s: %d solutions, want %d", s.Format(puzzle), got, want)
			}
		}
	}
}

func agrees(g, puzzle Grid) bool {
	for i, d := range puzzle {
		if d != 0 && d != g[i] {
			return false
		}
	}
	return true
}

func TestDig(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	solved := all(latin5, reduced(latin5))[7]
	for _, holes := range []int{0, 1, 9, 16} {
		puzzle := latin5.Dig(rng, solved, holes)
		if n := strings.Count(latin5.Format(puzzle), "0"); n != holes || !agrees(solved, puzzle) || latin5.Solutions(puzzle, 2) != 1 {
			t.Errorf("%d holes: %s has %d", holes, latin5.Format(puzzle), n)
		}
	}
}

func TestText(t *testing.T) {
	g := Grid{1, 2, 0, 4, 3, 4, 1, 2, 2, 1, 4, 3, 4, 3, 2, 1}
	for s, want := range map[Shape]string{four: "1204/3412/2143/4321", written: "5608/7856/6587/8765"} {
		if got := s.Format(g); got != want || !slices.Equal(s.Parse(got), g) {
			t.Errorf("%+v: %q is read as %v", s, got, s.Parse(got))
		}
	}
	if got := written.Parse("4956x0"); !slices.Equal(got[:5], Grid{0, 0, 1, 2, 0}) {
		t.Errorf("foreign digits are read as %v", got)
	}
	if got := Rename(Grid{3, 0, 2, 3, 1, 2}); !slices.Equal(got, Grid{1, 0, 2, 1, 3, 2}) {
		t.Errorf("renamed to %v", got)
	}
}

// TestCanon checks what is one form and what is not.
func TestCanon(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	g := all(latin5, reduced(latin5))[3]
	renamed := make(Grid, len(g))
	for names, i := rng.Perm(5), 0; i < len(g); i++ {
		renamed[i] = byte(names[g[i]-1] + 1)
	}
	if latin5.Canon(g) != latin5.Canon(renamed) {
		t.Errorf("%s and its renaming %s differ in form", latin5.Format(g), latin5.Format(renamed))
	}
	list := all(latin4, make(Grid, 16))
	forms := map[string]bool{}
	for _, g := range list {
		forms[latin4.Canon(g)] = true
		if latin4.Canon(g) != four.Canon(g) || latin4.Canon(g) != written.Canon(g) {
			t.Fatalf("the form of %v depends on the workload", g)
		}
	}
	if len(forms) != len(list) {
		t.Errorf("%d forms of %d squares", len(forms), len(list))
	}
}

// TestHouses compares the boxes of order 6 with those drawn by hand.
func TestHouses(t *testing.T) {
	houses := six.Houses()
	if len(houses) != 18 || len(latin5.Houses()) != 10 {
		t.Fatalf("%d and %d houses", len(houses), len(latin5.Houses()))
	}
	for i, want := range map[int][]int{
		1: {6, 7, 8, 9, 10, 11}, 8: {2, 8, 14, 20, 26, 32},
		12: {0, 1, 2, 6, 7, 8}, 13: {3, 4, 5, 9, 10, 11}, 15: {15, 16, 17, 21, 22, 23}, 16: {24, 25, 26, 30, 31, 32},
	} {
		if !slices.Equal(houses[i].Cells, want) {
			t.Errorf("house %d (%s %d) has the cells %v, want %v", i, houses[i].Kind, houses[i].Index, houses[i].Cells, want)
		}
	}
}

// solves is a second, independent judge: it works on the text and by definition.
func solves(s Shape, puzzle, text string) bool {
	rows := strings.Split(text, "/")
	if len(text) != len(puzzle) || len(rows) != s.N {
		return false
	}
	seen := map[string]bool{}
	for r, row := range rows {
		if len(row) != s.N {
			return false
		}
		for c, d := range []byte(row) {
			if clue := puzzle[r*(s.N+1)+c]; clue != '0' && clue != d {
				return false
			}
			if int(d) < '1'+s.Base || int(d) > '0'+s.Base+s.N {
				return false
			}
			keys := []string{fmt.Sprint("r", r, d), fmt.Sprint("c", c, d)}
			if s.BoxRows > 0 {
				keys = append(keys, fmt.Sprint("b", r/s.BoxRows, "/", c/s.BoxColumns, " ", d))
			}
			for _, k := range keys {
				if seen[k] {
					return false
				}
				seen[k] = true
			}
		}
	}
	return true
}

// TestCheckAgainstSecondJudge compares verdicts on solutions of all shapes and
// on texts with planted errors.
func TestCheckAgainstSecondJudge(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, s := range []Shape{four, six, latin4, latin5, written} {
		list := all(s, firstRow(s))
		for range 60 {
			g := list[rng.IntN(len(list))]
			puzzle := s.Dig(rng, g, s.N)
			for _, cell := range rng.Perm(len(g))[:s.N] {
				puzzle[cell] = 0 // some puzzles have several solutions
			}
			inst := workloads.Instance{Constraints: s.Constraints(puzzle)}
			right := 0
			for g := range s.Each(puzzle) {
				if text := s.Format(g); !s.Check(puzzle, text).Exact || !solves(s, s.Format(puzzle), text) {
					t.Fatalf("%+v: solution %s of %s is refused", s, text, s.Format(puzzle))
				}
				if right++; right == 50 {
					break
				}
			}
			for range 20 {
				text := []byte(s.Format(g))
				for range 1 + rng.IntN(3) {
					text[rng.IntN(len(text))] = "0123456789/ x"[rng.IntN(13)]
				}
				out := string(text)
				score := s.Check(puzzle, out)
				if score.Exact != solves(s, s.Format(puzzle), strings.TrimSpace(out)) {
					t.Fatalf("%+v: %q for %s judged %v", s, out, s.Format(puzzle), score.Exact)
				}
				if msg := workloadtest.WellFormed(inst, out, score); msg != "" {
					t.Fatalf("%+v: %q: %s", s, out, msg)
				}
			}
		}
	}
}

// TestCheckCalibration plants holes into a solved square at known rates: each
// breaks its row, column and box, and its clue, and nothing else.
func TestCheckCalibration(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, cells := 0, 0
		for _, s := range []Shape{four, six, latin5, written} {
			list := all(s, firstRow(s))
			houses := s.Houses()
			for range 200 {
				g := list[rng.IntN(len(list))]
				puzzle := s.Dig(rng, g, s.N)
				text := []byte(s.Format(g))
				broken := map[int]bool{}
				clue := len(houses)
				for cell := range g {
					cells++
					if rng.Float64() < rate {
						planted++
						text[s.offset(cell)] = '0'
						for i, h := range houses {
							if slices.Contains(h.Cells, cell) {
								broken[i] = true
							}
						}
						if puzzle[cell] != 0 {
							broken[clue] = true
						}
					}
					if puzzle[cell] != 0 {
						clue++
					}
				}
				want := slices.Sorted(maps.Keys(broken))
				if got := workloadtest.Broken(s.Check(puzzle, string(text))); !slices.Equal(got, want) {
					t.Fatalf("%+v: %q: found %v, want %v", s, text, got, want)
				}
			}
		}
		if got := float64(planted) / float64(cells); got < 0.85*rate || got > 1.15*rate {
			t.Errorf("planted %g of the cells, want %g", got, rate)
		}
	}
}
