package lists

import "math"

// chance is the exact-match rate of a strategy that does not solve the task.
// For uniformly drawn lists these are exact.
func (r listRung) chance() float64 {
	n := r.items
	switch r.op {
	case "replace": // at one place, whatever the prompt says
		return 1 / float64(n)
	case "remove":
		return samePlace(n)
	case "insert":
		return samePlace(n + 1)
	case "replace-any": // every position on its own, from the right marginals
		return ReplaceFloor(n)
	case "shuffle": // the same; the prompt's own order does not count
		return ShuffleFloor(n, n) - math.Pow(float64(n), -float64(n))
	}
	// The likeliest answer. All lists are equally likely, hence 10⁻ⁿ for copy and
	// reverse; for sort the likeliest multiset has counts as even as possible,
	// with probability n!/(∏ cᵢ!)·10⁻ⁿ.
	logp := -float64(n) * math.Ln10
	if r.op == "sort" {
		even, more := n/10, n%10
		logp += logFactorial(n) - float64(more)*logFactorial(even+1) - float64(10-more)*logFactorial(even)
	}
	return math.Exp(logp)
}

// samePlace is how often editing at one fixed place of several gives the same
// list as editing at the place that is asked for, all places being equally
// likely. Removing items i and j of a list gives equal lists when all items
// from i to j are equal, which has the probability 10^-|i-j|; likewise
// inserting, when all items between the places equal the new one. The place in
// the middle is the best.
func samePlace(places int) float64 {
	sum := 0.0
	for p := range places {
		sum += math.Pow(10, -math.Abs(float64(p-places/2)))
	}
	return sum / float64(places)
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n + 1))
	return v
}

// ShuffleFloor is the rate at which n different items come out as a
// permutation when k positions are written per step, each on its own, by a
// decoder whose marginals are perfect. A step over r remaining items succeeds
// if its k draws differ, with probability r(r-1)…(r-k+1)/r^k, so the rate is
// the product of that over the steps, where r is n, n-k, n-2k, … and the last
// step may be smaller. One position per step (k = 1) always succeeds. It is a
// ceiling for the decoder, and a floor of the error that no training removes.
//
// The law is the uniform one over all n! orders. The checker does not accept
// the order of the prompt; for three to five items that moves the rate of a
// single step by less than 0.002.
//
// It panics if n or k is less than 1.
func ShuffleFloor(n, k int) float64 {
	if n < 1 || k < 1 {
		panic("lists: a shuffle needs at least one item and one position per step")
	}
	p := 1.0
	for r := n; r > 0; r -= k {
		for i := range min(k, r) {
			p *= float64(r-i) / float64(r)
		}
	}
	return p
}

// ReplaceFloor is the rate at which exactly one of n items is replaced when all
// positions are written in one step, each on its own, by a decoder whose
// marginals are perfect: every position is replaced with probability 1/n, and
// n·(1/n)·(1-1/n)^(n-1) of the outcomes have one replacement. It falls from 1/2
// for two items to 1/e. It panics if n is less than 1.
func ReplaceFloor(n int) float64 {
	if n < 1 {
		panic("lists: replacing needs at least one item")
	}
	return math.Pow(1-1/float64(n), float64(n-1))
}
