// Package latin is the workload of Latin squares: completing one from clues,
// and writing any one from scratch. For squares from scratch it measures how
// far a decoder's distribution is from the uniform one; see [Family].
package latin

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/square"
)

// Workload is that of Latin squares of order 4 to 6, in which every row and
// column holds each number once. A square is written row by row, one digit per
// cell, 0 for a hole:
//
//	latin:1030/3400/2103/0321=   →   1234/3412/2143/4321
//	square:482130=               →   5678/7856/6587/8765   (any Latin square of 5 to 8)
//	boxes:482130=                →   5678/7856/6587/8765   (any 4×4 sudoku of 5 to 8)
//
// The last two are squares from scratch. Their prompts hold six digits without
// a meaning: one prompt could not be split into training and test, and every
// answer is right for every prompt. All squares, equally likely, are references
// in every split, because the distribution is what is to be learned. They are
// written with 5 to 8, so that no square of a test puzzle, written with 1 to 4,
// is an answer in training.
//
// Squares to complete are drawn uniformly from all squares of their order.
type Workload struct {
	workloads.Base
	families map[kind]func() *Family
	reduced  [7]func() []square.Grid // by order, those with first row and column in order
}

// kind is what a rung asks for.
type kind string

const (
	complete kind = "latin"
	anyLatin kind = "square"
	anyBoxes kind = "boxes"
)

type rung struct {
	kind  kind
	n     int
	holes int
}

// ladder goes by the share of holes for each order. A square of order 4, 5 or 6
// needs at least 4, 6 or 9 clues to be the only solution.
var ladder = [...]rung{
	{complete, 4, 4}, {complete, 5, 5}, {complete, 4, 7}, {complete, 6, 8}, {complete, 5, 10},
	{complete, 6, 16}, {complete, 4, 10}, {complete, 5, 15}, {complete, 6, 24},
	{anyLatin, 4, 16}, {anyBoxes, 4, 16},
}

func New() *Workload {
	w := &Workload{families: map[kind]func() *Family{}}
	for k, s := range fromScratch {
		w.families[k] = sync.OnceValue(func() *Family { return newFamily(s.shape) })
	}
	for n := 4; n <= 6; n++ {
		w.reduced[n] = sync.OnceValue(func() []square.Grid { return listReduced(n) })
	}
	w.Base = workloads.NewBase("latin", "Complete a Latin square of order 4 to 6, or write any one of order 4, or any 4×4 sudoku, from scratch. "+
		"The knobs are the order and the number of holes. Every row and column (and box) must hold each number once, "+
		"every clue must be kept, and the answer must have the layout of the prompt. From scratch, what counts beside "+
		"the share of right answers is how evenly they are spread over all right ones.",
		ladder[:], w.describe, w.generate)
	return w
}

// listReduced lists the squares of an order with first row and column in order:
// 4, 56 and 9,408 for the orders 4, 5 and 6.
func listReduced(n int) []square.Grid {
	start := make(square.Grid, n*n)
	for i := range n {
		start[i], start[i*n] = byte(i+1), byte(i+1)
	}
	return slices.Collect(square.Shape{N: n}.Each(start))
}

// fromScratch says what there is to know of the squares from scratch.
var fromScratch = map[kind]struct {
	name, doc string
	shape     square.Shape
	count     float64
}{
	anyLatin: {"scratch-latin-4", "any of the 576 Latin squares of order 4", square.Shape{N: 4, Base: 4}, 576},
	anyBoxes: {"scratch-sudoku-4", "any of the 288 sudokus of order 4", square.Shape{N: 4, BoxRows: 2, BoxColumns: 2, Base: 4}, 288},
}

// squares is the number of Latin squares of an order (OEIS A002860).
var squares = map[int]float64{4: 576, 5: 161280, 6: 812851200}

// shape is the square that a rung asks for.
func (r rung) shape() square.Shape {
	if r.kind == complete {
		return square.Shape{N: r.n}
	}
	return fromScratch[r.kind].shape
}

// describe is a rung as lists show it. The ladder completes squares by the
// share of holes, then writes them from scratch.
//
// Chance is the larger of two blind strategies where the solution is unique:
// one fixed square, and copying the clues with an independent guess for every
// hole. From scratch it is the rate of a decoder that writes all cells at once,
// each on its own from the right marginals, which are uniform. (There, writing
// one remembered square is always right: correctness alone is no skill.)
func (w *Workload) describe(r rung) workloads.Rung {
	guess := math.Pow(float64(r.n), -float64(r.holes))
	out := workloads.Rung{
		Name: fmt.Sprintf("%dx%d-holes-%d", r.n, r.n, r.holes), Doc: fmt.Sprintf("%d×%d, %d holes, one solution", r.n, r.n, r.holes),
		Knobs:  map[string]float64{"size": float64(r.n), "holes": float64(r.holes)},
		Chance: max(1/squares[r.n], guess),
	}
	if s, ok := fromScratch[r.kind]; ok {
		out.Name, out.Doc, out.Chance = s.name, s.doc, s.count*guess
	}
	return out
}

// generate draws an instance. The canonical form of a square to
// complete is the solved square (see [square.Shape.Canon]), that of a square
// from scratch the digits of its prompt.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := ladder[rung]
	inst := workloads.Instance{
		Unique: r.kind == complete,
	}
	s := r.shape()
	solved, puzzle := square.Grid(nil), make(square.Grid, r.n*r.n)
	if r.kind == complete {
		for solved == nil || workloads.SplitOf(inst.Canon) != split {
			solved = w.draw(rng, r.n)
			inst.Canon = s.Canon(solved)
		}
		puzzle = s.Dig(rng, solved, r.holes)
		inst.Prompt = s.Format(puzzle)
	} else {
		for inst.Canon == "" || workloads.SplitOf(inst.Canon) != split {
			inst.Prompt = fmt.Sprintf("%06d", rng.IntN(1e6))
			inst.Canon = "from scratch " + inst.Prompt
		}
		f := w.families[r.kind]()
		solved = f.grids[rng.IntN(len(f.grids))]
	}
	inst.Prompt = string(r.kind) + ":" + inst.Prompt + "="
	inst.Answer, inst.Constraints = s.Format(solved), s.Constraints(puzzle)
	return inst
}

// draw returns a square of order n, all of them equally likely: sorting the
// columns of a square by its first row and then the other rows by the first
// column gives one reduced square, and that in exactly n!·(n-1)! ways. So a
// random reduced square, its columns and its rows but the first in random
// order, is a random square.
func (w *Workload) draw(rng *rand.Rand, n int) square.Grid {
	list := w.reduced[n]()
	from := list[rng.IntN(len(list))]
	columns, rows := rng.Perm(n), append([]int{-1}, rng.Perm(n-1)...)
	g := make(square.Grid, n*n)
	for r := range n {
		for c := range n {
			g[r*n+c] = from[(rows[r]+1)*n+columns[c]]
		}
	}
	return g
}

// parse reads a prompt: what it asks for, the puzzle as text, and its shape.
func parse(prompt string) (r rung, puzzle string) {
	tag, puzzle, _ := strings.Cut(strings.TrimSuffix(prompt, "="), ":")
	r = rung{kind: kind(tag), n: 4}
	if r.kind == complete {
		r.n = strings.IndexByte(puzzle, '/')
	} else {
		puzzle = "" // digits without a meaning
	}
	return r, puzzle
}

// Check implements [workloads.Workload]. White space around the output is
// ignored; cell and separator have fixed places in the rest.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	r, puzzle := parse(inst.Prompt)
	s := r.shape()
	return s.Check(s.Parse(puzzle), output)
}

// LogProb implements [workloads.Prober].
func (w *Workload) LogProb(inst workloads.Instance, answer string) float64 {
	r, _ := parse(inst.Prompt)
	switch {
	case !w.Check(inst, answer).Exact:
		return math.Inf(-1)
	case r.kind == complete:
		return 0
	default:
		return -math.Log(float64(len(w.families[r.kind]().grids)))
	}
}
