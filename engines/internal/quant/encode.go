package quant

import (
	"math"

	"github.com/x448/float16"
)

// Encode writes numbers as blocks of a file. Formats with one scale for a block round as
// llama.cpp does, bit for bit. Those with fine scales (Q4_K, Q5_K, Q6_K) fit each group by
// least squares over a few scales, then round the scales; llama.cpp weighs its errors
// otherwise, so the bits are not its own.
func (f *Format) Encode(raw []byte, src []float32) {
	var p parts // one for all blocks: it is on the heap
	for ; len(src) > 0; raw, src = raw[f.Bytes:], src[f.Block:] {
		p = parts{}
		x := src[:f.Block]
		switch {
		case f.fine > 0:
			f.encodeFine(&p, x)
		case f.bits == 8:
			f.encodeWide(&p, x)
		case f.lows:
			f.encodeRange(&p, x)
		default:
			f.encodeSigned(&p, x)
		}
		f.layout.join(raw[:f.Bytes], &p)
	}
}

// Draw fills blocks with numbers of mean 0 and about this deviation, equally likely, from
// random bits.
func (f *Format) Draw(raw []byte, deviation float32, random func() uint64) {
	scale := deviation * float32(math.Sqrt(12)) / float32(int(1)<<f.bits)
	fine := [16]uint8{}
	if f.fine > 0 {
		scale /= fineDrawn
		for i := range fine {
			fine[i] = fineDrawn
		}
	}
	low := scale * float32(int(1)<<(f.bits-1))
	if f.fine == 0 {
		low = -low
	}
	var word [8]byte
	for i := 0; i < len(raw); i += 8 {
		le.PutUint64(word[:], random())
		copy(raw[i:], word[:])
	}
	var p parts
	for ; len(raw) > 0; raw = raw[f.Bytes:] {
		f.layout.split(&p, raw[:f.Bytes])
		p.halves, p.fine = [2]uint16{toHalf(scale), toHalf(low)}, fine
		f.layout.join(raw[:f.Bytes], &p)
	}
}

// fineDrawn is the middle of the fine scales.
const fineDrawn = 32

// inverse is 1/x; 0 for 0.
func inverse(x float32) float32 {
	if x == 0 {
		return 0
	}
	return 1 / x
}

func toHalf(x float32) uint16 { return float16.Fromfloat32(x).Bits() }

// encodeWide rounds to the nearest, half away from zero, with the largest at ±127.
func (f *Format) encodeWide(p *parts, x []float32) {
	top := float32(0)
	for _, v := range x {
		top = max(top, max(v, -v))
	}
	d := top / 127
	inv := inverse(d)
	p.halves[0] = toHalf(d)
	for i, v := range x {
		p.units[0].set(8, i, uint8(f.zero+round(float64(v*inv))))
	}
}

// encodeSigned gives the largest of either sign the lowest q.
func (f *Format) encodeSigned(p *parts, x []float32) {
	top := extreme(x)
	d := top / -float32(f.zero)
	inv := inverse(d)
	p.halves[0] = toHalf(d)
	for i, v := range x {
		q := min(2*f.zero-1, int(float32(v*inv)+float32(f.zero)+0.5))
		p.units[0].set(f.bits, i, uint8(q))
	}
}

// extreme is the number farthest from 0, the first of several.
func extreme(x []float32) (top float32) {
	for _, v := range x {
		if max(v, -v) > max(top, -top) {
			top = v
		}
	}
	return top
}

// encodeRange gives the lowest number 0 and the highest the last q.
func (f *Format) encodeRange(p *parts, x []float32) {
	low, high := bounds(x)
	last := 1<<f.bits - 1
	d := (high - low) / float32(last)
	inv := inverse(d)
	p.halves[0], p.halves[1] = toHalf(d), toHalf(low)
	for i, v := range x {
		q := min(last, int(float32((v-low)*inv)+0.5))
		p.units[0].set(f.bits, i, uint8(q))
	}
}

func bounds(x []float32) (low, high float32) {
	low, high = x[0], x[0]
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// encodeFine fits the groups of a block, rounds their scales to whole multiples of the
// block's, and rounds the numbers once more by what was kept of the scales.
func (f *Format) encodeFine(p *parts, x []float32) {
	groups := f.Block / f.group
	var scales, lows [16]float32
	for g := range groups {
		scales[g], lows[g] = f.fit(x[g*f.group:][:f.group])
	}
	if f.lows {
		f.encodeScales(p, 0, scales[:groups], 63)
		for g := range groups {
			lows[g] = -lows[g]
		}
		f.encodeScales(p, 1, lows[:groups], 63)
	} else {
		f.encodeScales(p, 0, scales[:groups], -128)
	}
	for g := range groups {
		scale, low := f.scale(p, g)
		for i := g * f.group; i < (g+1)*f.group; i++ {
			q := f.zero
			if scale != 0 {
				q += round(float64((x[i] - low) / scale))
			}
			p.units[i/unit].set(f.bits, i%unit, uint8(max(0, min(1<<f.bits-1, q))))
		}
	}
}

// encodeScales rounds scales to multiples of one float16, of which the largest has the
// given number.
func (f *Format) encodeScales(p *parts, half int, scales []float32, last float32) {
	p.halves[half] = toHalf(extreme(scales) / last)
	inv := inverse(float16.Frombits(p.halves[half]).Float32())
	for g, s := range scales {
		n := math.Round(float64(s * inv))
		p.fine[half*f.fine/2+g] = uint8(int8(max(min(-math.Abs(float64(last)), 0), min(n, min(math.Abs(float64(last)), 127)))))
	}
}

// fit finds scale and low of a group with a small sum of squared errors: for some scales
// around the one that uses all q, the numbers are rounded, and the best scale and low for
// these q follow by least squares. Lows are at most 0, and 0 in formats without them. No
// product is fused with a sum, so that all machines choose alike.
func (f *Format) fit(x []float32) (scale, low float32) {
	base, high := bounds(x)
	first, last := -f.zero, 1<<f.bits-1-f.zero
	widest := (high - min(base, 0)) / float32(last-first)
	if base = min(base, 0); !f.lows {
		base, widest = 0, extreme(x)/float32(first)
	}
	if widest == 0 {
		return 0, base
	}
	// What is to be rounded once it is scaled, what then makes truncation round, and the numbers.
	var above, half, numbers [unit]float64
	var x1, x2 float64
	for i, v := range x {
		numbers[i], above[i] = float64(v), float64(v)-float64(base)
		half[i] = math.Copysign(almostHalf, above[i]*float64(widest))
		x1, x2 = x1+numbers[i], x2+float64(numbers[i]*numbers[i])
	}
	n, least := float64(len(x)), math.Inf(1)
	inverse := func(step int) float64 { return 1 / (float64(widest) * (1 - float64(float64(step)*0.02))) }
	const each = 3 // scales at once: their sums do not wait for each other
	for step := -8; step <= 8; step += each {
		var a, b, c sums
		inv, next, third := inverse(step), inverse(step+1), inverse(step+2)
		for i, v := range numbers[:len(x)] {
			a = a.add(max(first, min(last, int(float64(above[i]*inv)+half[i]))), v)
			b = b.add(max(first, min(last, int(float64(above[i]*next)+half[i]))), v)
			c = c.add(max(first, min(last, int(float64(above[i]*third)+half[i]))), v)
		}
		for _, t := range []sums{a, b, c}[:min(each, 9-step)] {
			if t.squares == 0 {
				continue
			}
			q1, q2, qx := float64(t.q), float64(t.squares), t.qx
			s, l := qx/q2, 0.0
			if det := float64(n*q2) - float64(q1*q1); f.lows && det > 0 {
				if l = (float64(q2*x1) - float64(q1*qx)) / det; l < 0 {
					s = (float64(n*qx) - float64(q1*x1)) / det
				} else {
					l = 0
				}
			}
			if e := x2 - float64(2*s*qx) - float64(2*l*x1) + float64(s*s*q2) + float64(2*s*l*q1) + float64(n*l*l); e < least {
				least, scale, low = e, float32(s), float32(l)
			}
		}
	}
	return scale, low
}

// sums are what least squares need of numbers x and what they were rounded to.
type sums struct {
	q, squares int
	qx         float64
}

func (s sums) add(q int, x float64) sums {
	return sums{s.q + q, s.squares + q*q, s.qx + float64(float64(q)*x)}
}

// almostHalf is the largest number below a half. Added to a number below a half, it does not reach 1.
const almostHalf = 0.49999999999999994

// round is [math.Round], half away from zero, for numbers that an int can hold.
func round(x float64) int { return int(x + math.Copysign(almostHalf, x)) }
