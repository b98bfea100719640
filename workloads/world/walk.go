package world

import "math/rand/v2"

// A count is changed by events: each adds or takes away two to five, and none
// takes more than there is.
const (
	mostEvents = 4
	mostStart  = 9 // a count starts at 2 to 9
	mostTotal  = 12
	mostStep   = 5
	mostCount  = mostStart + mostEvents*mostStep // the highest count on the way
)

// walks[k][a][b] is the number of ways to get from count a to count b in k events.
var walks = func() (n [mostEvents + 1][mostCount + 1][mostCount + 1]int) {
	for a := range n[0] {
		n[0][a][a] = 1
	}
	for k := 1; k <= mostEvents; k++ {
		for a := range n[k] {
			for _, next := range nextCounts(a) {
				for b := range n[k][a] {
					n[k][a][b] += n[k-1][next][b]
				}
			}
		}
	}
	return n
}()

// nextCounts lists the counts that one event can lead to.
func nextCounts(a int) []int {
	next := make([]int, 0, 8)
	for by := firstNumber; by < firstNumber+len(lexicon[step]); by++ {
		if a-by >= 0 {
			next = append(next, a-by)
		}
		if a+by <= mostCount {
			next = append(next, a+by)
		}
	}
	return next
}

// drawWalk draws one of the ways from a to b in k events, all alike, and calls
// visit with each change.
func drawWalk(rng *rand.Rand, k, a, b int, visit func(change int)) {
	for ; k > 0; k-- {
		draw := rng.IntN(walks[k][a][b])
		for _, next := range nextCounts(a) {
			if draw -= walks[k-1][next][b]; draw < 0 {
				visit(next - a)
				a = next
				break
			}
		}
	}
}

// courses is the number of sequences of k names out of a pool that, added to d
// different names so far, make exactly z.
func courses(pool, k, d, z int) int {
	if d > z || d+k < z {
		return 0
	}
	if k == 0 {
		return 1
	}
	return d*courses(pool, k-1, d, z) + (pool-d)*courses(pool, k-1, d+1, z)
}

// drawCast draws a sequence of k names out of pool with z different ones, all
// alike, as indices of the pool.
func drawCast(rng *rand.Rand, pool, k, z int) []int {
	order := rng.Perm(pool) // by first appearance
	out := make([]int, 0, k)
	for d := 0; k > 0; k-- {
		known := d * courses(pool, k-1, d, z)
		if rng.IntN(known+(pool-d)*courses(pool, k-1, d+1, z)) < known {
			out = append(out, order[rng.IntN(d)])
		} else {
			out = append(out, order[d])
			d++
		}
	}
	return out
}
