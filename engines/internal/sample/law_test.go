package sample

import (
	"fmt"
	"math"
	"testing"
)

// minP is the obvious definition: what is below a share of the largest
// probability goes, and the rest is scaled up.
func minP(p []float64, share float64) []float64 {
	most, sum := 0.0, 0.0
	for _, x := range p {
		most = max(most, x)
	}
	out := make([]float64, len(p))
	for i, x := range p {
		if x > 0 && x >= share*most {
			out[i] = x
			sum += x
		}
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// Min-p alone and behind the other cuts follows its definition, and Law says
// with which probabilities Propose draws.
func TestMinPAndLaw(t *testing.T) {
	row := []float32{0.3, -1, 2, 0.3, 1.5, -inf, 0, 1.5}
	for _, temperature := range []float64{0.7, 2} {
		for _, k := range []int{0, 3, 100} {
			for _, p := range []float64{1, 0.8} {
				for _, n := range []Nucleus{Crossing, Within} {
					for _, share := range []float64{0, 0.05, 0.3, 0.61, 1} {
						t.Run(fmt.Sprint(temperature, k, p, n, share), func(t *testing.T) {
							c := &Categorical{Temperature: temperature, TopK: k, TopP: p, Nucleus: n, MinP: share}
							want := minP(truncate(softmax(row, temperature), k, p, n), share)
							frequencies(t, c, row, want)
							for i, got := range c.Law(make([]float64, 2), row) {
								if math.Abs(got-want[i]) > 1e-6 {
									t.Errorf("token %d has probability %g, want %g", i, got, want[i])
								}
							}
						})
					}
				}
			}
		}
	}
}

// Min-p by hand: of 0.5, 0.3, 0.2 a share of 0.5 keeps what has at least 0.25.
func TestMinPByHand(t *testing.T) {
	row := []float32{float32(math.Log(0.5)), float32(math.Log(0.3)), float32(math.Log(0.2))}
	got := (&Categorical{Temperature: 1, TopP: 1, MinP: 0.5}).Law(nil, row)
	for i, want := range []float64{5. / 8, 3. / 8, 0} {
		if math.Abs(got[i]-want) > 1e-6 {
			t.Errorf("probabilities are %v", got)
		}
	}
}

func TestLawOfBrokenRows(t *testing.T) {
	nan := float32(math.NaN())
	for _, row := range [][]float32{{-inf, -inf}, {nan, nan}} {
		if got := (&Categorical{Temperature: 1, TopP: 1}).Law(nil, row); got != nil {
			t.Errorf("%v has the law %v", row, got)
		}
	}
}
