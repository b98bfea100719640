package stats

import (
	"fmt"
	"math"
	"math/bits"
	"testing"
)

// TestPassAtK counts the sets of k answers that hold a right one.
func TestPassAtK(t *testing.T) {
	for n := 1; n <= 10; n++ {
		for c := range n + 1 {
			for k := 1; k <= n; k++ {
				sets, good := 0, 0
				for set := range uint(1) << n {
					if bits.OnesCount(set) != k {
						continue
					}
					sets++
					if set&(1<<c-1) != 0 { // answers 0 to c-1 are right
						good++
					}
				}
				want := float64(good) / float64(sets)
				if got := PassAtK(n, c, k); math.Abs(got-want) > 1e-12 {
					t.Errorf("PassAtK(%d, %d, %d) = %g, want %g", n, c, k, got, want)
				}
			}
		}
	}
	if got := PassAtK(100_000, 1, 10); math.Abs(got-1e-4) > 1e-12 { // large numbers
		t.Errorf("got %g", got)
	}
	for _, bad := range [][3]int{{1, 0, 0}, {1, 0, 2}, {3, 4, 1}, {3, -1, 1}, {0, 0, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v does not panic", bad)
				}
			}()
			PassAtK(bad[0], bad[1], bad[2])
		}()
	}
}

// ExamplePassAtK shows why one does not take 1 − (1 − c/n)^k.
func ExamplePassAtK() {
	fmt.Printf("%.4f instead of %.4f\n", PassAtK(10, 3, 5), 1-math.Pow(1-0.3, 5))
	// Output: 0.9167 instead of 0.8319
}
