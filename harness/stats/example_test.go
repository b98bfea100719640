package stats_test

import (
	"fmt"

	"dllmbench/harness/stats"
)

// Thirteen of 24 instances solved: the share is 54%, and anything from 35% to
// 72% is compatible with it.
func ExampleProportion() {
	e, err := stats.Proportion(13, 24)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.0f%% [%.0f, %.0f], n = %d\n", 100*e.Value, 100*e.CI.Low, 100*e.CI.High, e.N)
	// Output: 54% [35, 72], n = 24
}

// Five times are too few for an interval of the median, and the estimate says so.
func ExampleMedian() {
	e, err := stats.Median([]float64{12.1, 11.8, 12.4, 19.0, 12.0})
	if err != nil {
		panic(err)
	}
	fmt.Println(e.Value, e.CI, e.Warnings)
	// Output: 12.1 <nil> [5 of the 6 values that an interval of the median needs]
}
