package sample

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSelectorsByHand(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name  string
		s     Selector
		conf  []float64
		pos   []int
		quota int
		want  []int
	}{
		// The n-th needs 1 - 1/(n+1): 1/2 for the first (not asked), then 2/3, 3/4, 4/5.
		{"factor, third fails", Factor{1}, []float64{0.7, 0.1, 0.95, 0.9, 0.74}, nil, 5, []int{2, 3}},
		{"factor, second fails", Factor{1}, []float64{0.6, 0.66, 0.9}, nil, 5, []int{2}},
		{"factor, equality holds", Factor{2}, []float64{0.5, 0.25, 0.6}, nil, 1, []int{0, 2}},
		{"factor, the last one must hold too", Factor{1}, []float64{0.9, 0.1}, nil, 1, []int{0}},
		{"factor, first failure ends it", Factor{1}, []float64{0.9, 0.6, 0.85, 0.8}, nil, 1, []int{0, 2, 3}},
		{"factor 0", Factor{0}, []float64{0.9, 1, 1, 0.99}, nil, 4, []int{1, 2}},
		{"factor, huge", Factor{100}, []float64{0, 0, 0}, nil, 1, []int{0, 1, 2}},
		{"factor, one", Factor{1}, []float64{0.01}, nil, 1, []int{0}},

		// In rising order the entropies sum to 1/8, 3/8, 7/8.
		{"bound, sum of those before", EntropyBound{0.375}, []float64{-0.5, -0.125, -0.25, -2}, nil, 1, []int{0, 1, 2}},
		{"bound, below", EntropyBound{0.25}, []float64{-0.5, -0.125, -0.25, -2}, nil, 1, []int{1, 2}},
		{"bound 0", EntropyBound{0}, []float64{-0.3, -0.1, -0.2}, nil, 3, []int{1}},
		{"bound 0 and certain ones", EntropyBound{0}, []float64{-0.3, 0, -0.2, 0}, nil, 3, []int{1, 2, 3}},
		{"bound, all", EntropyBound{9}, []float64{-0.3, -0.1}, nil, 1, []int{0, 1}},

		// Runs 4-6, 9-10 and 12.
		{"hierarchy", Hierarchy{0.9, 0.4}, []float64{0.95, 0.5, 0.92, 0.3, 0.5, 0.2}, []int{4, 5, 6, 9, 10, 12}, 1, []int{0, 2, 4}},
		{"hierarchy, nothing above", Hierarchy{0.9, 0.4}, []float64{0.1, 0.2, 0.1, 0.4, 0.4, 0.2}, []int{4, 5, 6, 9, 10, 12}, 1, []int{3}},
		{"hierarchy, one of a run", Hierarchy{0.9, 0.4}, []float64{0.6, 0.6, 0.6}, []int{4, 5, 6}, 1, []int{0}},

		{"near, ties of the surest", NearThreshold{0.9, 1e-5}, []float64{0.5, 0.7, 0.7 - 1e-6, 0.69}, nil, 1, []int{1, 2}},
		{"near, above", NearThreshold{0.9, 1e-5}, []float64{0.9, 0.95, 0.89}, nil, 1, []int{0, 1}},
		{"near, just at the threshold", NearThreshold{0.9, 1e-5}, []float64{0.9, 0.9 - 5e-6, 0.89}, nil, 1, []int{0, 1}},
	} {
		if got := c.s.Select([]int{7}, Candidates{Conf: c.conf, Pos: c.pos, Quota: c.quota}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	put := &Sampled{Temperature: 1}
	for range 50 { // what is put off goes last, and does go
		if got := put.Select(nil, Candidates{Conf: []float64{-inf, 0, -inf, 3}, Quota: 2, RNG: source()}); !slices.Equal(got, []int{1, 3}) {
			t.Fatalf("sampled %v", got)
		}
	}
	if got := put.Select(nil, Candidates{Conf: []float64{-inf, -inf}, Quota: 1, RNG: source()}); !slices.Equal(got, []int{0}) {
		t.Errorf("sampled %v of two that are put off", got)
	}
}

// Every selector takes at least one and each at most once, in ascending order,
// and an empty or small memory changes nothing.
func TestSelectorsAtOddSizes(t *testing.T) {
	rng := source()
	for range 300 {
		n := 1 + rng.IntN(19)
		c := Candidates{Quota: rng.IntN(n + 3), RNG: rng}
		for i := range n {
			c.Conf = append(c.Conf, math.Round(rng.Float64()*8)/8-1)
			c.Pos = append(c.Pos, 2*i+rng.IntN(2))
		}
		f := rng.Float64()
		for _, s := range []Selector{TopK{}, Threshold{f - 1}, Dynamic{f - 1}, Factor{f}, EntropyBound{3 * f}, Hierarchy{f - 0.5, f - 1}, NearThreshold{f - 1, 1e-5}, &Sampled{Temperature: f}} {
			got := s.Select(nil, c)
			if len(got) == 0 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) || got[0] < 0 || got[len(got)-1] >= n {
				t.Fatalf("%T of %v takes %v", s, c.Conf, got)
			}
			if _, sampled := s.(*Sampled); !sampled && !slices.Contains(got, Surest(c.Conf)) {
				t.Fatalf("%T of %v takes %v without the surest", s, c.Conf, got)
			}
		}
	}
}

// The entropy bound keeps the published inequality: all entropies but the
// largest of what is taken sum to at most gamma, and one more would break it.
func TestEntropyBoundIsTight(t *testing.T) {
	rng := source()
	for range 200 {
		conf := make([]float64, 1+rng.IntN(12))
		for i := range conf {
			conf[i] = -rng.Float64()
		}
		gamma := rng.Float64() * 2
		slices.Sort(conf) // falling entropy
		slices.Reverse(conf)
		got := EntropyBound{gamma}.Select(nil, Candidates{Conf: conf})
		sum := 0.0
		for _, i := range got[:len(got)-1] {
			sum -= conf[i]
		}
		if k := len(got); sum > gamma || k < len(conf) && sum-conf[k-1] <= gamma || got[k-1] != k-1 {
			t.Fatalf("gamma %g of %v takes %v", gamma, conf, got)
		}
	}
}

// Drawing without replacement: a pair (first a, then b) has probability
// w_a · w_b/(1 - w_a), and a set that of its orders.
func TestSampledFollowsItsLaw(t *testing.T) {
	conf, rng := []float64{-1, 0.5, 0.2, -3}, rand.New(rand.NewPCG(3, 4))
	for _, temperature := range []float64{0.3, 1, 5} {
		w, total := make([]float64, len(conf)), 0.0
		for i, c := range conf {
			w[i] = math.Exp(c / temperature)
			total += w[i]
		}
		want := map[[2]int]float64{}
		for a := range w {
			for b := range w {
				if a != b {
					want[[2]int{min(a, b), max(a, b)}] += w[a] / total * w[b] / (total - w[a])
				}
			}
		}
		const n = 20000
		seen, s := map[[2]int]float64{}, &Sampled{Temperature: temperature}
		for range n {
			seen[[2]int(s.Select(nil, Candidates{Conf: conf, Quota: 2, RNG: rng}))]++
		}
		chi2 := 0.0
		for pair, p := range want {
			chi2 += (seen[pair] - n*p) * (seen[pair] - n*p) / (n * p)
		}
		if bound := 5 + 5*math.Sqrt(10); chi2 > bound {
			t.Errorf("temperature %g: chi-squared %.1f, at most %.1f expected: %v", temperature, chi2, bound, seen)
		}
	}
	cold := &Sampled{Temperature: 1e-12}
	if got := cold.Select(nil, Candidates{Conf: conf, Quota: 2, RNG: rng}); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("at temperature 0 %v is taken", got)
	}
}
