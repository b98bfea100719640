package stats

import "slices"

// drawSums returns, for each column of n numbers, its sum over the units of
// every resample. A sum adds in the order of the resample, whatever the way it
// is computed, so that it has the same bits.
func (b *Bootstrap) drawSums(n int, columns ...[]float64) [][]float64 {
	all := make([]float64, b.draws*len(columns))
	out := make([][]float64, len(columns))
	for j := range columns {
		out[j] = all[j*b.draws : (j+1)*b.draws]
	}
	index := b.indices(stream{n, 0})
	if index == nil {
		next := b.resampler(n, 0)
		for d := range b.draws {
			pick := next()
			for j, xs := range columns {
				s := 0.0
				for _, i := range pick {
					s += xs[i]
				}
				out[j][d] = s
			}
		}
		return out
	}
	for j, xs := range columns {
		if equal(xs) {
			s := sum(xs)
			for d := range out[j] {
				out[j][d] = s
			}
		} else {
			pickSums(out[j], xs, index)
		}
	}
	return out
}

// pickSums sums the picked numbers of each resample, four resamples at a time:
// one sum waits for its last addition, four do not wait for each other.
func pickSums(out, xs []float64, index []int32) {
	n := len(xs)
	d := 0
	for ; d+4 <= len(out); d += 4 {
		p := index[d*n : (d+4)*n]
		p0, p1, p2, p3 := p[:n], p[n:2*n], p[2*n:3*n], p[3*n:4*n]
		var s0, s1, s2, s3 float64
		for k := range n {
			s0 += xs[p0[k]]
			s1 += xs[p1[k]]
			s2 += xs[p2[k]]
			s3 += xs[p3[k]]
		}
		out[d], out[d+1], out[d+2], out[d+3] = s0, s1, s2, s3
	}
	for ; d < len(out); d++ {
		s := 0.0
		for _, i := range index[d*n : (d+1)*n] {
			s += xs[i]
		}
		out[d] = s
	}
}

// equal reports whether all numbers are the same.
func equal(xs []float64) bool {
	return !slices.ContainsFunc(xs, func(x float64) bool { return x != xs[0] })
}

// selected is the percentile of [percentile], with the numbers put into another
// order instead of copied and sorted.
func selected(xs []float64, percent float64) float64 {
	rank := percent / 100 * float64(len(xs)-1)
	k := int(rank)
	f := rank - float64(k)
	low := nth(xs, k)
	if f == 0 || k+1 == len(xs) {
		return low
	}
	high := slices.Min(xs[k+1:])
	if high == low {
		return low
	}
	return low + f*(high-low)
}

// nth puts the number of rank k, from 0, at its place, none larger before it
// and none smaller behind it (Hoare's selection), and returns it.
func nth(xs []float64, k int) float64 {
	lo, hi := 0, len(xs)-1
	for lo < hi {
		a, b, c := xs[lo], xs[lo+(hi-lo)/2], xs[hi]
		pivot := max(min(a, b), min(max(a, b), c)) // the one in the middle
		i, j := lo, hi
		for i <= j {
			for xs[i] < pivot {
				i++
			}
			for xs[j] > pivot {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return xs[k]
		}
	}
	return xs[k]
}
