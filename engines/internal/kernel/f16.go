package kernel

import (
	"math"

	"github.com/x448/float16"
)

// f16 is the float16 of IEEE 754, with 5 bits of exponent.
var f16 = half{"float16", widenF16, func(v float32) uint16 { return float16.Fromfloat32(v).Bits() }, 0x7c007c007c007c00, fastF16}

// widenF16 widens a finite number: its bits have their places in a float32, whose
// exponent counts from another number. The product is exact, also for the smallest.
func widenF16(v uint16) float32 {
	size := math.Float32frombits(uint32(v&0x7fff)<<13) * 0x1p112
	return math.Float32frombits(math.Float32bits(size) | uint32(v&0x8000)<<16)
}
