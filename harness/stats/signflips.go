package stats

import (
	"math"
	"slices"
)

// allSubsets is the most units of which all subsets are listed instead of drawn.
const allSubsets = 11

// Difference compares two engines by the mean of paired differences in [−1, 1],
// such as of shares of runs that solved an instance. The test flips signs
// (Fisher 1935): if the engines are alike, each difference might as well have the
// other sign. The interval inverts it. The mean is above a value in as many flips
// as the mean of the flipped differences is below it (Hartigan 1969, JASA
// 64:1303), so both are read off the means of subsets: all of them for few units,
// else as many as the bootstrap has draws. Above 2,000 units the normal law is
// used. Where no difference is left the interval is that of equal outcomes in
// [PairedProportions].
func (b *Bootstrap) Difference(diffs []float64) (Estimate, Test, error) {
	if err := usable(diffs); err != nil {
		return Estimate{}, Test{}, err
	}
	n := len(diffs)
	e := Estimate{Value: sum(diffs) / float64(n), N: n, Method: "mean of paired differences, sign-flip interval"}
	e.at(b.level)
	t := Test{N: n, MinP: minSignP(n), Statistic: e.Value, Method: "sign-flip test of the mean"}
	alpha := 1 - b.level
	switch {
	case diffs[0] == 0 && equal(diffs):
		e.CI, t.P = pairCounts{n: n}.difference(b.level).CI, 1
	case n > bootstrapMax:
		e.CI = deltaInterval(diffs, slices.Repeat([]float64{1}, n), e.Value, float64(n), zTwoSided(b.level))
		t.P = 2 * normal.Survival(math.Abs(e.Value)*zTwoSided(b.level)/(e.CI.High-e.Value))
	default:
		means := b.subsetMeans(diffs)
		all := float64(len(means) + 1)
		above, _ := slices.BinarySearch(means, math.Nextafter(0, 1)) // means of at most 0
		below, _ := slices.BinarySearch(means, 0)
		t.MinP = max(t.MinP, 2/all)
		t.P = min(1, 2*float64(1+min(above, len(means)-below))/all)
		k := int(alpha/2*all+1e-9) - 1 // means that may lie beyond an end
		if k < 0 {
			e.warn("%d units are too few for an interval", n)
			break
		}
		e.CI = &Interval{means[k], means[len(means)-1-k]}
	}
	return e, t, nil
}

// subsetMeans returns the means of non-empty subsets, in ascending order. What
// rounding leaves of a sum of zero is zero.
func (b *Bootstrap) subsetMeans(xs []float64) []float64 {
	n := len(xs)
	var means []float64
	add := func(total float64, size int) {
		if math.Abs(total) < 1e-12*float64(n) {
			total = 0
		}
		means = append(means, total/float64(size))
	}
	if n <= allSubsets {
		for set := 1; set < 1<<n; set++ {
			total, size := 0.0, 0
			for i, x := range xs {
				if set>>i&1 == 1 {
					total, size = total+x, size+1
				}
			}
			add(total, size)
		}
	} else {
		rng := b.random(stream{n, flips})
		for len(means) < b.draws {
			total, size := 0.0, 0
			var bits uint64
			for i, x := range xs {
				if i%64 == 0 {
					bits = rng.Uint64()
				}
				if bits&1 == 1 {
					total, size = total+x, size+1
				}
				bits >>= 1
			}
			if size > 0 {
				add(total, size)
			}
		}
	}
	slices.Sort(means)
	return means
}

// flips is the number of the stream of random subsets.
const flips = 1 << 20
