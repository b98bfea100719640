package sample

// NearThreshold commits every position whose confidence is at least Theta, or,
// where none is, those within Near of the surest one: the effective threshold
// is min(Theta, largest confidence - Near) (dInfer 2025, arXiv 2510.08666, with
// Near = 1e-5). It differs from Threshold where several positions are almost
// equally sure. It does not look at the quota.
type NearThreshold struct {
	Theta, Near float64
}

// Select implements Selector.
func (s NearThreshold) Select(dst []int, c Candidates) []int {
	dst = dst[:0]
	theta := min(s.Theta, c.Conf[surest(c.Conf)]-s.Near)
	for i, conf := range c.Conf {
		if conf >= theta {
			dst = append(dst, i)
		}
	}
	return dst
}
