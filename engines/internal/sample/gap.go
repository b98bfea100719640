package sample

import "math"

// Gap is the largest logit of a row minus the second, +Inf where only one token
// is allowed and NaN where none is.
func Gap(row []float32) float64 {
	first, second := topTwo(row)
	return first - second
}

// topTwo is the largest value of a row and the second, -Inf where there is none.
func topTwo(row []float32) (first, second float64) {
	first, second = math.Inf(-1), math.Inf(-1)
	for _, x := range row {
		switch v := float64(x); {
		case v > first:
			first, second = v, first
		case v > second:
			second = v
		}
	}
	return first, second
}
