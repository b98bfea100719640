package stats

// PassAtK estimates the probability that at least one of k independent answers
// is right, from n answers of which c are right: 1 − C(n−c, k)/C(n, k), the
// share of all sets of k answers that hold a right one. The estimate is
// unbiased, unlike 1 − (1 − c/n)^k (Chen et al. 2021, "Evaluating Large Language
// Models Trained on Code", equation 1). It panics unless 1 ≤ k ≤ n and
// 0 ≤ c ≤ n.
func PassAtK(n, c, k int) float64 {
	if k < 1 || k > n || c < 0 || c > n {
		panic("stats: PassAtK needs 1 ≤ k ≤ n and 0 ≤ c ≤ n")
	}
	if n-c < k {
		return 1 // every set of k holds a right one
	}
	none := 1.0 // C(n−c, k)/C(n, k), factor by factor, without large numbers
	for i := n - c + 1; i <= n; i++ {
		none *= 1 - float64(k)/float64(i)
	}
	return 1 - none
}
