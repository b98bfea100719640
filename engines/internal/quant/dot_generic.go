package quant

import "math/bits"

// Whole numbers of three columns side by side in 64 bits, so that one multiplication by
// a number of a row serves them all. A sum of a group is less than 2²⁰ in size: at most 32
// numbers up to 255 times 127.
const (
	laneBits = 21
	triples  = (2*Width + 2) / 3
)

// lanes are the numbers of a group of two panels: of the columns 3t to 3t+2 for each k.
type lanes [triples][unit]int64

// fill takes the numbers of group g from a block. Behind the last column it stands again.
func (l *lanes) fill(b *block, g int) {
	column := func(c int) []uint8 { return b.numbers[c/Width*b.panel+g*b.group+c%Width*4:] }
	for t := range l {
		n0, n1, n2 := column(3*t), column(3*t+1), column(min(3*t+2, 2*Width-1))
		for q := range b.size / 4 {
			w0, w1, w2 := uint64(le.Uint32(n0[q*4*Width:])), uint64(le.Uint32(n1[q*4*Width:])), uint64(le.Uint32(n2[q*4*Width:]))
			w1, w2 = w1<<laneBits, bits.RotateLeft64(w2, 2*laneBits)
			const m0, m1, m2 = 255, 255 << laneBits, 255 << (2 * laneBits)
			to := l[t][4*q:][:4]
			to[0] = int64(w0&m0 | w1&m1 | w2&m2)
			to[1] = int64(w0>>8&m0 | w1>>8&m1 | bits.RotateLeft64(w2, -8)&m2)
			to[2] = int64(w0>>16&m0 | w1>>16&m1 | bits.RotateLeft64(w2, -16)&m2)
			to[3] = int64(w0>>24&m0 | w1>>24&m1 | bits.RotateLeft64(w2, -24)&m2)
		}
	}
}

// sums adds up the products of each column with some numbers.
func (l *lanes) sums(s *[3 * triples]int32, a []int64) {
	for t := range l {
		var sum, odd int64
		for a, w := a, l[t][:]; len(a) >= 8 && len(w) >= 8; a, w = a[8:], w[8:] {
			sum += w[0]*a[0] + w[1]*a[1] + w[2]*a[2] + w[3]*a[3]
			odd += w[4]*a[4] + w[5]*a[5] + w[6]*a[6] + w[7]*a[7]
		}
		sum += odd
		const rest = 64 - laneBits
		first := sum << rest >> rest
		sum = (sum - first) >> laneBits
		second := sum << rest >> rest
		s[3*t], s[3*t+1], s[3*t+2] = int32(first), int32(second), int32((sum-second)>>laneBits)
	}
}

// dotGeneric computes 32 columns of all rows from a stretch.
func dotGeneric(y []float32, ldy int, x *Activations, k, size int, b *block, add bool) {
	var l lanes
	var sums [3 * triples]int32
	var numbers [unit]int64
	for g := range size / b.size {
		l.fill(b, g)
		s := b.scales[g*b.step():][:b.step()]
		for r := range x.rows {
			row := y[r*ldy:][:2*Width]
			if !add && g == 0 {
				clear(row)
			}
			f := x.factors[r*x.groups+k/b.size+g]
			for i, v := range x.numbers[r*x.k+k+g*b.size:][:b.size] {
				numbers[i] = int64(v)
			}
			l.sums(&sums, numbers[:b.size])
			for c := range row {
				row[c] += float32(float32(s[c]*f.d) * float32(f.start+sums[c]))
				if b.lows {
					row[c] += float32(s[2*Width+c] * f.sum)
				}
			}
		}
	}
}
