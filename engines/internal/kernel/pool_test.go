package kernel

import (
	"sync/atomic"
	"testing"
)

func TestPoolDo(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		p := NewPool(threads)
		for _, n := range []int{0, 1, 2, 7, 1000} {
			for range 200 {
				hits := make([]atomic.Int32, n)
				p.Do(n, func(i int) { hits[i].Add(1) })
				for i := range hits {
					if got := hits[i].Load(); got != 1 {
						t.Fatalf("threads %d, n %d: index %d ran %d times", threads, n, i, got)
					}
				}
			}
		}
		p.Close()
		p.Close()
	}
}
