package result

// Tries counts the independent answers to an instance, N, and those of them that
// are right.
type Tries struct{ N, Right int }

// CountTries counts the runs of one instance that right could judge (1 for a right
// answer). Answers with the same seed are the same answer and count once.
func CountTries(runs []*Request, right func(*Request) (float64, bool)) Tries {
	var t Tries
	seen := map[uint64]bool{}
	for _, q := range runs {
		x, ok := right(q)
		if !ok || seen[q.Seed] {
			continue
		}
		seen[q.Seed] = true
		t.N++
		if x == 1 {
			t.Right++
		}
	}
	return t
}
