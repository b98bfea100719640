package sample

// Hierarchy commits every position whose confidence is above Theta, the surest
// of every run of neighbouring candidates if it is above Low, and the surest of
// all in any case: runs of masks are split in the middle, where tokens written
// in one step depend least on each other (the hierarchical decoding of dInfer,
// 2025, arXiv 2510.08666). It does not look at the quota.
type Hierarchy struct {
	Theta, Low float64
}

// Select implements Selector.
func (s Hierarchy) Select(dst []int, c Candidates) []int {
	dst = dst[:0]
	top := surest(c.Conf)
	for from := 0; from < len(c.Conf); {
		to := from + 1
		for to < len(c.Conf) && c.Pos[to] == c.Pos[to-1]+1 {
			to++
		}
		best := from + surest(c.Conf[from:to])
		for i := from; i < to; i++ {
			if conf := c.Conf[i]; conf > s.Theta || i == best && conf > s.Low || i == top {
				dst = append(dst, i)
			}
		}
		from = to
	}
	return dst
}
