package stats

import (
	"math"
	"slices"
	"testing"
)

func TestNearestByRatio(t *testing.T) {
	for name, c := range map[string]struct {
		target float64
		among  []float64
		factor float64
		want   []int
	}{
		"nearest":              {10, []float64{5, 9, 12, 40}, 2, []int{1}},
		"by ratio, not by gap": {10, []float64{6, 15}, 2, []int{1}},
		"equally near":         {10, []float64{12, 20, 12}, 2, []int{0, 2}},
		"on the limit":         {10, []float64{12.5}, 1.25, []int{0}},
		"too far":              {10, []float64{12.6, 7.9}, 1.25, nil},
		"no ratio":             {10, []float64{0, -10, math.NaN()}, 4, nil},
		"no target":            {0, []float64{0, 1}, 4, nil},
		"equal only":           {3, []float64{2.9, 3, 3.1}, 1, []int{1}},
	} {
		if got := NearestByRatio(c.target, c.among, c.factor); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
