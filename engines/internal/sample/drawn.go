package sample

import (
	"math"
	"math/rand/v2"
)

// The confidences of this file rate a position by the distribution from which
// its token is drawn, that is after temperature and truncation (Dream). Where
// nothing is tempered or cut, Margin and NegEntropy say the same without
// weighing every token.

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
