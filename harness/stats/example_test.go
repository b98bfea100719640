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

// Ten blocks of two engines, times in ms: b is slower by about a tenth, and
// ten blocks are enough for a verdict at 0.01 on one test, but not on eight.
func ExampleSignedRank() {
	a := []float64{98, 101, 97, 103, 99, 100, 102, 96, 104, 100}
	b := []float64{107, 113, 109, 112, 110, 108, 114, 107, 113, 111}
	logs, err := stats.LogRatios(a, b)
	if err != nil {
		panic(err)
	}
	ratio, err := stats.PairedRatioAt(logs, 0.99)
	if err != nil {
		panic(err)
	}
	test, err := stats.SignedRank(logs)
	if err != nil {
		panic(err)
	}
	alone := stats.Decide([]stats.Test{test}, 0.01)[0]
	fmt.Printf("%.3f [%.3f, %.3f], p = %.4f: %s\n", ratio.Value, ratio.CI.Low, ratio.CI.High, test.P, alone.Outcome)
	of8 := stats.Decide(append(make([]stats.Test, 7), test), 0.01)[7]
	fmt.Printf("%s: p is at least %.4f, and 8 tests need %.4f\n", of8.Outcome, of8.MinP, 0.01/8)
	// Output:
	// 1.103 [1.086, 1.119], p = 0.0020: rejected
	// insufficient: p is at least 0.0020, and 8 tests need 0.0013
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
