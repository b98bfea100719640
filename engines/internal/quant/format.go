package quant

import (
	"math"

	"github.com/x448/float16"
)

// Format is a way of keeping numbers in blocks, under the name that GGUF files give it. The
// value of a number is scale·(q - zero) + low, where q has no sign.
type Format struct {
	Name  string
	Block int // numbers in a block
	Bytes int // of a block in a file

	group  int // numbers that share a scale
	bits   int // of q
	zero   int // the q of 0; 0 where there are lows
	lows   bool
	halves int // float16 of a block: the scale, and the low where there are lows
	first  int // byte of a block at which they begin
	fine   int // bytes of a block by which the halves are multiplied: scales, then lows
	layout layout
}

// layout is where a block of a file has its parts.
type layout interface {
	// split takes a block of a file apart, join puts one together.
	split(p *parts, b []byte)
	join(b []byte, p *parts)
}

// parts are a block taken apart: up to eight units of 32 numbers.
type parts struct {
	units  [8]quads
	halves [2]uint16
	fine   [16]uint8
}

// unit is how many numbers are kept together.
const unit = 32

// quads are the numbers of a unit. Eight bits: four to a word. Fewer: byte i of the
// first four words has the low four bits of number i and, in its upper half, those of
// number i+16; the fields have their upper bits. Byte i of a field belongs to number i of
// four: one upper bit of each of the eight fours, or two upper bits of each of four fours,
// of the even ones in the first field and of the odd ones in the second.
type quads struct {
	words  [8]uint32
	fields [2]uint32
}

// field is where the upper bits of number i of a unit are.
func field(i, upper int) (field, shift int) { return i / 4 % upper, i%4*8 + i/4/upper*upper }

// number is number i of a unit.
func (u *quads) number(bits, i int) uint8 {
	if bits == 8 {
		return uint8(u.words[i/4] >> (i % 4 * 8))
	}
	v := u.words[i%16/4] >> (i%4*8 + i/16*4) & 15
	if upper := bits - 4; upper > 0 {
		at, shift := field(i, upper)
		v |= u.fields[at] >> shift & (1<<upper - 1) << 4
	}
	return uint8(v)
}

// set makes q number i of a unit of zeros.
func (u *quads) set(bits, i int, q uint8) {
	if bits == 8 {
		u.words[i/4] |= uint32(q) << (i % 4 * 8)
		return
	}
	u.words[i%16/4] |= uint32(q&15) << (i%4*8 + i/16*4)
	if upper := bits - 4; upper > 0 {
		at, shift := field(i, upper)
		u.fields[at] |= uint32(q>>4) << shift
	}
}

// Formats are those that can be multiplied by.
var Formats = []*Format{
	{Name: "Q8_0", Block: 32, Bytes: 34, group: 32, bits: 8, zero: 128, halves: 1, layout: bytewise{}},
	{Name: "Q4_0", Block: 32, Bytes: 18, group: 32, bits: 4, zero: 8, halves: 1, layout: single{1, false}},
	{Name: "Q4_1", Block: 32, Bytes: 20, group: 32, bits: 4, lows: true, halves: 2, layout: single{2, false}},
	{Name: "Q5_0", Block: 32, Bytes: 22, group: 32, bits: 5, zero: 16, halves: 1, layout: single{1, true}},
	{Name: "Q5_1", Block: 32, Bytes: 24, group: 32, bits: 5, lows: true, halves: 2, layout: single{2, true}},
	{Name: "Q4_K", Block: 256, Bytes: 144, group: 32, bits: 4, lows: true, halves: 2, fine: 16, layout: eighths{}},
	{Name: "Q5_K", Block: 256, Bytes: 176, group: 32, bits: 5, lows: true, halves: 2, fine: 16, layout: eighths{fifth: true}},
	{Name: "Q6_K", Block: 256, Bytes: 210, group: 16, bits: 6, zero: 32, halves: 1, first: 208, fine: 16, layout: sixteenths{}},
}

// Named returns a format by its name; nil if there is none.
func Named(name string) *Format {
	for _, f := range Formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Alike reports whether activations that were quantised for one format serve the other.
func (f *Format) Alike(g *Format) bool { return f.group == g.group && f.zero == g.zero }

func half(bits uint16) float32 { return float16.Frombits(bits).Float32() }

// scale is the scale of group g of a block, and its lowest value.
func (f *Format) scale(p *parts, g int) (scale, low float32) {
	scale = half(p.halves[0])
	if f.lows {
		low = half(p.halves[1])
	}
	if f.fine > 0 {
		scale *= float32(int8(p.fine[g]))
		if f.lows {
			low *= -float32(int8(p.fine[f.fine/2+g]))
		}
	}
	return scale, low
}

// expand writes the numbers of a block. Products are rounded before anything is added
// to them, on every machine.
func (f *Format) expand(dst []float32, p *parts) {
	for g := range f.Block / f.group {
		scale, low := f.scale(p, g)
		for i := g * f.group; i < (g+1)*f.group; i++ {
			q := p.units[i/unit].number(f.bits, i%unit)
			if dst[i] = scale * float32(int(q)-f.zero); f.lows {
				dst[i] = float32(dst[i]) + low
			}
		}
	}
}

// Decode turns blocks of a file into numbers, a multiple of those in a block.
func (f *Format) Decode(dst []float32, raw []byte) {
	var p parts
	for ; len(dst) > 0; dst, raw = dst[f.Block:], raw[f.Bytes:] {
		f.layout.split(&p, raw[:f.Bytes])
		f.expand(dst, &p)
	}
}

// Finite reports whether all scales of blocks are numbers.
func (f *Format) Finite(raw []byte) bool {
	for ; len(raw) > 0; raw = raw[f.Bytes:] {
		for i := range f.halves {
			if le.Uint16(raw[f.first+2*i:])&0x7c00 == 0x7c00 {
				return false
			}
		}
	}
	return true
}

// nibbleMask keeps the lower four bits of each byte.
const nibbleMask = 0x0f0f0f0f0f0f0f0f

// lowest has the lowest bit of each of eight bytes.
const lowest = 0x0101010101010101

// gather makes fields of upper bits of each of 32 bytes, from a given bit on.
func (u *quads) gather(b []byte, bit, upper int) {
	own := uint32(1<<upper-1) * (lowest & math.MaxUint32)
	u.fields = [2]uint32{}
	for q := range unit / 4 {
		u.fields[q%upper] |= le.Uint32(b[4*q:]) >> bit & own << (q / upper * upper)
	}
}

// spread is its inverse: it adds them to the bytes.
func (u *quads) spread(b []byte, bit, upper int) {
	own := uint32(1<<upper-1) * (lowest & math.MaxUint32)
	for q := range unit / 4 {
		le.PutUint32(b[4*q:], le.Uint32(b[4*q:])|u.fields[q%upper]>>(q/upper*upper)&own<<bit)
	}
}

// setPlane makes a field of a plane, whose bit i is the fifth bit of number i.
func (u *quads) setPlane(plane uint32) {
	u.fields[0] = 0
	for q := range unit / 4 {
		u.fields[0] |= plane >> (4 * q) & 15 * 0x00204081 & 0x01010101 << q
	}
}

// plane is its inverse.
func (u *quads) plane() (plane uint32) {
	for q := range unit / 4 {
		plane |= u.fields[0] >> q & 0x01010101 * 0x01020408 >> 24 & 15 << (4 * q)
	}
	return plane
}
