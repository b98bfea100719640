package workloads

import (
	"fmt"
	"testing"
)

// TestSplitBalance samples a large family: Test and Validation each hold a tenth.
func TestSplitBalance(t *testing.T) {
	count, total := map[Split]int{}, 100000
	for i := range total {
		count[SplitOf(fmt.Sprintf("form %d", i))]++
	}
	for _, s := range []Split{Validation, Test} {
		if share := float64(count[s]) / float64(total); share < 0.095 || share > 0.105 {
			t.Errorf("%s holds %d of %d", s, count[s], total)
		}
	}
}
