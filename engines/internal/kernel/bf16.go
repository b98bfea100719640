package kernel

import "math"

// bf16 is bfloat16: the upper half of a float32.
var bf16 = half{"bfloat16", widenBF16, RoundBF16, 0x7f807f807f807f80, fastBF16}

// RoundBF16 rounds a finite number to the upper half of its bits, to nearest, ties to
// even: adding just under half of the last kept bit, and one more if that bit is odd,
// carries exactly when this goes up.
func RoundBF16(v float32) uint16 {
	bits := math.Float32bits(v)
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

func widenBF16(v uint16) float32 { return math.Float32frombits(uint32(v) << 16) }
