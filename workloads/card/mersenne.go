package card

import "math"

// mersenne draws as random.Random of Python does: the Mersenne Twister MT19937 (Matsumoto
// and Nishimura 1998), seeded with one whole number. Harnesses choose worked examples
// with it, so that the same ones stand in a prompt only if the same numbers are drawn.
type mersenne struct {
	state [624]uint32
	at    int
}

// newMersenne seeds as random.Random(seed) does, by the array of the seed's one word.
func newMersenne(seed uint32) *mersenne {
	m := &mersenne{at: 624}
	s := &m.state
	s[0] = 19650218
	for i := 1; i < 624; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + uint32(i)
	}
	i := 1
	next := func() {
		if i++; i == 624 {
			s[0], i = s[623], 1
		}
	}
	for range 624 {
		s[i] = s[i] ^ (s[i-1]^s[i-1]>>30)*1664525 + seed
		next()
	}
	for range 623 {
		s[i] = s[i] ^ (s[i-1]^s[i-1]>>30)*1566083941 - uint32(i)
		next()
	}
	s[0] = 1 << 31
	return m
}

// word is the next number of 32 bits.
func (m *mersenne) word() uint32 {
	s := &m.state
	if m.at == 624 {
		for i := range s {
			y := s[i]&(1<<31) | s[(i+1)%624]&(1<<31-1)
			s[i] = s[(i+397)%624] ^ y>>1 ^ (y&1)*0x9908b0df
		}
		m.at = 0
	}
	y := s[m.at]
	m.at++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// below is a whole number in [0, n), n ≥ 1, as random.randrange(n) draws it.
func (m *mersenne) below(n int) int {
	bits := 0
	for v := n; v > 0; v >>= 1 {
		bits++
	}
	for {
		if r := int(m.word() >> (32 - bits)); r < n {
			return r
		}
	}
}

// sample draws k of the numbers 0 to n-1, k ≤ n, as random.sample(range(n), k) does:
// from a list of them where that is short, else again where one was drawn before.
func (m *mersenne) sample(n, k int) []int {
	list := make([]int, k)
	short := 21
	if k > 5 {
		short += int(math.Pow(4, math.Ceil(math.Log(float64(k*3))/math.Log(4))))
	}
	if n <= short {
		pool := make([]int, n)
		for i := range pool {
			pool[i] = i
		}
		for i := range list {
			j := m.below(n - i)
			list[i], pool[j] = pool[j], pool[n-i-1]
		}
		return list
	}
	drawn := map[int]bool{}
	for i := range list {
		j := m.below(n)
		for drawn[j] {
			j = m.below(n)
		}
		drawn[j], list[i] = true, j
	}
	return list
}
