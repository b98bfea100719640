package stats

import "math"

// NearestByRatio returns the indices of the values that are nearest to the
// target by ratio, among those within the factor (≥ 1) of it; several when they
// are equally near, none when all are farther away. What is not positive has no
// ratio and is never near.
func NearestByRatio(target float64, among []float64, factor float64) []int {
	if !(target > 0) {
		return nil
	}
	var near []int
	least := math.Log(factor)
	for i, x := range among {
		if !(x > 0) {
			continue
		}
		switch d := math.Abs(math.Log(x / target)); {
		case d > least:
		case d < least || near == nil:
			near, least = []int{i}, d
		default:
			near = append(near, i)
		}
	}
	return near
}
