package gguf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/x448/float16"
)

// Key is an entry of the metadata: a uint32, float32, bool or string, or a list of
// int32 or strings.
type Key struct {
	Name  string
	Value any
}

// Out is a tensor to be written.
type Out struct {
	Name  string
	Shape []int  // outermost first
	Type  string // of Packed
}

// Packed lists the types that [Write] knows.
var Packed = []string{"F32", "F16", "BF16", "Q8_0"}

// FileType is what the key general.file_type says of a file whose matrices are of a
// type of [Packed].
func FileType(kind string) uint32 {
	return map[string]uint32{"F32": 0, "F16": 1, "Q8_0": 7, "BF16": 32}[kind]
}

// Fits reports whether a tensor of this shape can have a type: its rows have to fill
// blocks.
func Fits(kind string, shape ...int) bool {
	_, c := packing(kind)
	return shape[len(shape)-1]%c.numbers == 0
}

// packing is the number of a type and its coding.
func packing(name string) (uint32, *coding) {
	for kind, c := range codings {
		if c.name == name && c.pack != nil {
			return uint32(kind), c
		}
	}
	panic("gguf: a tensor is to be written as a type that is not one of Packed")
}

// Write writes a file of version 3. The numbers of each tensor, in row-major order, are
// asked for when it is their turn. It is an error if one of them is not finite as it is
// stored.
func Write(w io.Writer, keys []Key, tensors []Out, numbers func(Out) ([]float32, error)) error {
	const alignment = 32 // the default
	out := &writer{Writer: bufio.NewWriterSize(w, 1<<16)}
	out.WriteString("GGUF")
	out.put(uint32(3), uint64(len(tensors)), uint64(len(keys)))
	for _, k := range keys {
		out.text(k.Name)
		out.value(k.Value)
	}
	at := uint64(0)
	for _, t := range tensors {
		kind, c := packing(t.Type)
		out.text(t.Name)
		out.put(uint32(len(t.Shape)))
		count := uint64(1)
		for _, n := range slices.Backward(t.Shape) {
			out.put(uint64(n))
			count *= uint64(n)
		}
		out.put(kind, at)
		at += uint64(roundUp(int64(count)/int64(c.numbers)*int64(c.bytes), alignment))
	}
	for _, t := range tensors {
		out.align(alignment)
		data, err := numbers(t)
		if err == nil {
			err = out.tensor(t, data)
		}
		if err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
	}
	out.align(alignment)
	return out.Flush()
}

// writer keeps the first error for Flush.
type writer struct {
	*bufio.Writer
	n int64
}

func (w *writer) Write(b []byte) (int, error) {
	w.n += int64(len(b))
	return w.Writer.Write(b)
}

func (w *writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// put writes numbers of fixed size.
func (w *writer) put(values ...any) {
	for _, v := range values {
		binary.Write(w, binary.LittleEndian, v)
	}
}

func (w *writer) text(s string) {
	w.put(uint64(len(s)))
	w.WriteString(s)
}

func (w *writer) align(to int64) { w.Write(make([]byte, roundUp(w.n, to)-w.n)) }

// value writes the value of a key behind its type.
func (w *writer) value(v any) {
	switch v := v.(type) {
	case uint32:
		w.put(uint32(kindUint32), v)
	case float32:
		w.put(uint32(kindFloat32), v)
	case bool:
		w.put(uint32(kindBool), v)
	case string:
		w.put(uint32(kindString))
		w.text(v)
	case []int32:
		w.put(uint32(kindArray), uint32(kindInt32), uint64(len(v)), v)
	case []string:
		w.put(uint32(kindArray), uint32(kindString), uint64(len(v)))
		for _, s := range v {
			w.text(s)
		}
	default:
		panic("gguf: the value of a key has a type that is not written")
	}
}

// tensor writes the numbers of a tensor.
func (w *writer) tensor(t Out, data []float32) error {
	_, c := packing(t.Type)
	const chunk = 1 << 14 // numbers; a multiple of those of every block
	raw, back := make([]byte, chunk/c.numbers*c.bytes), make([]float32, chunk)
	for from := 0; from < len(data); from += chunk {
		part := data[from:min(from+chunk, len(data))]
		raw, back := raw[:len(part)/c.numbers*c.bytes], back[:len(part)]
		for i := range len(part) / c.numbers {
			c.pack(raw[i*c.bytes:(i+1)*c.bytes], part[i*c.numbers:(i+1)*c.numbers])
		}
		c.expand(back, raw)
		for i, v := range part {
			if notFinite(v) || notFinite(back[i]) {
				return fmt.Errorf("the number %g at index %d is not finite as %s", v, from+i, t.Type)
			}
		}
		w.Write(raw)
	}
	return nil
}

func packF32(raw []byte, x []float32) {
	binary.LittleEndian.PutUint32(raw, math.Float32bits(x[0]))
}

func packF16(raw []byte, x []float32) {
	binary.LittleEndian.PutUint16(raw, float16.Fromfloat32(x[0]).Bits())
}

// packBF16 rounds to nearest, ties to even.
func packBF16(raw []byte, x []float32) {
	b := math.Float32bits(x[0])
	binary.LittleEndian.PutUint16(raw, uint16((b+0x7fff+b>>16&1)>>16))
}

// packQ8_0 is the quantisation of llama.cpp, bit for bit: the numbers are divided by
// the scale in float32, which is stored in half precision, and rounded to nearest, ties
// away from zero.
func packQ8_0(raw []byte, x []float32) {
	most := float32(0)
	for _, v := range x {
		most = max(most, float32(math.Abs(float64(v))))
	}
	scale, inverse := most/127, float32(0)
	if scale != 0 {
		inverse = 1 / scale
	}
	packF16(raw, []float32{scale})
	for i, v := range x {
		raw[2+i] = byte(int8(math.Round(float64(float32(v * inverse)))))
	}
}
