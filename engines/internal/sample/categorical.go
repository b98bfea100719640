package sample

import (
	"math"
	"math/rand/v2"

	"dllmbench/engines/internal/kernel"
)

// Nucleus says which tokens top-p keeps. The field has two definitions that
// differ by one token, and results under one do not compare with the other.
type Nucleus int

const (
	// Crossing keeps the most probable tokens up to and including the one with
	// which their sum reaches p (Holtzman et al. 2020; Dream, SDAR, Fast-dLLM v2).
	Crossing Nucleus = iota
	// Within keeps the tokens whose cumulative sum stays ≤ p, and always the
	// most probable one (BD3-LM, ReMDM).
	Within
)

// Categorical draws from softmax(row/Temperature) by the inverse of the
// cumulative distribution, in float64. The cuts come in the order temperature,
// top-k, top-p, min-p: top-p is a share of what top-k left, and min-p, which
// compares with the most probable token, would keep the same tokens at any
// place after the temperature.
type Categorical struct {
	Temperature float64 // > 0
	TopK        int     // keep the k most probable tokens; 0 keeps all
	TopP        float64 // keep a nucleus of this mass, in (0, 1]; 1 keeps all
	Nucleus     Nucleus
	// NucleusFirst takes top-p of all tokens, and of what it left the TopK most
	// probable ones (Dream's order).
	NucleusFirst bool
	MinP         float64 // keep tokens of at least this share of the most probable one's probability, in [0, 1]; 0 keeps all

	weights    []float64
	single     []float32
	heap, kept []int32
}

// coldest is the lowest temperature at which weights are computed in float32.
const coldest = 1e-6

// Propose implements Proposal. It takes one number from rng.
func (c *Categorical) Propose(row []float32, rng *rand.Rand) Draw {
	_, top := kernel.Argmax(row)
	if !finite(top) {
		return Draw{ID: -1, P: math.NaN()}
	}
	total := c.weigh(row, top)
	u := rng.Float64()
	if c.sorts(row) {
		n, mass := c.keep(total)
		u *= mass
		var id int32
		for _, id = range c.kept[:n] {
			if u -= c.weights[id]; u < 0 {
				break
			}
		}
		return Draw{ID: id, P: c.weights[id] / mass}
	}
	total = c.cut(total)
	id := Inverse(c.weights, u*total)
	return Draw{ID: int32(id), P: c.weights[id] / total}
}

// Inverse is the place at which the cumulative sum of weights passes u, or the last
// one with a weight; -1 if there is none.
func Inverse(weights []float64, u float64) int {
	last := -1
	for i, w := range weights {
		if w == 0 {
			continue
		}
		last = i
		if u -= w; u < 0 {
			break
		}
	}
	return last
}

// weigh sets weights to exp((row-top)/T) and returns their sum. The exponentials
// are those of the vector kernel: logits are float32 themselves, so each weight
// is as exact as what it is computed from, and no weight above 1e-38 of the
// largest is lost. Sums and random numbers are float64.
func (c *Categorical) weigh(row []float32, top float32) (total float64) {
	if c.Temperature < coldest {
		return c.weighExactly(row, top)
	}
	if cap(c.weights) < len(row) {
		c.weights, c.single = make([]float64, len(row)), make([]float32, len(row))
	}
	c.weights, c.single = c.weights[:len(row)], c.single[:len(row)]
	kernel.ExpScaled(c.single, row, float32(1/c.Temperature), top)
	for i, x := range c.single {
		w := float64(x)
		if !(w >= 0) {
			w = 0 // NaN has no weight
		}
		c.weights[i] = w
		total += w
	}
	return total
}

// weighExactly is weigh in float64.
func (c *Categorical) weighExactly(row []float32, top float32) (total float64) {
	c.weights = c.weights[:0]
	for _, x := range row {
		w := math.Exp((float64(x) - float64(top)) / c.Temperature)
		if !(w >= 0) {
			w = 0
		}
		c.weights = append(c.weights, w)
		total += w
	}
	return total
}

// sorts reports whether what is kept depends on the order of the tokens.
func (c *Categorical) sorts(row []float32) bool { return c.TopK > 0 && c.TopK < len(row) || c.TopP < 1 }

// keep puts the tokens that the cuts leave into kept[:n], the heaviest first,
// and returns n and their mass. It takes them off a heap in order of weight, so
// that only what is kept gets sorted.
func (c *Categorical) keep(total float64) (n int, mass float64) {
	c.heap, c.kept = c.heap[:0], c.kept[:0]
	for i, w := range c.weights {
		if w > 0 {
			c.heap = append(c.heap, int32(i))
		}
	}
	for i := len(c.heap)/2 - 1; i >= 0; i-- {
		c.sift(i)
	}
	if c.TopK > 0 && !c.NucleusFirst {
		total = 0
		for len(c.kept) < c.TopK && len(c.heap) > 0 {
			total += c.pop()
		}
		c.heap = c.heap[:0]
	}
	for (n < len(c.kept) || len(c.heap) > 0) && (c.TopK == 0 || n < c.TopK) {
		if n == len(c.kept) {
			c.pop()
		}
		w := c.weights[c.kept[n]]
		if c.TopP < 1 && c.Nucleus == Within && n > 0 && mass+w > c.TopP*total || w < c.MinP {
			break
		}
		mass += w
		n++
		if c.TopP < 1 && c.Nucleus == Crossing && mass >= c.TopP*total {
			break
		}
	}
	return n, mass
}

// pop moves the heaviest token from the heap to kept and returns its weight.
func (c *Categorical) pop() float64 {
	id, last := c.heap[0], len(c.heap)-1
	c.heap[0] = c.heap[last]
	c.heap = c.heap[:last]
	c.sift(0)
	c.kept = append(c.kept, id)
	return c.weights[id]
}

// sift restores the heap order (heavier first, then lower id) below i.
func (c *Categorical) sift(i int) {
	for {
		child := 2*i + 1
		if child >= len(c.heap) {
			return
		}
		if child+1 < len(c.heap) && c.before(c.heap[child+1], c.heap[child]) {
			child++
		}
		if !c.before(c.heap[child], c.heap[i]) {
			return
		}
		c.heap[i], c.heap[child] = c.heap[child], c.heap[i]
		i = child
	}
}

func (c *Categorical) before(a, b int32) bool {
	if c.weights[a] != c.weights[b] {
		return c.weights[a] > c.weights[b]
	}
	return a < b
}

// Tempered is Argmax for temperature 0, and otherwise Categorical.
func Tempered(temperature float64, topK int, topP float64, n Nucleus) Proposal {
	if temperature == 0 {
		return Argmax{}
	}
	return &Categorical{Temperature: temperature, TopK: topK, TopP: topP, Nucleus: n}
}

// Law sets dst to the probabilities with which Propose draws each token of the
// row, and returns it with the length of the row. It is nil when the row holds
// no finite logit, or a NaN that Law came across.
func (c *Categorical) Law(dst []float64, row []float32) []float64 {
	_, top := kernel.Argmax(row)
	if !finite(top) {
		return nil
	}
	total := c.weigh(row, top)
	dst = append(dst[:0], c.weights...)
	if !c.sorts(row) {
		total = c.cut(total)
		for i, w := range c.weights {
			dst[i] = w / total
		}
		return dst
	}
	clear(dst)
	n, mass := c.keep(total)
	for _, id := range c.kept[:n] {
		dst[id] = c.weights[id] / mass
	}
	return dst
}

// cut takes out the tokens below MinP times the probability of the most
// probable one (min-p: Nguyen et al. 2024, arXiv 2407.01082) and returns the
// sum of the weights that are left. It needs no sort: weights are relative to
// the most probable token, whose weight is 1.
func (c *Categorical) cut(total float64) float64 {
	if c.MinP == 0 {
		return total
	}
	total = 0
	for i, w := range c.weights {
		if w < c.MinP {
			c.weights[i] = 0
			continue
		}
		total += w
	}
	return total
}

// Argmax draws the most probable token; among equal ones the lowest id. It
// draws nothing from the random source.
type Argmax struct{}

func (Argmax) Propose(row []float32, _ *rand.Rand) Draw {
	id, top := kernel.Argmax(row)
	if !finite(top) {
		id = -1
	}
	return Draw{ID: int32(id), P: math.NaN()}
}

func finite(x float32) bool { return x-x == 0 }

// Mode draws the most probable token, as Argmax does, and says its probability
// after the cuts of Of.
type Mode struct {
	Of *Categorical

	law []float64
}

// Propose implements Proposal. It draws nothing from the random source.
func (m *Mode) Propose(row []float32, _ *rand.Rand) Draw {
	d := Argmax{}.Propose(row, nil)
	if d.ID < 0 {
		return d
	}
	m.law = m.Of.Law(m.law, row)
	d.P = m.law[d.ID]
	return d
}
