package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"dllmbench/engines"

	"github.com/x448/float16"
)

// Check reports whether [File.Read] can read a tensor in this shape, as far as
// the header says.
func (f *File) Check(name string, shape ...int) error {
	t, ok := f.tensors[name]
	if !ok {
		if near := engines.Nearest(name, f.names[:min(len(f.names), maxNear)]); near != "" {
			return fmt.Errorf("safetensors: no tensor %q; the nearest name is %q", name, near)
		}
		return fmt.Errorf("safetensors: no tensor %q; the file has %d tensors", name, len(f.names))
	}
	if !slices.Equal(t.shape, shape) {
		return fmt.Errorf("safetensors: tensor %q has shape %v, wanted is %v", name, t.shape, shape)
	}
	if _, ok := codings[t.dtype]; !ok {
		return fmt.Errorf("safetensors: tensor %q has dtype %s, allowed are F32, F16 and BF16", name, t.dtype)
	}
	return nil
}

// Read fills dst with the numbers of a tensor in row-major order. F16 and BF16
// widen exactly. It is an error if there is no tensor of that name, if its shape
// is not the wanted one (no sizes mean a scalar), if its dtype is not F32, F16
// or BF16, or if a number is NaN or infinite.
func (f *File) Read(dst []float32, name string, shape ...int) error {
	if err := f.Check(name, shape...); err != nil {
		return err
	}
	if t := f.tensors[name]; t.count != len(dst) {
		return fmt.Errorf("safetensors: tensor %q has %d numbers, there is room for %d", name, t.count, len(dst))
	}
	return f.ReadFrom(dst, name, 0)
}

// ReadFrom is [File.Read] for as many numbers as dst has room for, from a given one on,
// of a tensor that [File.Check] allows.
func (f *File) ReadFrom(dst []float32, name string, from int) error {
	t := f.tensors[name]
	kind, width := codings[t.dtype], widths[t.dtype]
	const chunk = 1 << 14 // numbers
	buf := make([]byte, width*min(chunk, len(dst)))
	for ; len(dst) > 0; from += chunk {
		part := dst[:min(chunk, len(dst))]
		dst = dst[len(part):]
		raw := buf[:width*len(part)]
		if err := f.ReadRaw(raw, name, from); err != nil {
			return err
		}
		kind.decode(part, raw)
		if i := slices.IndexFunc(part, notFinite); i >= 0 {
			return fmt.Errorf("safetensors: tensor %q holds %v at index %d; weights must be finite", name, part[i], from+i)
		}
	}
	return nil
}

// ReadRaw is [File.ReadFrom] for the bytes of the file, whatever they say.
func (f *File) ReadRaw(dst []byte, name string, from int) error {
	t := f.tensors[name]
	if n, err := f.data.ReadAt(dst, int64(t.begin+from*widths[t.dtype])); n < len(dst) {
		return fmt.Errorf("safetensors: tensor %q: %w", name, err)
	}
	return nil
}

// Type returns the dtype of a tensor, "" if there is none of that name.
func (f *File) Type(name string) string { return f.tensors[name].dtype }

// codings are the dtypes that hold numbers: how bytes become numbers, and numbers
// bytes, rounded to the nearest value, ties to even.
var codings = map[string]struct {
	decode func(dst []float32, raw []byte)
	encode func(raw []byte, src []float32)
}{
	"F32": {func(dst []float32, raw []byte) {
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	}, func(raw []byte, src []float32) {
		for i, v := range src {
			binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(v))
		}
	}},
	"BF16": {func(dst []float32, raw []byte) {
		for i := range dst {
			dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
		}
	}, func(raw []byte, src []float32) {
		for i, v := range src {
			binary.LittleEndian.PutUint16(raw[2*i:], bf16(v))
		}
	}},
	"F16": {func(dst []float32, raw []byte) {
		for i := range dst {
			dst[i] = float16.Frombits(binary.LittleEndian.Uint16(raw[2*i:])).Float32()
		}
	}, func(raw []byte, src []float32) {
		for i, v := range src {
			binary.LittleEndian.PutUint16(raw[2*i:], float16.Fromfloat32(v).Bits())
		}
	}},
}

// notFinite reports whether v is NaN or infinite: its exponent bits are all set.
func notFinite(v float32) bool { return math.Float32bits(v)>>23&0xff == 0xff }

// bf16 rounds a finite v to the upper half of its bits: adding just under half
// of the last kept bit, and one more if that bit is odd, carries exactly when
// rounding to nearest, ties to even, goes up.
func bf16(v float32) uint16 {
	bits := math.Float32bits(v)
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}
