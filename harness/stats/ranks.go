package stats

import (
	"cmp"
	"slices"
)

// midRanks returns twice the rank of each number, an integer even where equal
// numbers share the mean of their ranks.
func midRanks(xs []float64) []int {
	order, ranks := ascending(xs), make([]int, len(xs))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && xs[order[j]] == xs[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			ranks[k] = i + 1 + j // first rank + last rank of the tie
		}
		i = j
	}
	return ranks
}

// ascending returns the indices of numbers from the smallest to the largest.
func ascending(xs []float64) []int {
	order := counting(len(xs), 0)
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(xs[i], xs[j]) })
	return order
}

// counting returns n whole numbers from the first one on.
func counting[T int | int32](n int, first T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = first + T(i)
	}
	return list
}

// normalTails returns the probabilities of at most, and of at least, a sum of
// doubled ranks that is so far above its mean: by the normal law, with the
// continuity correction of half a rank. Without any deviation both are 1.
func normalTails(from, sd float64) (below, above float64) {
	if sd == 0 {
		return 1, 1
	}
	return normal.CDF((from + 1) / sd), normal.CDF((1 - from) / sd)
}
