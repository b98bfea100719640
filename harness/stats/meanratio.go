package stats

import "math"

// MeanOfRatios returns the mean over columns of Σnum/Σden, for example of the
// share of kept constraints in each of several bins of distance, with a BCa
// interval. num and den hold one line for each unit, with one number for each
// column: units are resampled whole, so that what is measured in several
// columns may depend on the unit. A column whose denominators are all zero is
// left out, in the sample and in each resample. Denominators must not be
// negative; numerators may, so that the paired difference of two engines with
// the same denominators is the same function of the differences. It panics
// unless all lines have the same length.
func (b *Bootstrap) MeanOfRatios(num, den [][]float64) (Estimate, error) {
	if len(num) != len(den) {
		panic("stats: numerators and denominators of unequal length")
	}
	if len(num) == 0 {
		return Estimate{}, ErrNoData
	}
	columns := len(num[0])
	sums := newColumns(columns)
	for i := range num {
		if len(num[i]) != columns || len(den[i]) != columns {
			panic("stats: lines of unequal length")
		}
		if err := usable(num[i], den[i]); err != nil {
			return Estimate{}, err
		}
		sums.add(num[i], den[i], 1)
	}
	value, ok := sums.mean()
	if !ok {
		return Estimate{}, ErrNoData
	}
	n := len(num)
	e := b.begin(value, n, "mean of ratios of sums, BCa bootstrap interval")
	switch {
	case n < bootstrapMin:
		return e, nil
	case n > bootstrapMax:
		e.Method = "mean of ratios of sums, normal interval by the delta method"
		half := zTwoSided(b.level) * sums.deviation(num, den)
		e.CI = &Interval{value - half, value + half}
		return e, nil
	}
	draws := b.meanDraws(num, den)
	leave := make([]float64, 0, n)
	for i := range num {
		sums.add(num[i], den[i], -1)
		if x, ok := sums.mean(); ok {
			leave = append(leave, x)
		}
		sums.add(num[i], den[i], 1)
	}
	b.finish(&e, draws, skewness(leave), n)
	return e, nil
}

// meanDraws returns the means of the resamples that have a denominator.
func (b *Bootstrap) meanDraws(num, den [][]float64) []float64 {
	n, columns := len(num), len(num[0])
	var turned [][]float64 // the numerators of each column, then the denominators
	for _, lines := range [][][]float64{num, den} {
		for j := range columns {
			column := make([]float64, n)
			for i := range lines {
				column[i] = lines[i][j]
			}
			turned = append(turned, column)
		}
	}
	sums := b.drawSums(n, turned...)
	draws := make([]float64, 0, b.draws)
	drawn := newColumns(columns)
	for d := range b.draws {
		for j := range columns {
			drawn.num[j], drawn.den[j] = sums[j][d], sums[columns+j][d]
		}
		if x, ok := drawn.mean(); ok {
			draws = append(draws, x)
		}
	}
	return draws
}

// columnSums are the sums of numerators and denominators by column.
type columnSums struct{ num, den []float64 }

func newColumns(n int) *columnSums {
	return &columnSums{make([]float64, n), make([]float64, n)}
}

// add adds a line the given number of times.
func (c *columnSums) add(num, den []float64, times float64) {
	for j := range num {
		c.num[j] += times * num[j]
		c.den[j] += times * den[j]
	}
}

// columnFloor is the denominator below which what a subtraction left is
// rounding noise. Denominators count opportunities, at least a fraction of one.
const columnFloor = 1e-9

// mean is the mean of the ratios of the columns that have a denominator.
func (c *columnSums) mean() (float64, bool) {
	total, n := 0.0, 0
	for j := range c.num {
		if c.den[j] > columnFloor {
			total += c.num[j] / c.den[j]
			n++
		}
	}
	return total / float64(max(n, 1)), n > 0
}

// deviation is the standard error of mean, from the influence of each line.
func (c *columnSums) deviation(num, den [][]float64) float64 {
	present := 0
	for _, d := range c.den {
		if d > 0 {
			present++
		}
	}
	squares := 0.0
	for i := range num {
		influence := 0.0
		for j := range c.num {
			if c.den[j] > 0 {
				influence += (num[i][j] - c.num[j]/c.den[j]*den[i][j]) / c.den[j]
			}
		}
		squares += sq(influence / float64(present))
	}
	n := float64(len(num))
	return math.Sqrt(squares * n / (n - 1))
}
