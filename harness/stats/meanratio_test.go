package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMeanOfRatios(t *testing.T) {
	boot := NewBootstrap(500, 1)
	// Column 0: 3 of 6, column 1: 1 of 4, column 2 is never measured.
	num := [][]float64{{1, 0, 0}, {2, 0, 0}, {0, 1, 0}}
	den := [][]float64{{2, 2, 0}, {2, 0, 0}, {2, 2, 0}}
	e, err := boot.MeanOfRatios(num, den)
	if err != nil || math.Abs(e.Value-0.375) > 1e-12 || e.N != 3 || e.CI != nil {
		t.Errorf("%+v, %v; want (3/6 + 1/4)/2 without interval", e, err)
	}
	if _, err := boot.MeanOfRatios([][]float64{{0}}, [][]float64{{0}}); !errors.Is(err, ErrNoData) {
		t.Errorf("no denominator: %v", err)
	}
	if _, err := boot.MeanOfRatios(nil, nil); !errors.Is(err, ErrNoData) {
		t.Errorf("no lines: %v", err)
	}
	if _, err := boot.MeanOfRatios([][]float64{{math.NaN()}}, [][]float64{{1}}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
}

// With one column it is the ratio of sums, interval included.
func TestMeanOfOneRatio(t *testing.T) {
	boot, rng := NewBootstrap(1000, 3), rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{5, 40, 2500} {
		var num, den []float64
		var nums, dens [][]float64
		for range n {
			d := 1 + float64(rng.IntN(9))
			x := float64(rng.IntN(int(d) + 1))
			num, den = append(num, x), append(den, d)
			nums, dens = append(nums, []float64{x}), append(dens, []float64{d})
		}
		want, _ := boot.RatioOfSums(num, den)
		got, err := boot.MeanOfRatios(nums, dens)
		if err != nil || math.Abs(got.Value-want.Value) > 1e-12 || math.Abs(got.CI.Low-want.CI.Low) > 1e-9 || math.Abs(got.CI.High-want.CI.High) > 1e-9 {
			t.Errorf("n = %d: %v %v, ratio of sums %v %v", n, got, got.CI, want, want.CI)
		}
	}
}

// Intervals of correlated columns hold the truth as often as they should; half
// of the units miss one column.
func TestMeanOfRatiosCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const runs, n, truth = 300, 60, 0.7
	held := 0
	for run := range runs {
		var num, den [][]float64
		for range n {
			p := truth + 0.5*(rng.Float64()-0.5) // of this unit, in every column
			line, of := make([]float64, 3), []float64{4, 6, 0}
			if rng.IntN(2) == 0 {
				of[2] = 5
			}
			for j, d := range of {
				for range int(d) {
					if rng.Float64() < p {
						line[j]++
					}
				}
			}
			num, den = append(num, line), append(den, of)
		}
		e, err := NewBootstrap(400, uint64(run)).MeanOfRatios(num, den)
		if err != nil {
			t.Fatal(err)
		}
		if e.CI.Contains(truth) {
			held++
		}
	}
	// 95% of 300 is 285; four standard errors below are 270.
	if held < 270 || held == runs {
		t.Errorf("%d of %d intervals hold the truth", held, runs)
	}
}
