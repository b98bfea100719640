package sample

import (
	"cmp"
	"math"
	"slices"
)

// TopK commits as many positions as the quota says (but at least one, and no
// more than there are), the surest first.
type TopK struct{}

func (TopK) Select(dst []int, c Candidates) []int {
	switch quota := c.Quota; {
	case quota <= 1:
		return append(dst[:0], Surest(c.Conf))
	case quota >= len(c.Conf):
		return all(dst, c.Conf)
	default:
		return leading(dst, c.Conf, func(n int, _ float64) bool { return n < quota })
	}
}

// Threshold commits every position whose confidence is at least Theta, and the
// surest one in any case; it does not look at the quota (Fast-dLLM v1, Wu et
// al. 2025, arXiv 2505.22618).
type Threshold struct {
	Theta float64
}

func (s Threshold) Select(dst []int, c Candidates) []int {
	if dst = atLeast(dst, c.Conf, s.Theta); len(dst) == 0 {
		dst = append(dst, Surest(c.Conf))
	}
	return dst
}

// Dynamic commits every position whose confidence is above Theta if these are
// at least as many as the quota, and otherwise the quota's surest ones
// ("low_confidence_dynamic" of SDAR and LLaDA2).
type Dynamic struct {
	Theta float64
}

func (s Dynamic) Select(dst []int, c Candidates) []int {
	above := math.Nextafter(s.Theta, math.Inf(1))
	if dst = atLeast(dst, c.Conf, above); len(dst) >= max(c.Quota, 1) {
		return dst
	}
	return TopK{}.Select(dst, c)
}

// atLeast sets dst to the candidates with a confidence of at least theta.
func atLeast(dst []int, conf []float64, theta float64) []int {
	dst = dst[:0]
	for i, c := range conf {
		if c >= theta {
			dst = append(dst, i)
		}
	}
	return dst
}

// all sets dst to every candidate.
func all(dst []int, conf []float64) []int { return atLeast(dst, conf, math.Inf(-1)) }

// leading sets dst to the surest candidate and, in falling order of confidence and
// the lowest first among equal ones, to others for as long as more holds of how
// many there are and of the next one's confidence.
func leading(dst []int, conf []float64, more func(n int, next float64) bool) []int {
	dst = all(dst, conf)
	slices.SortFunc(dst, func(a, b int) int {
		if c := cmp.Compare(conf[b], conf[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	n := 1
	for n < len(dst) && more(n, conf[dst[n]]) {
		n++
	}
	dst = dst[:n]
	slices.Sort(dst)
	return dst
}

// Surest is the index of the largest confidence, the lowest among equal ones.
func Surest(conf []float64) int {
	best := 0
	for i, c := range conf {
		if c > conf[best] {
			best = i
		}
	}
	return best
}

// EntropyBound commits positions by rising entropy for as long as the entropies
// of those before sum to at most Gamma, and the first one in any case. The sum
// bounds the information that tokens drawn at once can have about each other,
// so Gamma is the error that a step may make, in nats (Ben-Hamu et al. 2025,
// arXiv 2505.24857). Confidences must be NegEntropy. It does not look at the quota.
type EntropyBound struct {
	Gamma float64 // nats, ≥ 0
}

func (s EntropyBound) Select(dst []int, c Candidates) []int {
	sum := -c.Conf[Surest(c.Conf)]
	return leading(dst, c.Conf, func(_ int, next float64) bool {
		before := sum
		sum -= next
		return before <= s.Gamma
	})
}

// EntropyBudget commits positions by rising entropy for as long as their
// entropies, their own included, sum to less than Gamma, and the first one in
// any case (SDAR's entropy_bounded). It is EntropyBound with the last position
// counted too, so it commits fewer. Confidences must be NegEntropy. It does not
// look at the quota.
type EntropyBudget struct {
	Gamma float64 // nats, ≥ 0
}

func (s EntropyBudget) Select(dst []int, c Candidates) []int {
	sum := -c.Conf[Surest(c.Conf)]
	return leading(dst, c.Conf, func(_ int, next float64) bool {
		sum -= next
		return sum < s.Gamma
	})
}

// Factor commits the surest positions for as long as the n-th of them has a
// confidence of at least 1 - F/(n+1), n from 1, and the surest one in any case:
// the more tokens are written at once, the surer each of them has to be (Wu et
// al. 2025, arXiv 2505.22618, section 3.3). With F = 0 only certain tokens go
// with the first one. It does not look at the quota. The published code takes
// the last position even where it fails the test; this one does not.
type Factor struct {
	F float64 // ≥ 0
}

func (s Factor) Select(dst []int, c Candidates) []int {
	return leading(dst, c.Conf, func(n int, next float64) bool { return next >= 1-s.F/float64(n+2) })
}

// Hierarchy commits every position whose confidence is above Theta, the surest
// of every run of neighbouring candidates if it is above Low, and the surest of
// all in any case: runs of masks are split in the middle, where tokens written
// in one step depend least on each other (the hierarchical decoding of dInfer,
// 2025, arXiv 2510.08666). It does not look at the quota.
type Hierarchy struct {
	Theta, Low float64
}

func (s Hierarchy) Select(dst []int, c Candidates) []int {
	dst = dst[:0]
	top := Surest(c.Conf)
	for from := 0; from < len(c.Conf); {
		to := from + 1
		for to < len(c.Conf) && c.Pos[to] == c.Pos[to-1]+1 {
			to++
		}
		best := from + Surest(c.Conf[from:to])
		for i := from; i < to; i++ {
			if conf := c.Conf[i]; conf > s.Theta || i == best && conf > s.Low || i == top {
				dst = append(dst, i)
			}
		}
		from = to
	}
	return dst
}

// NearThreshold commits every position whose confidence is at least Theta, or,
// where none is, those within Near of the surest one: the effective threshold
// is min(Theta, largest confidence - Near) (dInfer 2025, arXiv 2510.08666, with
// Near = 1e-5). It differs from Threshold where several positions are almost
// equally sure. It does not look at the quota.
type NearThreshold struct {
	Theta, Near float64
}

func (s NearThreshold) Select(dst []int, c Candidates) []int {
	return atLeast(dst, c.Conf, min(s.Theta, c.Conf[Surest(c.Conf)]-s.Near))
}

// Sampled commits as many positions as the quota says, drawn without
// replacement with weights exp(confidence/Temperature) (Dream's alg_temp). It
// takes the positions with the largest confidence/Temperature + g, where g is
// Gumbel noise in float64, which is the same law (Kool et al. 2019, arXiv
// 1903.06059). A Temperature towards 0 gives TopK, a large one a random order.
type Sampled struct {
	Temperature float64 // > 0

	keys []float64
}

// Select implements Selector. It takes one number from the random source for
// each candidate, also where all of them are committed.
func (s *Sampled) Select(dst []int, c Candidates) []int {
	s.keys = s.keys[:0]
	for _, conf := range c.Conf {
		s.keys = append(s.keys, conf/s.Temperature-math.Log(-math.Log(c.RNG.Float64())))
	}
	return leading(dst, s.keys, func(n int, _ float64) bool { return n < c.Quota })
}
