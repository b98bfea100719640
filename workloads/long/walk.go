package long

// walk reads n items as a walk round a cycle. An item is right if it goes on
// from the place of the item before it, and fits there; the first one goes on
// from the end of the cycle. A walk may jump to any place instead, and then that
// item is wrong; or stay in step, and an item that does not fit is wrong.
//
// Of all readings walk takes the cheapest, where a jump costs as much as three
// items that do not fit: so a few errors close together are not taken for a
// leap there and back. Among equally cheap ones it takes one with the fewest
// jumps, and among those one that jumps late. For each item it returns -1 if it
// is right, and else the place where the item before it left off. It finds
// nothing wrong exactly if every item goes on and fits. This is Viterbi's
// algorithm; it takes n·places steps.
func walk(places, n int, fits func(i, place int) bool) []int {
	const wrong = 1 << 10 // more than there are jumps in 512 items
	const jump = 3*wrong + 1
	type step struct {
		cost int
		from int // place of the item before
	}
	steps := make([]step, n*places)
	at := func(i, place int) *step { return &steps[i*places+place] }
	best := func(i int) int { // the cheapest place of an item
		low := 0
		for p := range places {
			if at(i, p).cost < at(i, low).cost {
				low = p
			}
		}
		return low
	}
	end := places - 1 // where the walk comes from
	for i := range n {
		cheapest, cost := end, 0
		if i > 0 {
			cheapest = best(i - 1)
			cost = at(i-1, cheapest).cost
		}
		for p := range places {
			s := step{cost + jump, cheapest}
			before := (p + end) % places
			if i > 0 || before == end {
				on := step{0, before}
				if i > 0 {
					on.cost = at(i-1, before).cost
				}
				if !fits(i, p) {
					on.cost += wrong
				}
				if on.cost < s.cost {
					s = on
				}
			}
			*at(i, p) = s
		}
	}
	found := make([]int, n)
	for i, p := n-1, 0; i >= 0; i-- {
		if i == n-1 {
			p = best(i)
		}
		from := at(i, p).from
		found[i] = -1
		if on := (from + 1) % places; on != p || !fits(i, p) {
			found[i] = on
		}
		p = from
	}
	return found
}
