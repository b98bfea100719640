package stats

import "slices"

// walshListed is the largest sample whose Walsh averages are listed once for
// all resamples; larger ones are searched for each resample.
const walshListed = 120

// HodgesLehmann returns the Hodges–Lehmann centre of the differences with a BCa
// interval, to describe; see the function of the same name for deciding.
func (b *Bootstrap) HodgesLehmann(diffs []float64) (Estimate, error) {
	if err := usable(diffs); err != nil {
		return Estimate{}, err
	}
	n := len(diffs)
	d := slices.Clone(diffs)
	slices.Sort(d)
	e := b.begin(walshMedian(d), n, "Hodges–Lehmann centre, BCa bootstrap interval")
	if n < bootstrapMin {
		return e, nil
	}
	if n > bootstrapMax {
		e.warn("more than %d units: the signed-rank interval takes the place of the bootstrap", bootstrapMax)
		decided, err := HodgesLehmannAt(d, b.level)
		e.CI = decided.CI
		return e, err
	}
	centre := resampledMedian(d)
	centres := strata{sizes: []int{n}, f: func(picks [][]int32) (float64, bool) {
		return centre(picks[0]), true
	}}
	b.finish(&e, b.stratified(centres), centres.skewness(), n)
	return e, nil
}

// PairedRatio returns the typical ratio b/a from [LogRatios] with a BCa
// interval, to describe; see [PairedRatioAt] for deciding.
func (b *Bootstrap) PairedRatio(logRatios []float64) (Estimate, error) {
	e, err := b.HodgesLehmann(logRatios)
	if err != nil {
		return e, err
	}
	e.exp()
	e.Method = "paired ratio: exp of the Hodges–Lehmann centre of log-ratios, BCa bootstrap interval"
	return e, nil
}

// resampledMedian returns a function from the numbers of picked units to the
// median of their Walsh averages. d is sorted.
func resampledMedian(d []float64) func(pick []int32) float64 {
	if len(d) > walshListed {
		return func(pick []int32) float64 {
			xs := make([]float64, len(pick))
			for k, i := range pick {
				xs[k] = d[i]
			}
			slices.Sort(xs)
			return walshMedian(xs)
		}
	}
	type average struct {
		value float64
		i, j  int
	}
	var all []average
	for i := range d {
		for j := i; j < len(d); j++ {
			all = append(all, average{(d[i] + d[j]) / 2, i, j})
		}
	}
	slices.SortFunc(all, func(x, y average) int {
		switch {
		case x.value < y.value:
			return -1
		case x.value > y.value:
			return 1
		}
		return 0
	})
	return func(pick []int32) float64 {
		times := make([]int, len(d))
		for _, i := range pick {
			times[i]++
		}
		walsh := len(pick) * (len(pick) + 1) / 2
		low, seen, first := (walsh+1)/2, 0, 0.0
		for _, a := range all {
			before := seen
			if a.i == a.j {
				seen += times[a.i] * (times[a.i] + 1) / 2
			} else {
				seen += times[a.i] * times[a.j]
			}
			if before < low && seen >= low {
				first = a.value
			}
			if seen >= walsh/2+1 {
				return (first + a.value) / 2
			}
		}
		return first
	}
}
