package gguf

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/x448/float16"
)

// coding is how a type of tensor keeps numbers: in blocks of so many, in so many
// bytes. A quantised block has small whole numbers q and one or two scales for all
// of them, or, in the K types, for a sixteenth or eighth of them.
type coding struct {
	name           string
	numbers, bytes int // of a block
	block          func(dst []float32, raw []byte)
	pack           func(raw []byte, src []float32) // the other way; nil for types that are only read
}

// expand turns blocks into numbers.
func (c *coding) expand(dst []float32, raw []byte) {
	for len(dst) > 0 {
		c.block(dst[:c.numbers], raw[:c.bytes])
		dst, raw = dst[c.numbers:], raw[c.bytes:]
	}
}

// codings are the types that can be read, by their numbers in the format.
var codings = map[uint64]*coding{
	0:  {"F32", 1, 4, func(dst []float32, b []byte) { dst[0] = math.Float32frombits(binary.LittleEndian.Uint32(b)) }, packF32},
	1:  {"F16", 1, 2, func(dst []float32, b []byte) { dst[0] = half(b) }, packF16},
	2:  {"Q4_0", 32, 18, q4_0, nil},
	3:  {"Q4_1", 32, 20, q4_1, nil},
	6:  {"Q5_0", 32, 22, q5_0, nil},
	7:  {"Q5_1", 32, 24, q5_1, nil},
	8:  {"Q8_0", 32, 34, q8_0, packQ8_0},
	12: {"Q4_K", 256, 144, q4_K, nil},
	13: {"Q5_K", 256, 176, q5_K, nil},
	14: {"Q6_K", 256, 210, q6_K, nil},
	30: {"BF16", 1, 2, func(dst []float32, b []byte) {
		dst[0] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16)
	}, packBF16},
}

// unread are names of types that cannot be read.
var unread = map[uint64]string{
	9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S",
	23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
}

func codingOf(kind uint64) (*coding, error) {
	if c, ok := codings[kind]; ok {
		return c, nil
	}
	name, ok := unread[kind]
	if !ok {
		name = fmt.Sprintf("number %d", kind)
	}
	return nil, fmt.Errorf("the type %s, allowed are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and Q6_K", name)
}

func half(b []byte) float32 { return float16.Frombits(binary.LittleEndian.Uint16(b)).Float32() }

// Products are rounded before anything is added to them, on every machine: the
// conversions to float32 below are what forbids a fused operation.

func q8_0(dst []float32, b []byte) {
	d := half(b)
	for i := range dst {
		dst[i] = d * float32(int8(b[2+i]))
	}
}

// nibbles hands out 32 numbers of four bits, of which the first 16 are in the low
// halves of the bytes.
func nibbles(qs []byte, put func(i int, q int)) {
	for i, b := range qs[:16] {
		put(i, int(b&15))
		put(i+16, int(b>>4))
	}
}

func q4_0(dst []float32, b []byte) {
	d := half(b)
	nibbles(b[2:], func(i, q int) { dst[i] = d * float32(q-8) })
}

func q4_1(dst []float32, b []byte) {
	d, m := half(b), half(b[2:])
	nibbles(b[4:], func(i, q int) { dst[i] = float32(d*float32(q)) + m })
}

// fifth adds to number i of a block the bit that is kept apart from the others.
func fifth(bits []byte, i, q int) int {
	return q | int(binary.LittleEndian.Uint32(bits)>>i&1)<<4
}

func q5_0(dst []float32, b []byte) {
	d := half(b)
	nibbles(b[6:], func(i, q int) { dst[i] = d * float32(fifth(b[2:], i, q)-16) })
}

func q5_1(dst []float32, b []byte) {
	d, m := half(b), half(b[2:])
	nibbles(b[8:], func(i, q int) { dst[i] = float32(d*float32(fifth(b[4:], i, q))) + m })
}

// sixBits is scale j of 8 and the lowest value that goes with it. The 12 bytes have
// the lower ones of four whole, and spread the upper four over what is left.
func sixBits(s []byte, j int) (scale, low float32) {
	if j < 4 {
		return float32(s[j] & 63), float32(s[j+4] & 63)
	}
	return float32(s[j+4]&15 | s[j-4]>>6<<4), float32(s[j+4]>>4 | s[j]>>6<<4)
}

func q4_K(dst []float32, b []byte) {
	eighths(dst, b, b[16:], func(int, int) int { return 0 })
}

func q5_K(dst []float32, b []byte) {
	eighths(dst, b, b[48:], func(j, i int) int { return int(b[16+i]>>j&1) << 4 })
}

// eighths expands a block of eight parts of 32 numbers with a scale and a lowest
// value each; high are the bits of a number above its four in qs.
func eighths(dst []float32, b, qs []byte, high func(part, i int) int) {
	d, dmin := half(b), half(b[2:])
	for j := range 8 {
		scale, low := sixBits(b[4:16], j)
		ds, dm := float32(d*scale), float32(dmin*low)
		for i := range 32 {
			q := int(qs[j/2*32+i]>>(j%2*4)&15) | high(j, i)
			dst[j*32+i] = float32(ds*float32(q)) - dm
		}
	}
}

func q6_K(dst []float32, b []byte) {
	d := half(b[208:])
	for n := range 256 {
		h, part, i := n/128, n%128/32, n%32 // part p of a half has its upper bits in bits 2p of a byte
		low := b[h*64+part%2*32+i] >> (part / 2 * 4) & 15
		high := b[128+h*32+i] >> (2 * part) & 3
		scale := float32(d * float32(int8(b[192+n/16])))
		dst[n] = scale * float32(int(low|high<<4)-32)
	}
}
