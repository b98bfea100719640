package sample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func source() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

var inf = float32(math.Inf(1))

// softmax is the obvious definition, in float64.
func softmax(row []float32, temperature float64) []float64 {
	p, sum := make([]float64, len(row)), 0.0
	for i, x := range row {
		p[i] = math.Exp(float64(x) / temperature)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// truncate is the obvious definition of top-k and then top-p: sort everything.
func truncate(p []float64, k int, topP float64, n Nucleus) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] > p[b]:
			return -1
		case p[a] < p[b]:
			return 1
		}
		return 0
	})
	if k > 0 && k < len(order) {
		order = order[:k]
	}
	total := 0.0
	for _, i := range order {
		total += p[i]
	}
	out, mass := make([]float64, len(p)), 0.0
	for rank, i := range order {
		if topP < 1 && n == Within && rank > 0 && mass+p[i] > topP*total {
			break
		}
		out[i] = p[i]
		mass += p[i]
		if topP < 1 && n == Crossing && mass >= topP*total {
			break
		}
	}
	for i := range out {
		out[i] /= mass
	}
	return out
}

// frequencies compares draws with a distribution by Pearson's chi-squared, at
// five standard deviations, and each draw's P with its probability.
func frequencies(t *testing.T, p Proposal, row []float32, want []float64) {
	t.Helper()
	const n = 30000
	rng, counts := source(), make([]float64, len(row))
	for range n {
		d := p.Propose(row, rng)
		counts[d.ID]++
		if !math.IsNaN(d.P) && math.Abs(d.P-want[d.ID]) > 1e-6 {
			t.Fatalf("token %d is said to have probability %g, want %g", d.ID, d.P, want[d.ID])
		}
	}
	chi2, free := 0.0, -1.0
	for i, q := range want {
		if q == 0 {
			if counts[i] > 0 {
				t.Errorf("token %d was drawn %g times, its probability is 0", i, counts[i])
			}
			continue
		}
		chi2 += (counts[i] - n*q) * (counts[i] - n*q) / (n * q)
		free++
	}
	if chi2 > free+5*math.Sqrt(2*free)+1e-9 {
		t.Errorf("chi-squared is %g for %g degrees of freedom", chi2, free)
	}
}

func TestProposalsFollowTheirLaw(t *testing.T) {
	row := []float32{0.3, -1, 2, 0.3, 1.5, -inf, 0, 1.5}
	for _, temperature := range []float64{0.5, 1, 3} {
		full := softmax(row, temperature)
		t.Run(fmt.Sprint("gumbel ", temperature), func(t *testing.T) {
			frequencies(t, Gumbel{temperature}, row, full)
		})
		for _, k := range []int{0, 1, 3, 7, 100} {
			for _, p := range []float64{1, 0.9, 0.5, 1e-6} {
				for _, n := range []Nucleus{Crossing, Within} {
					t.Run(fmt.Sprint(temperature, k, p, n), func(t *testing.T) {
						c := &Categorical{Temperature: temperature, TopK: k, TopP: p, Nucleus: n}
						frequencies(t, c, row, truncate(full, k, p, n))
					})
				}
			}
		}
	}
}

// The two definitions of the nucleus differ by the token that crosses p.
func TestNucleusDefinitions(t *testing.T) {
	row := []float32{float32(math.Log(0.5)), float32(math.Log(0.3)), float32(math.Log(0.2))}
	for _, c := range []struct {
		n    Nucleus
		want []float64
	}{{Crossing, []float64{5. / 8, 3. / 8, 0}}, {Within, []float64{1, 0, 0}}} {
		got := truncate(softmax(row, 1), 0, 0.7, c.n)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-6 {
				t.Errorf("definition %d keeps %v, want %v", c.n, got, c.want)
			}
		}
		frequencies(t, &Categorical{Temperature: 1, TopP: 0.7, Nucleus: c.n}, row, got)
	}
}

func TestProposalsOnOddRows(t *testing.T) {
	nan := float32(math.NaN())
	proposals := map[string]Proposal{
		"argmax": Tempered(0, 0, 1, Crossing), "categorical": Tempered(1, 0, 1, Crossing),
		"truncated": Tempered(1, 2, 0.9, Within), "gumbel": Gumbel{1}, "cold": Tempered(1e-300, 0, 1, Crossing),
	}
	for name, p := range proposals {
		for _, c := range []struct {
			row  []float32
			want int32
		}{
			{[]float32{-inf, -inf}, -1},
			{[]float32{nan, nan}, -1},
			{[]float32{-inf, 3, -inf}, 1},
			{[]float32{-inf, -3e38, -inf}, 1},
			{[]float32{0, 1000, 0}, 1},
		} {
			if d := p.Propose(c.row, source()); d.ID != c.want {
				t.Errorf("%s of %v gives %d, want %d", name, c.row, d.ID, c.want)
			}
		}
	}
	if d := (Argmax{}).Propose([]float32{1, 2, 2}, nil); d.ID != 1 {
		t.Errorf("among equal tokens %d is taken, want the lowest", d.ID)
	}
	row := []float32{1, 2, 3}
	if Ban(row, 2, 0); (Argmax{}).Propose(row, nil).ID != 1 {
		t.Errorf("a banned token is drawn from %v", row)
	}
}

func TestConfidences(t *testing.T) {
	row := []float32{float32(math.Log(0.5)), float32(math.Log(0.3)), float32(math.Log(0.2)), -inf}
	entropy := -(0.5*math.Log(0.5) + 0.3*math.Log(0.3) + 0.2*math.Log(0.2))
	for _, c := range []struct {
		name string
		c    Confidence
		d    Draw
		want float64
	}{
		{"probability", Probability{}, Draw{1, 0.9}, 0.3},
		{"proposed", Proposed{}, Draw{1, 0.9}, 0.9},
		{"proposed, deterministic", Proposed{}, Draw{1, math.NaN()}, 0.3},
		{"margin", Margin{}, Draw{0, 1}, 0.2},
		{"negative entropy", NegEntropy{}, Draw{0, 1}, -entropy},
	} {
		if got := c.c.Rate(row, c.d, source()); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s is %g, want %g", c.name, got, c.want)
		}
	}
	rng := source()
	if a, b := (Random{}).Rate(row, Draw{}, rng), (Random{}).Rate(row, Draw{}, rng); a == b || a < 0 || b >= 1 {
		t.Errorf("random confidences are %g and %g", a, b)
	}
	if got := (Probability{}).Rate([]float32{80, -80}, Draw{0, 1}, nil); got > 1 {
		t.Errorf("a probability is %g", got)
	}
}

func TestSelectors(t *testing.T) {
	conf := []float64{0.2, 0.9, 0.5, 0.9, 0.95}
	for _, c := range []struct {
		name  string
		s     Selector
		quota int
		want  []int
	}{
		{"one", TopK{}, 1, []int{4}},
		{"at least one", TopK{}, 0, []int{4}},
		{"ties go to the lowest", TopK{}, 2, []int{1, 4}},
		{"three", TopK{}, 3, []int{1, 3, 4}},
		{"four", TopK{}, 4, []int{1, 2, 3, 4}},
		{"no more than there are", TopK{}, 9, []int{0, 1, 2, 3, 4}},
		{"threshold is inclusive", Threshold{0.9}, 1, []int{1, 3, 4}},
		{"threshold above all", Threshold{1.1}, 3, []int{4}},
		{"threshold 0", Threshold{0}, 1, []int{0, 1, 2, 3, 4}},
		{"dynamic is exclusive", Dynamic{0.9}, 1, []int{4}},
		{"dynamic, enough", Dynamic{0.4}, 2, []int{1, 2, 3, 4}},
		{"dynamic, too few", Dynamic{0.9}, 3, []int{1, 3, 4}},
		{"dynamic, none, no quota", Dynamic{2}, 0, []int{4}},
	} {
		got := c.s.Select(make([]int, 3), Candidates{Conf: conf, Quota: c.quota})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for _, s := range []Selector{TopK{}, Threshold{1}, Dynamic{1}} {
		if got := s.Select(nil, Candidates{Conf: []float64{0.5, 0.5}, Quota: 1}); !slices.Equal(got, []int{0}) {
			t.Errorf("%T takes %v of two equals", s, got)
		}
	}
}

// Quotas sum to the masks, differ by one at most and never grow.
func TestQuota(t *testing.T) {
	for m := 1; m < 40; m++ {
		for s := 1; s <= m; s++ {
			sum := 0
			for i := range s {
				q := Quota(m, s, i)
				if sum += q; q < 1 || i > 0 && q > Quota(m, s, i-1) || Quota(m, s, 0)-q > 1 {
					t.Fatalf("quota of step %d of %d for %d masks is %d", i, s, m, q)
				}
			}
			if sum != m {
				t.Fatalf("quotas of %d steps sum to %d, want %d", s, sum, m)
			}
		}
	}
}

func BenchmarkRow(b *testing.B) {
	rng := source()
	row := make([]float32, 1024)
	for i := range row {
		row[i] = float32(rng.NormFloat64() * 3)
	}
	b.Run("argmax", func(b *testing.B) {
		for b.Loop() {
			Argmax{}.Propose(row, rng)
		}
	})
	b.Run("entropy", func(b *testing.B) {
		for b.Loop() {
			Entropy(row)
		}
	})
	b.Run("probability", func(b *testing.B) {
		for b.Loop() {
			Probability{}.Rate(row, Draw{ID: 1}, rng)
		}
	})
	for name, p := range map[string]Proposal{"categorical": Tempered(1, 0, 1, Crossing), "top-p": Tempered(1, 0, 0.9, Crossing), "gumbel": Gumbel{1}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.Propose(row, rng)
			}
		})
	}
}
