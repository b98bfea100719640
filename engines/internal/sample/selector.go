package sample

import (
	"cmp"
	"slices"
)

// TopK commits as many positions as the quota says (but at least one, and no
// more than there are), the surest first.
type TopK struct{}

// Select implements Selector.
func (TopK) Select(dst []int, c Candidates) []int {
	dst = dst[:0]
	conf, quota := c.Conf, c.Quota
	if quota <= 1 {
		return append(dst, surest(conf))
	}
	if quota >= len(conf) {
		return all(dst, conf)
	}
	dst = ranked(dst, conf)[:quota]
	slices.Sort(dst)
	return dst
}

// Threshold commits every position whose confidence is at least Theta, and the
// surest one in any case; it does not look at the quota (Fast-dLLM v1, Wu et
// al. 2025, arXiv 2505.22618).
type Threshold struct {
	Theta float64
}

// Select implements Selector.
func (s Threshold) Select(dst []int, c Candidates) []int {
	dst = dst[:0]
	for i, conf := range c.Conf {
		if conf >= s.Theta {
			dst = append(dst, i)
		}
	}
	if len(dst) == 0 {
		dst = append(dst, surest(c.Conf))
	}
	return dst
}

// Dynamic commits every position whose confidence is above Theta if these are
// at least as many as the quota, and otherwise the quota's surest ones
// ("low_confidence_dynamic" of SDAR and LLaDA2).
type Dynamic struct {
	Theta float64
}

// Select implements Selector.
func (s Dynamic) Select(dst []int, c Candidates) []int {
	dst = dst[:0]
	for i, conf := range c.Conf {
		if conf > s.Theta {
			dst = append(dst, i)
		}
	}
	if len(dst) >= max(c.Quota, 1) {
		return dst
	}
	return TopK{}.Select(dst, c)
}

// all appends the index of every candidate.
func all(dst []int, conf []float64) []int {
	for i := range conf {
		dst = append(dst, i)
	}
	return dst
}

// ranked appends the indices of all candidates to an empty dst, the surest
// first and the lowest first among equal ones.
func ranked(dst []int, conf []float64) []int {
	dst = all(dst, conf)
	slices.SortFunc(dst, func(a, b int) int {
		if c := cmp.Compare(conf[b], conf[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	return dst
}

// surest is the index of the largest confidence, the lowest among equal ones.
func surest(conf []float64) int {
	best := 0
	for i, c := range conf {
		if c > conf[best] {
			best = i
		}
	}
	return best
}
