package sample

import (
	"math"
	"testing"
)

// Rows of probabilities 0.4, 0.3, 0.2, 0.1. At temperature 1/2 these become
// 16, 9, 4, 1 of 30.
func TestConfidencesOfWhatIsDrawn(t *testing.T) {
	row := []float32{float32(math.Log(0.2)), float32(math.Log(0.4)), -inf, float32(math.Log(0.1)), float32(math.Log(0.3))}
	entropy := func(p ...float64) (h float64) {
		for _, x := range p {
			h += x * math.Log(x)
		}
		return h
	}
	for _, c := range []struct {
		name                  string
		of                    Categorical
		mode, margin, entropy float64
	}{
		{"plain", Categorical{Temperature: 1, TopP: 1}, 0.4, 0.1, entropy(0.4, 0.3, 0.2, 0.1)},
		{"cold", Categorical{Temperature: 0.5, TopP: 1}, 16. / 30, 7. / 30, entropy(16./30, 9./30, 4./30, 1./30)},
		{"top-p", Categorical{Temperature: 1, TopP: 0.6}, 4. / 7, 1. / 7, entropy(4./7, 3./7)},
		{"top-k", Categorical{Temperature: 1, TopP: 1, TopK: 3}, 4. / 9, 1. / 9, entropy(4./9, 3./9, 2./9)},
		{"one left", Categorical{Temperature: 1, TopP: 0.1}, 1, 1, 0},
		// 0.75 of all tokens needs three, of the two that top-k leaves it needs two,
		// and top-k after it leaves two of three.
		{"top-k first", Categorical{Temperature: 1, TopP: 0.75, TopK: 3}, 4. / 7, 1. / 7, entropy(4./7, 3./7)},
		{"top-p first", Categorical{Temperature: 1, TopP: 0.75, TopK: 3, NucleusFirst: true}, 4. / 9, 1. / 9, entropy(4./9, 3./9, 2./9)},
		{"top-p first, then top-k", Categorical{Temperature: 1, TopP: 0.75, TopK: 2, NucleusFirst: true}, 4. / 7, 1. / 7, entropy(4./7, 3./7)},
	} {
		if d := (&Mode{Of: &c.of}).Propose(row, nil); d.ID != 1 || math.Abs(d.P-c.mode) > 1e-6 {
			t.Errorf("%s: the mode is %d with probability %g, want 1 with %g", c.name, d.ID, d.P, c.mode)
		}
		if got := (&DrawnMargin{Of: &c.of}).Rate(row, Draw{}, nil); math.Abs(got-c.margin) > 1e-6 {
			t.Errorf("%s: the margin is %g, want %g", c.name, got, c.margin)
		}
		if got := (&DrawnNegEntropy{Of: &c.of}).Rate(row, Draw{}, nil); math.Abs(got-c.entropy) > 1e-6 {
			t.Errorf("%s: the negative entropy is %g, want %g", c.name, got, c.entropy)
		}
		rng := source()
		for range 200 { // Propose draws from the same distribution
			if d := c.of.Propose(row, rng); math.Abs(d.P-c.of.Law(nil, row)[d.ID]) > 1e-9 {
				t.Fatalf("%s: token %d is drawn with probability %g", c.name, d.ID, d.P)
			}
		}
	}

	nan := float32(math.NaN())
	for _, broken := range [][]float32{{-inf, -inf}, {nan, nan}} {
		of := &Categorical{Temperature: 1, TopP: 0.9}
		if d := (&Mode{Of: of}).Propose(broken, nil); d.ID != -1 {
			t.Errorf("of %v token %d is drawn", broken, d.ID)
		}
		for _, c := range []Confidence{&DrawnMargin{Of: of}, &DrawnNegEntropy{Of: of}} {
			if x := c.Rate(broken, Draw{}, nil); !math.IsNaN(x) {
				t.Errorf("%T of %v is %g", c, broken, x)
			}
		}
	}
}
