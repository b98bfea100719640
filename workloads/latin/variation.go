package latin

import (
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/combin"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/square"
)

// Family is a set of squares that is small enough to be listed.
type Family struct {
	shape square.Shape
	grids []square.Grid
	index map[string]int // by text
	class []int          // of each grid: the one that differs from it only in the names of numbers
	kinds int            // number of classes
}

func newFamily(s square.Shape) *Family {
	f := &Family{shape: s, index: map[string]int{}}
	classes := map[string]int{}
	for g := range s.Each(make(square.Grid, s.N*s.N)) {
		f.index[s.Format(g)] = len(f.grids)
		f.grids = append(f.grids, g)
		name := string(square.Rename(g))
		if _, ok := classes[name]; !ok {
			classes[name] = len(classes)
		}
		f.class = append(f.class, classes[name])
	}
	f.kinds = len(classes)
	return f
}

// Family returns the family of a rung from scratch, nil for other rungs.
func (w *Workload) Family(rung int) *Family {
	if family := w.families[ladder[rung].kind]; family != nil {
		return family()
	}
	return nil
}

// Deviation implements workloads.Uniform for the rungs from scratch.
func (w *Workload) Deviation(rung int, samples []string) (workloads.Deviation, bool) {
	family := w.Family(rung)
	if family == nil {
		return workloads.Deviation{}, false
	}
	return family.TotalVariation(samples), true
}

// TotalVariation measures how far samples are from the uniform distribution
// over the family; one of its coarser classes are the squares that differ only in
// the names of their numbers, 24 of each. White space around a sample is ignored. Without samples all
// shares are NaN.
func (f *Family) TotalVariation(samples []string) workloads.Deviation {
	each, classes, valid := make([]int, len(f.grids)), make([]int, f.kinds), 0
	for _, s := range samples {
		if i, ok := f.index[strings.TrimSpace(s)]; ok {
			each[i]++
			classes[f.class[i]]++
			valid++
		}
	}
	n := len(samples)
	d := workloads.Deviation{Samples: n, Valid: float64(valid) / float64(n)}
	d.TV, d.Floor, d.Limit = distance(each, n), floor(len(each), n), limit(len(each), n)
	d.Classes.TV, d.Classes.Floor, d.Classes.Limit = distance(classes, n), floor(len(classes), n), limit(len(classes), n)
	return d
}

// distance is the total variation between n samples, of which count[i] have
// outcome i and the rest an impossible one, and equally likely outcomes.
func distance(count []int, n int) float64 {
	p, rest, sum := 1/float64(len(count)), 1.0, 0.0
	for _, c := range count {
		q := float64(c) / float64(n)
		sum += math.Abs(q - p)
		rest -= q
	}
	return (sum + math.Abs(rest)) / 2
}

// floor is the expected total variation of n true samples from k equally likely
// outcomes: k/2 times the mean absolute deviation of a binomial share with
// p = 1/k, which de Moivre has in closed form, 2·m·C(n, m)·p^m·(1-p)^(n-m+1)/n
// with m = ⌊n·p⌋ + 1 (P. Diaconis and S. Zabell, "Closed form summation for
// classical distributions", Statistical Science 6, 1991).
func floor(k, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	p, m := 1/float64(k), n/k+1
	if m > n { // k is 1
		return 0
	}
	log := combin.LogGeneralizedBinomial(float64(n), float64(m)) + float64(m)*math.Log(p) + float64(n-m+1)*math.Log1p(-p)
	return float64(k) * float64(m) / float64(n) * math.Exp(log)
}

// limit is exceeded by true samples with a probability of at most 5%: one
// sample changes the total variation by at most 1/n, so by McDiarmid's
// inequality it exceeds its mean by t with probability at most exp(-2·n·t²).
// It is 1, which nothing exceeds, for samples that are too few to tell.
func limit(k, n int) float64 {
	return math.Min(1, floor(k, n)+math.Sqrt(math.Log(20)/(2*float64(n))))
}
