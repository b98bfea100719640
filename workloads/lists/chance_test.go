package lists

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestListsChance counts the answers of all lists of three and four.
func TestListsChance(t *testing.T) {
	for _, r := range []listRung{{"copy", 3}, {"reverse", 3}, {"sort", 3}, {"copy", 4}, {"reverse", 4}, {"sort", 4}} {
		count, most, total := map[string]int{}, 0, int(math.Pow10(r.items))
		for n := range total {
			q := request{op: r.op, items: digitsOf(n, r.items)}
			answer := string(q.take(q.answer(nil)))
			count[answer]++
			most = max(most, count[answer])
		}
		if want := float64(most) / float64(total); math.Abs(r.chance()-want) > 1e-9 {
			t.Errorf("%s: chance %g, counted %g", r.name(), r.chance(), want)
		}
	}
}

// digitsOf writes a number with n digits.
func digitsOf(number, n int) []byte {
	d := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		d[i] = byte('0' + number%10)
		number /= 10
	}
	return d
}

// TestEditChance plays the stated strategy, editing at the same place whatever
// the prompt says, on all lists of three and four and all requests.
func TestEditChance(t *testing.T) {
	for _, r := range []listRung{{"remove", 3}, {"insert", 3}, {"replace", 3}, {"remove", 4}} {
		places, news := r.items, 10
		switch r.op {
		case "insert":
			places++
		case "remove":
			news = 1
		}
		best := 0.0
		for guess := range places {
			hits, total := 0, 0
			for n := range int(math.Pow10(r.items)) {
				for place := range places {
					for item := range news {
						q := request{op: r.op, items: digitsOf(n, r.items), place: place + 1, item: byte('0' + item)}
						if r.op == "replace" && q.items[place] == q.item {
							continue
						}
						total++
						want := q.take(q.answer(nil))
						q.place = guess + 1
						if slices.Equal(want, q.take(q.answer(nil))) {
							hits++
						}
					}
				}
			}
			best = max(best, float64(hits)/float64(total))
		}
		if math.Abs(r.chance()-best) > 1e-9 {
			t.Errorf("%s: chance %g, counted %g", r.name(), r.chance(), best)
		}
	}
}

// TestShuffleFloor compares the closed form with published values, with
// decoding by drawing, and with the exact law for the orders that count.
func TestShuffleFloor(t *testing.T) {
	for k, want := range map[int]float64{1: 1, 2: 0.2734375, 4: 0.0384521484375, 8: 40320. / 16777216} {
		if got := ShuffleFloor(8, k); math.Abs(got-want) > 1e-12 {
			t.Errorf("eight items, %d a step: %g, want %g", k, got, want)
		}
	}
	rng := rand.New(rand.NewPCG(17, 18))
	const runs = 40000
	for _, c := range [][2]int{{3, 3}, {4, 2}, {5, 2}, {6, 4}, {8, 2}, {8, 4}, {7, 9}} {
		n, k, right := c[0], c[1], 0
		for range runs {
			if drawShuffle(rng, n, k) {
				right++
			}
		}
		want := ShuffleFloor(n, k)
		if got, sd := float64(right)/runs, math.Sqrt(want*(1-want)/runs); math.Abs(got-want) > 4*sd {
			t.Errorf("%d items, %d a step: drawn %g, want %g", n, k, got, want)
		}
	}
	for n := 3; n <= 5; n++ {
		if got, want := withoutFirst(n), ShuffleFloor(n, n); math.Abs(got-want) > 0.002 {
			t.Errorf("%d items: %g without the order of the prompt, the floor is %g", n, got, want)
		}
	}
}

// drawShuffle writes k random open positions a step, each with an item that is
// drawn from those not yet written, and reports whether all items differ.
func drawShuffle(rng *rand.Rand, n, k int) bool {
	used := make([]bool, n)
	for open := n; open > 0; open -= k {
		var remaining []int
		for item, u := range used {
			if !u {
				remaining = append(remaining, item)
			}
		}
		for range min(k, open) {
			item := remaining[rng.IntN(len(remaining))]
			if used[item] {
				return false
			}
			used[item] = true
		}
	}
	return true
}

// withoutFirst is the rate of right answers in one step from the marginals of
// the uniform law over all orders but the first, by enumeration.
func withoutFirst(n int) float64 {
	orders := [][]int{}
	var extend func(order []int)
	extend = func(order []int) {
		if len(order) == n && !slices.IsSorted(order) {
			orders = append(orders, slices.Clone(order))
		}
		for item := range n {
			if !slices.Contains(order, item) {
				extend(append(order, item))
			}
		}
	}
	extend(nil)
	rate := 0.0
	for _, order := range orders {
		p := 1.0
		for position, item := range order {
			same := 0
			for _, other := range orders {
				if other[position] == item {
					same++
				}
			}
			p *= float64(same) / float64(len(orders))
		}
		rate += p
	}
	return rate
}

// TestReplaceFloor compares the closed form with decoding by drawing.
func TestReplaceFloor(t *testing.T) {
	if got := ReplaceFloor(8); math.Abs(got-0.3926959) > 1e-6 {
		t.Errorf("eight items: %g", got)
	}
	if ReplaceFloor(1) != 1 || math.Abs(ReplaceFloor(1e9)-1/math.E) > 1e-6 {
		t.Errorf("limits: %g and %g", ReplaceFloor(1), ReplaceFloor(1e9))
	}
	rng := rand.New(rand.NewPCG(19, 20))
	const runs = 40000
	for _, n := range []int{2, 4, 8, 32} {
		right := 0
		for range runs {
			replaced := 0
			for range n {
				if rng.IntN(n) == 0 {
					replaced++
				}
			}
			if replaced == 1 {
				right++
			}
		}
		want := ReplaceFloor(n)
		if got, sd := float64(right)/runs, math.Sqrt(want*(1-want)/runs); math.Abs(got-want) > 4*sd {
			t.Errorf("%d items: drawn %g, want %g", n, got, want)
		}
	}
}

func TestFloorsPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"no items":    func() { ShuffleFloor(0, 1) },
		"no position": func() { ShuffleFloor(3, 0) },
		"nothing":     func() { ReplaceFloor(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}
