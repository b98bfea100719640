package sample

import (
	"math"
	"math/rand/v2"

	"dllmbench/engines/internal/kernel"
)

// ofToken and ofRow are confidences in the token drawn and in the whole row.
type (
	ofToken struct{}
	ofRow   struct{}
)

func (ofToken) OfToken() bool { return true }

func (ofRow) OfToken() bool { return false }

// Probability rates a token by its probability under the untempered softmax of
// the row, in [0, 1] ("low-confidence remasking" of LLaDA and Fast-dLLM v1).
// It costs one log-sum-exp per row and no sort.
type Probability struct{ ofToken }

func (Probability) Rate(row []float32, d Draw, _ *rand.Rand) float64 {
	return math.Min(1, math.Exp(float64(row[d.ID])-kernel.LogSumExp(row)))
}

// Proposed rates a token by the probability with which the proposal drew it,
// after temperature and truncation (SDAR, Dream, Fast-dLLM v2). Where the
// proposal is deterministic, and that probability would always be 1, it is
// Probability instead.
type Proposed struct{ ofToken }

func (Proposed) Rate(row []float32, d Draw, rng *rand.Rand) float64 {
	if math.IsNaN(d.P) {
		return Probability{}.Rate(row, d, rng)
	}
	return d.P
}

// Margin rates a position by the probability of its most probable token minus
// that of the second, in [0, 1] (Dream's topk_margin).
type Margin struct{ ofRow }

func (Margin) Rate(row []float32, _ Draw, _ *rand.Rand) float64 {
	first, second := topTwo(row, math.Inf(-1))
	z := kernel.LogSumExp(row)
	return math.Exp(first-z) - math.Exp(second-z)
}

// NegEntropy rates a position by Σ p ln p of its untempered softmax, in nats:
// 0 for a certain token, -ln(vocabulary size) for a uniform row (Dream's entropy).
type NegEntropy struct{ ofRow }

func (NegEntropy) Rate(row []float32, _ Draw, _ *rand.Rand) float64 { return -Entropy(row) }

// Random rates positions by independent uniform numbers in [0, 1), so that the
// order of commits is random (LLaDA's "random" remasking).
type Random struct{ ofRow }

func (Random) Rate(_ []float32, _ Draw, rng *rand.Rand) float64 { return rng.Float64() }

// The two confidences below rate a position by the distribution from which
// its token is drawn, that is after temperature and truncation (Dream). Where
// nothing is tempered or cut, Margin and NegEntropy say the same without
// weighing every token.

// DrawnMargin is Margin of the distribution from which Of draws.
type DrawnMargin struct {
	ofRow
	Of *Categorical

	law []float64
}

func (m *DrawnMargin) Rate(row []float32, _ Draw, _ *rand.Rand) float64 {
	if m.law = m.Of.Law(m.law, row); m.law == nil {
		return math.NaN()
	}
	first, second := topTwo(m.law, 0)
	return first - second
}

// DrawnNegEntropy is NegEntropy of the distribution from which Of draws.
type DrawnNegEntropy struct {
	ofRow
	Of *Categorical

	law []float64
}

func (e *DrawnNegEntropy) Rate(row []float32, _ Draw, _ *rand.Rand) float64 {
	if e.law = e.Of.Law(e.law, row); e.law == nil {
		return math.NaN()
	}
	sum := 0.0
	for _, p := range e.law {
		if p > 0 {
			sum += p * math.Log(p)
		}
	}
	return sum
}

// Entropy is the Shannon entropy of softmax(row) in nats. With weights
// w = exp(x - max) it is log Σw - Σ w(x - max) / Σw; the exponentials are those
// of the vector kernel, the sums are float64. It is NaN if the row holds NaN or
// no finite logit.
func Entropy(row []float32) float64 {
	_, top := kernel.Argmax(row)
	if !finite(top) {
		return math.NaN()
	}
	var weights [256]float32
	sum, moment := 0.0, 0.0
	for from := 0; from < len(row); from += len(weights) {
		part := row[from:min(from+len(weights), len(row))]
		w := weights[:len(part)]
		kernel.ExpScaled(w, part, 1, top)
		for i, x := range part {
			if w[i] != 0 { // a token that cannot be drawn adds nothing
				sum += float64(w[i])
				moment += float64(w[i]) * float64(x-top)
			}
		}
	}
	return math.Max(0, math.Log(sum)-moment/sum)
}

// MeanEntropy is the mean entropy of rows, NaN without any.
func MeanEntropy(rows [][]float32) float64 {
	sum := 0.0
	for _, row := range rows {
		sum += Entropy(row)
	}
	return sum / float64(len(rows))
}

// Gap is the largest logit of a row minus the second, +Inf where only one token
// is allowed and NaN where none is.
func Gap(row []float32) float64 {
	first, second := topTwo(row, math.Inf(-1))
	return first - second
}

// topTwo is the largest value of a list and the second, least where there is none.
func topTwo[N float32 | float64](row []N, least float64) (first, second float64) {
	first, second = least, least
	for _, x := range row {
		switch v := float64(x); {
		case v > first:
			first, second = v, first
		case v > second:
			second = v
		}
	}
	return first, second
}
