package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Steps that grow as 3·L^0.5: a line on logarithms, whatever their base.
func TestSlopePowerLaw(t *testing.T) {
	x := []float64{8, 16, 32, 64}
	rng := rand.New(rand.NewPCG(9, 9))
	units := make([][]float64, len(x))
	for i := range units {
		units[i] = make([]float64, 60)
		for j := range units[i] {
			units[i][j] = 3 * math.Sqrt(x[i]) * (1 + 0.2*rng.NormFloat64())
		}
	}
	trend := MeanTrend(x, units)
	trend.LogX, trend.LogY = true, true
	line, err := NewBootstrap(2000, 1).Slope(trend)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "slope", line.Slope.Value, 0.5, 0.05)
	near(t, "intercept", line.Intercept, math.Log2(3), 0.2)
	if !line.Slope.CI.Contains(0.5) {
		t.Errorf("interval %v", *line.Slope.CI)
	}
	// Deviation of the slope: that of a mean, over √Σ(x − mean)² = √5.
	sd := 0.2 / math.Ln2 / math.Sqrt(60) / math.Sqrt(5)
	near(t, "width", line.Slope.CI.High-line.Slope.CI.Low, 2*1.96*sd, 0.5*sd)
	if line.FitP == nil || *line.FitP < fitAlpha || len(line.Slope.Warnings) != 0 || line.Slope.N != 240 {
		t.Errorf("a straight line: %+v", line)
	}

	// One length off the line by a factor: the slope still stands, with a warning.
	for j := range units[1] {
		units[1][j] *= 1.5
	}
	bent, err := NewBootstrap(2000, 1).Slope(trend)
	if err != nil {
		t.Fatal(err)
	}
	if bent.FitP == nil || *bent.FitP > 1e-6 || len(bent.Slope.Warnings) != 1 || !strings.Contains(bent.Slope.Warnings[0], "do not lie on one line") {
		t.Errorf("a bent line: %+v", bent)
	}
}

// The same instances at every x: what they share cancels in the slope.
func TestSlopeShared(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16}
	rng := rand.New(rand.NewPCG(10, 10))
	units := make([][]float64, len(x))
	for i := range units {
		units[i] = make([]float64, 40)
	}
	for j := range 40 {
		level := 5 * rng.NormFloat64()
		for i := range x {
			units[i][j] = level + 2*float64(i) + 0.1*rng.NormFloat64()
		}
	}
	trend := MeanTrend(x, units)
	trend.LogX = true
	apart, err := NewBootstrap(1000, 1).Slope(trend)
	if err != nil {
		t.Fatal(err)
	}
	trend.Shared = true
	shared, err := NewBootstrap(1000, 1).Slope(trend)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "change per doubling", shared.Slope.Value, 2, 0.05)
	if w, v := shared.Slope.CI.High-shared.Slope.CI.Low, apart.Slope.CI.High-apart.Slope.CI.Low; w > v/10 {
		t.Errorf("width %v with shared instances, %v without", w, v)
	}
	if shared.FitP != nil || shared.Slope.N != 40 {
		t.Errorf("shared: %+v", shared)
	}
}

func TestSlopeRefuses(t *testing.T) {
	boot := NewBootstrap(500, 1)
	five := []float64{1, 2, 3, 4, 5}
	if _, err := boot.Slope(MeanTrend([]float64{1, 2, 2}, [][]float64{five, five, five})); !errors.Is(err, ErrInsufficient) || !strings.Contains(err.Error(), "3 different x, there are 2") {
		t.Errorf("two lengths: %v", err)
	}
	if _, err := boot.Slope(MeanTrend([]float64{1, 2, 3}, [][]float64{five, {}, five})); !errors.Is(err, ErrNoData) {
		t.Errorf("a length without instances: %v", err)
	}
	zero := MeanTrend([]float64{1, 2, 3}, [][]float64{five, {0, 0}, five})
	zero.LogY = true
	if _, err := boot.Slope(zero); err == nil || !strings.Contains(err.Error(), "at x = 2 is 0 and has no logarithm") {
		t.Errorf("a statistic of zero: %v", err)
	}
	from := MeanTrend([]float64{0, 2, 3}, [][]float64{five, five, five})
	from.LogX = true
	if _, err := boot.Slope(from); !errors.Is(err, ErrNotFinite) {
		t.Errorf("a length of zero: %v", err)
	}
	few, err := boot.Slope(MeanTrend([]float64{1, 2, 3}, [][]float64{five, five[:4], five}))
	if err != nil || few.Slope.CI != nil || len(few.Slope.Warnings) == 0 {
		t.Errorf("four instances at a length: %+v, %v", few, err)
	}
	// Mostly zeros: the sample has a logarithm, many resamples have none.
	rare := MeanTrend([]float64{1, 2, 3}, [][]float64{five, {0, 0, 0, 0, 1}, five})
	rare.LogY = true
	none, err := boot.Slope(rare)
	if err != nil || none.Slope.CI != nil || !strings.Contains(strings.Join(none.Slope.Warnings, " "), "had no value") {
		t.Errorf("resamples without a logarithm: %+v, %v", none, err)
	}
}

// By hand: of 0, 1, 0 the best line is flat at ⅓, χ² = (1+4+1)/9 on one degree
// of freedom, so p = 2·P(Z > √⅔).
func TestLineFit(t *testing.T) {
	var line Line
	line.fit([]float64{0, 1, 2}, []float64{0, 1, 0}, []float64{1, 1, 1})
	if line.FitP == nil {
		t.Fatal("no judgement of the fit")
	}
	near(t, "p of the fit", *line.FitP, 2*normal.Survival(math.Sqrt(2.0/3)), 1e-12)
	line = Line{}
	line.fit([]float64{0, 1, 2}, []float64{0, 1, 0}, []float64{1, 0, 1})
	if line.FitP != nil {
		t.Errorf("a point without noise: p of the fit %v", *line.FitP)
	}
}
