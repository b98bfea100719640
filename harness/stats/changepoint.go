package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// ChangeSegment is the smallest number of values that have a level of their own.
const ChangeSegment = 3

// Change is a mark in a history of numbers: from which one on the level is
// another.
type Change struct {
	Test
	At     int     `json:"at"`     // number, from 0, of the first value of the new level
	Before float64 `json:"before"` // median of the values from the mark before this one to At
	After  float64 `json:"after"`  // median of those from At to the next mark
}

// ChangePoints looks for lasting changes of level in a history, oldest value
// first, such as medians of successive runs. The method is E-divisive (Matteson
// and James 2014): the energy distance between a beginning of the history and
// what follows it, up to any later value, is largest at a change; p is the share
// of random orders of the same values that have one as large (draws of them from
// the seed). If p is at most alpha the history is cut there, and both parts are
// searched in the same way. So the chance of any mark in a history without a
// change is at most alpha, however long it is, when its values are exchangeable.
// Runs on a machine that has moods are not: with neighbours correlated by 0.5
// false alarms are many times as many (docs/statistics.md). A mark is a place to
// look at, never a verdict.
//
// A part below [MinHistory] is not cut again; a whole history below it is an
// error that wraps [ErrInsufficient]. It panics when so few draws cannot reach
// alpha.
func ChangePoints(history []float64, alpha float64, draws int, seed uint64) ([]Change, error) {
	mustBeAlpha(alpha)
	if 1/float64(draws+1) > alpha {
		panic("stats: too few draws for the error rate")
	}
	if err := usable(history); err != nil {
		return nil, err
	}
	if least := MinHistory(alpha); len(history) < least {
		return nil, fmt.Errorf("%w: change points at α = %g need at least %d values, there are %d", ErrInsufficient, alpha, least, len(history))
	}
	s := segmenter{alpha, draws, seed}
	marks := s.cut(history, 0)
	ends := []int{0}
	for _, m := range marks {
		ends = append(ends, m.At)
	}
	ends = append(ends, len(history))
	for i := range marks {
		marks[i].Before = percentile(history[ends[i]:ends[i+1]], 50)
		marks[i].After = percentile(history[ends[i+1]:ends[i+2]], 50)
	}
	return marks, nil
}

// MinHistory is the smallest number of values in which a clean step in the
// middle can be found at the error rate alpha.
func MinHistory(alpha float64) int {
	mustBeAlpha(alpha)
	n := 2 * ChangeSegment
	for minRankSumP(n/2, n-n/2) > alpha { // two of all choices of the lower half
		n++
	}
	return n
}

// segmenter cuts histories.
type segmenter struct {
	alpha float64
	draws int
	seed  uint64
}

// cut lists the changes in a part of a history that begins at index from, in
// order.
func (s segmenter) cut(part []float64, from int) []Change {
	n := len(part)
	if n < MinHistory(s.alpha) {
		return nil
	}
	e := &energy{n, make([]float64, n*(n+1))}
	seen, at := e.largest(part)
	if seen <= 0 {
		return nil // all values are equal
	}
	rng := rand.New(rand.NewPCG(s.seed, uint64(from)<<32|uint64(n)))
	order, asLarge := slices.Clone(part), 1 // the order seen is one of the orders
	for range s.draws {
		rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		if q, _ := e.largest(order); q >= seen*(1-1e-12) {
			asLarge++
		}
		if float64(asLarge) > s.alpha*float64(s.draws+1) {
			return nil // p will be above alpha, whatever comes
		}
	}
	c := Change{At: from + at}
	c.Test = Test{
		P: float64(asLarge) / float64(s.draws+1), MinP: 1 / float64(s.draws+1),
		Statistic: seen, N: n, Method: "E-divisive, permutation test",
	}
	return slices.Concat(s.cut(part[:at], from), []Change{c}, s.cut(part[at:], from+at))
}

// energy computes energy distances in histories of one length.
type energy struct {
	n    int
	sums []float64 // in row j, at i: Σ |x_k − x_j| over k < i
}

// largest returns the largest scaled energy distance between x[:t] and x[t:k]
// over all t and k that leave both enough values, and its t.
func (e *energy) largest(x []float64) (largest float64, at int) {
	n := e.n
	for j := range n {
		row := e.sums[j*(n+1):]
		for i := range j {
			row[i+1] = row[i] + math.Abs(x[i]-x[j])
		}
	}
	before := 0.0 // Σ of distances inside x[:t]
	at = ChangeSegment
	for t := 1; t <= n-ChangeSegment; t++ {
		before += e.sums[(t-1)*(n+1)+t-1]
		if t < ChangeSegment {
			continue
		}
		between, after := 0.0, 0.0
		for k := t + 1; k <= n; k++ {
			row := e.sums[(k-1)*(n+1):]
			between += row[t]
			after += row[k-1] - row[t]
			if k-t < ChangeSegment {
				continue
			}
			a, b := float64(t), float64(k-t)
			distance := 2*between/(a*b) - 2*before/(a*(a-1)) - 2*after/(b*(b-1))
			if q := distance * a * b / (a + b); q > largest {
				largest, at = q, t
			}
		}
	}
	return largest, at
}
