package enginetest

import (
	"math"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// Token ids of the networks of this package; symbols follow from First.
const (
	Pad   int32 = 0
	End   int32 = 1
	Mask  int32 = 2
	First int32 = 3
)

// Config is the shape of a tiny transformer with the given vocabulary and
// context; its third symbol ends a sentence.
func Config(vocab, positions int) model.Config {
	return model.Config{
		ModelType: "llama", HiddenAct: "silu", HiddenSize: 32, IntermediateSize: 48, Layers: 2, Heads: 2, KVHeads: 1, HeadDim: 16,
		VocabSize: vocab, MaxPositions: positions, RopeTheta: 10000, NormEps: 1e-6, TieEmbeddings: true,
		Pad: Pad, EOS: model.TokenIDs{End}, MaskToken: Mask, Delimiters: []int32{First + 2},
	}
}

// Law sets the logits of one row. visible holds the tokens that the row sees,
// from position 0, and pos is the row's own position. A row whose own token is
// Mask predicts position pos, any other row predicts position pos+1.
type Law func(row []float32, visible []int32, pos int)

// Table is a network that looks its logits up in a Law instead of computing
// them, so that a decoder's output can be known beforehand. It counts as the
// transformer of its config does. The keys of a cache are the tokens that were
// fed, so a decoder that feeds too little sees old tokens.
type Table struct {
	*model.Session // for the spec, caches and costs

	Law    Law
	Passes int // forward passes so far

	seen map[network.Cache][]int32 // the tokens behind the keys of each cache
}

// NewTable returns a table network for a number of symbols from First on.
func NewTable(symbols, positions int, law Law) *Table {
	return NewTableOf(Config(int(First)+symbols, positions), law)
}

// NewTableOf is NewTable for weights that were trained in a way of their own
// (Shift, Context, …).
func NewTableOf(cfg model.Config, law Law) *Table {
	return &Table{Session: model.NewSession(model.Random(cfg, 1), 1), Law: law, seen: map[network.Cache][]int32{}}
}

// Forward implements Network.
func (t *Table) Forward(batch []network.Window) (network.Pass, error) {
	t.Passes++
	var pass network.Pass
	for _, w := range batch {
		seen := t.seen[w.Cache]
		for i, id := range w.Tokens {
			switch pos := w.Position(i); {
			case pos > len(seen):
				panic("enginetest: a window leaves a hole in the cache")
			case pos == len(seen):
				seen = append(seen, id)
			default:
				seen[pos] = id
			}
		}
		t.seen[w.Cache] = seen
		pass.Cost = append(pass.Cost, t.Model().Cost(&w, 1))
		for _, r := range w.Logits {
			row := make([]float32, t.Model().Config().VocabSize)
			t.Law(row, seen[:w.Visible[r]], w.Position(r))
			pass.Logits = append(pass.Logits, row)
		}
	}
	return pass, nil
}

// Target is the position that a row predicts.
func Target(visible []int32, pos int) int {
	if visible[pos] == Mask {
		return pos
	}
	return pos + 1
}

// Sure is the law of a network that knows the whole text: at position
// prompt+i it gives answer[i] all but certainly, and Pad behind the answer.
func Sure(prompt int, answer []int32) Law {
	return func(row []float32, visible []int32, pos int) {
		id := Pad
		if at := Target(visible, pos) - prompt; at >= 0 && at < len(answer) {
			id = answer[at]
		}
		row[id] = 100
	}
}

// Joint is a distribution over all texts of n symbols out of Symbols: P[x]
// belongs to the text whose symbols are the digits of x in base Symbols, the
// first symbol being the most significant digit.
type Joint struct {
	N, Symbols int
	P          []float64
}

// Digit is symbol i of text x.
func (j *Joint) Digit(x, i int) int {
	for k := j.N - 1; k > i; k-- {
		x /= j.Symbols
	}
	return x % j.Symbols
}

// Index is the number of a text given as token ids.
func (j *Joint) Index(tokens []int32) int {
	x := 0
	for _, id := range tokens {
		x = x*j.Symbols + int(id-First)
	}
	return x
}

// Law is the network that knows the joint distribution: every row gives the
// exact conditional of the position it predicts, given the symbols it sees
// behind a prompt of the given length.
func (j *Joint) Law(prompt int) Law {
	return func(row []float32, visible []int32, pos int) {
		at := Target(visible, pos) - prompt
		mass := make([]float64, j.Symbols)
		for x, p := range j.P {
			fits := true
			for i, id := range visible[min(prompt, len(visible)):] {
				fits = fits && (id == Mask || int(id-First) == j.Digit(x, i))
			}
			if fits && at < j.N {
				mass[j.Digit(x, at)] += p
			}
		}
		for id := range row {
			row[id] = float32(math.Inf(-1))
		}
		for s, m := range mass {
			row[int(First)+s] = float32(math.Log(m))
		}
	}
}

// Marginals is the distribution in which every symbol is drawn on its own.
func (j *Joint) Marginals() []float64 {
	single := make([][]float64, j.N)
	for i := range single {
		single[i] = make([]float64, j.Symbols)
		for x, p := range j.P {
			single[i][j.Digit(x, i)] += p
		}
	}
	out := make([]float64, len(j.P))
	for x := range out {
		out[x] = 1
		for i := range single {
			out[x] *= single[i][j.Digit(x, i)]
		}
	}
	return out
}
