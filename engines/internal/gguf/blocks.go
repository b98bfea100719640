package gguf

import (
	"encoding/binary"
	"fmt"
	"math"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/quant"
	"github.com/x448/float16"
)

// coding is how a type of tensor keeps numbers: in blocks of so many, in so many bytes.
type coding struct {
	name           string
	numbers, bytes int // of a block
	decode         func(dst []float32, raw []byte)
	encode         func(raw []byte, src []float32)
}

// codings are the types that can be read and written, by their numbers in the format.
var codings = map[uint64]*coding{
	0: single("F32", 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) },
		func(b []byte, v float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(v)) }),
	1: single("F16", 2, func(b []byte) float32 { return float16.Frombits(binary.LittleEndian.Uint16(b)).Float32() },
		func(b []byte, v float32) { binary.LittleEndian.PutUint16(b, float16.Fromfloat32(v).Bits()) }),
	30: single("BF16", 2, func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) },
		func(b []byte, v float32) { binary.LittleEndian.PutUint16(b, kernel.RoundBF16(v)) }),
	2: quantised("Q4_0"), 3: quantised("Q4_1"), 6: quantised("Q5_0"), 7: quantised("Q5_1"), 8: quantised("Q8_0"),
	12: quantised("Q4_K"), 13: quantised("Q5_K"), 14: quantised("Q6_K"),
}

// single is a type that keeps each number on its own.
func single(name string, bytes int, get func([]byte) float32, put func([]byte, float32)) *coding {
	return &coding{name, 1, bytes, func(dst []float32, raw []byte) {
		for i := range dst {
			dst[i] = get(raw[i*bytes:])
		}
	}, func(raw []byte, src []float32) {
		for i, v := range src {
			put(raw[i*bytes:], v)
		}
	}}
}

func quantised(name string) *coding {
	f := quant.Named(name)
	return &coding{name, f.Block, f.Bytes, f.Decode, f.Encode}
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
