package gguf

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Types of values. An array is of one of the others.
const (
	kindUint8 = iota
	kindInt8
	kindUint16
	kindInt16
	kindUint32
	kindInt32
	kindFloat32
	kindBool
	kindString
	kindArray
	kindUint64
	kindInt64
	kindFloat64
)

// widths are the bytes that a value takes, at least.
var widths = map[uint64]int64{
	kindUint8: 1, kindInt8: 1, kindUint16: 2, kindInt16: 2, kindUint32: 4, kindInt32: 4, kindFloat32: 4, kindBool: 1,
	kindString: 8, kindUint64: 8, kindInt64: 8, kindFloat64: 8,
}

// A value is a uint64, int64, float64, bool, string, []string or []int64; of other
// arrays, which nobody asks for, only their being there is kept.
type other struct{}

// Value returns the value of a key as a uint64, int64, float64, bool, string,
// []string, []int64 or []float32. Whole numbers that are not negative are both of the first
// two. Without the key, ok is false.
func Value[T uint64 | int64 | float64 | bool | string | []string | []int64 | []float32](f *File, key string) (v T, ok bool, err error) {
	have, ok := f.values[key]
	if !ok {
		return v, false, nil
	}
	if v, ok = have.(T); ok {
		return v, true, nil
	}
	switch n := have.(type) {
	case uint64:
		if i, ok := any(int64(n)).(T); ok && n <= math.MaxInt64 {
			return i, true, nil
		}
	case int64:
		if u, ok := any(uint64(n)).(T); ok && n >= 0 {
			return u, true, nil
		}
	}
	return v, true, fmt.Errorf("%s is of another type than the %T that is wanted", key, v)
}

// scanner reads what stands before the numbers. After an error it gives zeros.
type scanner struct {
	in        *bufio.Reader
	at, total int64
	err       error
}

func newScanner(r io.ReaderAt, total int64) *scanner {
	return &scanner{in: bufio.NewReaderSize(io.NewSectionReader(r, 0, total), 1<<16), total: total}
}

var errTruncated = errors.New("the file ends here; it is truncated: fetch it again")

// room reports whether this many bytes follow.
func (s *scanner) room(n uint64) bool {
	if s.err == nil && n > uint64(s.total-s.at) {
		s.err = errTruncated
	}
	return s.err == nil
}

// bytes reads n bytes.
func (s *scanner) bytes(n uint64) []byte {
	if !s.room(n) {
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(s.in, b); err != nil {
		s.err = err
		return nil
	}
	s.at += int64(n)
	return b
}

// uint reads a number of 1, 2, 4 or 8 bytes.
func (s *scanner) uint(width uint64) uint64 {
	var b [8]byte
	if !s.room(width) {
		return 0
	}
	if _, s.err = io.ReadFull(s.in, b[:width]); s.err != nil {
		return 0
	}
	s.at += int64(width)
	return binary.LittleEndian.Uint64(b[:])
}

// text reads a string of at most limit bytes.
func (s *scanner) text(limit uint64) string {
	n := s.uint(8)
	if s.room(n) && n > limit {
		s.err = fmt.Errorf("a text has %d bytes, allowed is at most %d", n, limit)
	}
	return string(s.bytes(n))
}

// head reads what stands before the first key.
func (s *scanner) head() (tensors, keys uint64, err error) {
	magic := s.uint(4)
	known := s.err == nil && magic == 'G'|'G'<<8|'U'<<16|'F'<<24
	version := s.uint(4)
	switch {
	case s.total == 0:
		return 0, 0, errors.New("the file is empty: fetch it again")
	case known && s.err != nil:
		return 0, 0, s.err
	case !known:
		return 0, 0, errors.New(`the file does not begin with "GGUF"; weights are a folder or a GGUF file`)
	case version&0xffff == 0:
		return 0, 0, errors.New("the file is big endian, allowed is little endian")
	case version != 2 && version != 3:
		return 0, 0, fmt.Errorf("the version is %d, allowed are 2 and 3", version)
	}
	tensors, keys = s.uint(8), s.uint(8)
	const leastTensor, leastKey = 32, 13 // bytes
	left := uint64(s.total - s.at)
	switch {
	case s.err != nil:
		return 0, 0, s.err
	case tensors > maxTensors, keys > maxKeys:
		return 0, 0, fmt.Errorf("the head says %d tensors and %d keys, allowed are at most %d and %d", tensors, keys, maxTensors, maxKeys)
	case tensors > left/leastTensor, keys > left/leastKey:
		return 0, 0, fmt.Errorf("the head says %d tensors and %d keys, and only %d bytes follow; the file is truncated: fetch it again", tensors, keys, left)
	}
	return tensors, keys, nil
}

// value reads the value of a key.
func (s *scanner) value(kind uint64) any {
	if kind == kindArray {
		return s.array()
	}
	switch kind {
	case kindUint8, kindUint16, kindUint32, kindUint64:
		return s.uint(uint64(widths[kind]))
	case kindInt8, kindInt16, kindInt32, kindInt64:
		return s.int(kind)
	case kindFloat32:
		return float64(math.Float32frombits(uint32(s.uint(4))))
	case kindFloat64:
		return math.Float64frombits(s.uint(8))
	case kindBool:
		n := s.uint(1)
		if s.err == nil && n > 1 {
			s.err = fmt.Errorf("a truth value is %d, allowed are 0 and 1", n)
		}
		return n == 1
	case kindString:
		return s.text(uint64(s.total))
	}
	if s.err == nil {
		s.err = fmt.Errorf("a value has the type %d, allowed are 0 to %d", kind, kindFloat64)
	}
	return nil
}

// int reads a number that may be negative.
func (s *scanner) int(kind uint64) int64 {
	shift := 64 - 8*widths[kind]
	return int64(s.uint(uint64(widths[kind]))<<shift) >> shift
}

// array reads an array.
func (s *scanner) array() any {
	kind, n := s.uint(4), s.uint(8)
	width := widths[kind]
	if s.err == nil && width == 0 {
		s.err = fmt.Errorf("an array is of values of the type %d, allowed are all but arrays", kind)
	}
	if s.err != nil || n > uint64(s.total)/uint64(width) || !s.room(n*uint64(width)) {
		s.err = cmp.Or(s.err, errTruncated)
		return nil
	}
	switch kind {
	case kindString:
		var list []string
		for range n {
			list = append(list, s.text(uint64(s.total)))
			if s.err != nil {
				return nil
			}
		}
		return list
	case kindInt32, kindUint32:
		list := make([]int64, n)
		for i := range list {
			if list[i] = s.int(kind); kind == kindUint32 {
				list[i] &= math.MaxUint32
			}
		}
		return list
	case kindFloat32:
		list := make([]float32, n)
		for i := range list {
			list[i] = math.Float32frombits(uint32(s.uint(4)))
		}
		return list
	}
	for range n { // nothing of it is kept
		s.uint(uint64(width))
	}
	return other{}
}
