package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// changeSide is the smallest number of values before and after a change.
const changeSide = 3

var errShortHistory = fmt.Errorf("%w: a change of level needs at least %d values", ErrInsufficient, 2*changeSide)

// Change is a mark in a history of numbers: from which one on the level is
// another.
type Change struct {
	Test
	At     int     `json:"at"`     // number, from 0, of the first value of the new level
	Before float64 `json:"before"` // median of the values before At
	After  float64 `json:"after"`  // median of those from At on
}

// ChangePoint looks for one lasting change of level in a history, oldest value
// first, such as medians of successive runs. The statistic is the largest
// standardised Mann–Whitney statistic over all splits that leave 3 values on
// each side; p is the share of random orders of the same values that have one
// as large (draws of them from the seed), so that the false-alarm rate is exact
// when the values are exchangeable. Runs on a machine that has moods are not:
// with neighbours correlated by 0.5 false alarms are several times as many
// (docs/statistics.md). A mark is a place to look at, never a verdict.
//
// Fewer than 6 values have no split and are an error that wraps
// [ErrInsufficient]. It panics below 100 draws.
func ChangePoint(history []float64, draws int, seed uint64) (Change, error) {
	if draws < 100 {
		panic("stats: a permutation test needs at least 100 draws")
	}
	if err := usable(history); err != nil {
		return Change{}, err
	}
	n := len(history)
	if n < 2*changeSide {
		return Change{}, errShortHistory
	}
	ranks, tied := pooledRanks(history, nil)
	seen, at := largestSplit(ranks)
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	asLarge := 1 // the order seen is one of the orders
	for range draws {
		rng.Shuffle(n, func(i, j int) { ranks[i], ranks[j] = ranks[j], ranks[i] })
		if s, _ := largestSplit(ranks); s >= seen-1e-12 {
			asLarge++
		}
	}
	c := Change{At: at, Before: percentile(history[:at], 50), After: percentile(history[at:], 50)}
	c.Test = Test{
		P: float64(asLarge) / float64(draws+1), Statistic: seen, N: n, Method: "change point by ranks, permutation test",
		// A clean step in the middle: two of all choices of the lower half.
		MinP: max(1/float64(draws+1), minRankSumP(n/2, n-n/2)),
	}
	if tied {
		c.warn("equal values occur in the history; they share ranks and lower the power")
	}
	return c, nil
}

// largestSplit returns the largest standardised rank sum over all splits, and
// the first index of the second part. ranks are doubled mid-ranks, in order.
func largestSplit(ranks []int) (largest float64, at int) {
	n := len(ranks)
	at = changeSide
	before := 0 // Σ(rank − mean), doubled, over the first part
	for k := 1; k <= n-changeSide; k++ {
		before += ranks[k-1] - (n + 1)
		if k < changeSide {
			continue
		}
		if z := math.Abs(float64(before)) / math.Sqrt(float64(k*(n-k))); z > largest {
			largest, at = z, k
		}
	}
	// Undo the doubling, and divide by the deviation of a rank sum.
	return largest / 2 / math.Sqrt(float64(n+1)/12), at
}
