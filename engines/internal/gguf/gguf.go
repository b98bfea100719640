// Package gguf reads and writes the GGUF file format of llama.cpp: in one file, what a
// network is (metadata), its tokenizer (metadata too) and its weights, which may
// be quantised.
//
// A file is four things in a row, all little endian: the head ("GGUF", version,
// number of tensors, number of keys), the keys with their values, a description
// of each tensor, and the numbers of all tensors, each aligned. The sizes of a
// tensor are listed innermost first; [File.Shape] turns them round, so that a
// matrix has the shape [out, in] as everywhere else.
//
// A file is untrusted input: [Open] bounds every count by the bytes that are
// there before it allocates, and [File.Read] hands out finite numbers of the
// shape that was asked for, or an error that says what is wrong. Numbers are read
// when they are asked for.
//
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
package gguf

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strings"

	"dllmbench/engines"
)

// Limits on what a file may ask for.
const (
	maxKey       = 1 << 16 // bytes of a key
	maxName      = 1 << 10 // bytes of a tensor's name
	maxRank      = 4       // sizes of a tensor
	maxTensors   = 1_000_000
	maxKeys      = 1 << 16
	maxAlignment = 1 << 20
	maxNear      = 1 << 14 // names among which one that is missing is looked for

	alignmentKey = "general.alignment"
)

// File is an open file. It is safe for concurrent use as long as nobody writes
// to what it was opened on.
type File struct {
	data    io.ReaderAt
	keys    []string
	values  map[string]any
	names   []string
	tensors map[string]tensor
}

type tensor struct {
	coding *coding
	shape  []int // outermost first
	begin  int64 // in the file
	count  int   // product of shape
}

// Open reads everything but the numbers of a file of this many bytes.
func Open(r io.ReaderAt, total int64) (*File, error) {
	f := &File{data: r, values: map[string]any{}, tensors: map[string]tensor{}}
	s := newScanner(r, total)
	tensors, keys, err := s.head()
	if err != nil {
		return nil, err
	}
	for range keys {
		if err := f.readKey(s); err != nil {
			return nil, err
		}
	}
	alignment, err := f.alignment()
	if err != nil {
		return nil, err
	}
	var offsets []uint64
	for range tensors {
		offset, err := f.readTensor(s)
		if err != nil {
			return nil, err
		}
		offsets = append(offsets, offset)
	}
	if err := f.place(offsets, alignment, roundUp(s.at, alignment), total); err != nil {
		return nil, err
	}
	slices.Sort(f.names)
	return f, nil
}

func roundUp(n, to int64) int64 { return (n + to - 1) / to * to }

// readKey reads a key and its value.
func (f *File) readKey(s *scanner) error {
	key := s.text(maxKey)
	kind := s.uint(4)
	value := s.value(kind)
	switch _, twice := f.values[key]; {
	case s.err != nil:
		return fmt.Errorf("key %d (%.80q): %w", len(f.keys), key, s.err)
	case key == "":
		return fmt.Errorf("key %d is empty", len(f.keys))
	case twice:
		return fmt.Errorf("the key %q is given twice", key)
	}
	f.keys, f.values[key] = append(f.keys, key), value
	return nil
}

// alignment is the number of which every tensor's offset is a multiple.
func (f *File) alignment() (int64, error) {
	n, ok, err := Value[uint64](f, alignmentKey)
	if err != nil || !ok {
		return 32, err
	}
	if n > maxAlignment || bits.OnesCount64(n) != 1 {
		return 0, fmt.Errorf("%s is %d, allowed is a power of two up to %d", alignmentKey, n, maxAlignment)
	}
	return int64(n), nil
}

// readTensor reads the description of a tensor and returns its offset in the data.
func (f *File) readTensor(s *scanner) (offset uint64, err error) {
	name := s.text(maxName)
	rank := s.uint(4)
	if s.err == nil && (rank < 1 || rank > maxRank) {
		return 0, fmt.Errorf("tensor %q has %d sizes, allowed is 1 to %d", name, rank, maxRank)
	}
	t := tensor{count: 1}
	for range rank {
		n := s.uint(8)
		if s.err == nil && (n < 1 || n > math.MaxInt32 || t.count > math.MaxInt32*1024/int(n)) {
			return 0, fmt.Errorf("tensor %q has a size of %d, and %d numbers before it: too many, or none", name, n, t.count)
		}
		t.shape, t.count = append(t.shape, int(n)), t.count*int(n)
	}
	kind := s.uint(4)
	offset = s.uint(8)
	if s.err != nil {
		return 0, fmt.Errorf("tensor %d (%.80q): %w", len(f.names), name, s.err)
	}
	if t.coding, err = codingOf(kind); err != nil {
		return 0, fmt.Errorf("tensor %q has %w", name, err)
	}
	if _, twice := f.tensors[name]; twice || name == "" {
		return 0, fmt.Errorf("tensor %q is listed twice, or has no name", name)
	}
	if row := t.shape[0]; row%t.coding.numbers != 0 {
		return 0, fmt.Errorf("tensor %q has rows of %d numbers, which do not fill blocks of %d (%s)", name, row, t.coding.numbers, t.coding.name)
	}
	slices.Reverse(t.shape)
	f.names, f.tensors[name] = append(f.names, name), t
	return offset, nil
}

// place wants the tensors to follow each other in the file, aligned, without
// overlap or holes, up to its end.
func (f *File) place(offsets []uint64, alignment, begin, total int64) error {
	at := begin
	for i, name := range f.names {
		t := f.tensors[name]
		if want := uint64(at - begin); offsets[i] != want {
			return fmt.Errorf("tensor %q begins at byte %d of the data, wanted is %d, behind the tensor before it", name, offsets[i], want)
		}
		size := int64(t.count/t.coding.numbers) * int64(t.coding.bytes)
		if at > total || size > total-at {
			return fmt.Errorf("tensor %q has %d bytes, but only %d follow; the file is truncated: fetch it again", name, size, max(0, total-at))
		}
		t.begin = at
		f.tensors[name] = t
		at = roundUp(at+size, alignment)
	}
	if extra := total - at; extra > 0 {
		return fmt.Errorf("the last %d bytes belong to no tensor", extra)
	}
	return nil
}

// Keys lists the keys of the metadata in their order in the file. The caller must
// not change the slice.
func (f *File) Keys() []string { return f.keys }

// Names lists the tensors in order. The caller must not change the slice.
func (f *File) Names() []string { return f.names }

// Types counts the tensors by their types, the most frequent one first.
func (f *File) Types() string {
	counts := map[string]int{}
	for _, t := range f.tensors {
		counts[t.coding.name]++
	}
	list := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	for i, name := range list {
		list[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	return strings.Join(list, ", ")
}

// Shape returns the shape of a tensor, outermost first. The caller must not
// change the slice.
func (f *File) Shape(name string) ([]int, bool) {
	t, ok := f.tensors[name]
	return t.shape, ok
}

// Check reports whether [File.Read] can read a tensor in this shape, as far as
// its description says.
func (f *File) Check(name string, shape ...int) error {
	t, ok := f.tensors[name]
	if !ok {
		if near := engines.Nearest(name, f.names[:min(len(f.names), maxNear)]); near != "" {
			return fmt.Errorf("no tensor %q; the nearest name is %q", name, near)
		}
		return fmt.Errorf("no tensor %q; the file has %d tensors", name, len(f.names))
	}
	if !slices.Equal(t.shape, shape) {
		return fmt.Errorf("tensor %q has shape %v, wanted is %v", name, t.shape, shape)
	}
	return nil
}

// Read fills dst with the numbers of a tensor in row-major order; quantised ones
// are expanded. It is an error if there is no tensor of that name and shape, or if
// a number is NaN or infinite.
func (f *File) Read(dst []float32, name string, shape ...int) error {
	if err := f.Check(name, shape...); err != nil {
		return err
	}
	if t := f.tensors[name]; t.count != len(dst) {
		return fmt.Errorf("tensor %q has %d numbers, there is room for %d", name, t.count, len(dst))
	}
	return f.ReadFrom(dst, name, 0)
}

// ReadFrom is [File.Read] for as many numbers as dst has room for, from a given one on,
// of a tensor that [File.Check] allows. They have to be whole rows.
func (f *File) ReadFrom(dst []float32, name string, from int) error {
	c := f.tensors[name].coding
	const chunk = 1 << 14 // numbers; a multiple of those of every block
	buf := make([]byte, min(chunk, len(dst))/c.numbers*c.bytes)
	for ; len(dst) > 0; from += chunk {
		part := dst[:min(chunk, len(dst))]
		dst = dst[len(part):]
		raw := buf[:len(part)/c.numbers*c.bytes]
		if err := f.ReadRaw(raw, name, from); err != nil {
			return err
		}
		c.decode(part, raw)
		if i := slices.IndexFunc(part, notFinite); i >= 0 {
			return fmt.Errorf("tensor %q holds %v at index %d; weights must be finite", name, part[i], from+i)
		}
	}
	return nil
}

// ReadRaw is [File.ReadFrom] for the bytes of the file, whatever they say.
func (f *File) ReadRaw(dst []byte, name string, from int) error {
	t := f.tensors[name]
	if n, err := f.data.ReadAt(dst, t.begin+int64(from/t.coding.numbers*t.coding.bytes)); n < len(dst) {
		return fmt.Errorf("tensor %q: %w", name, errors.Join(err, io.ErrUnexpectedEOF))
	}
	return nil
}

// RawBytes is the size of so many numbers of a tensor in the file.
func (f *File) RawBytes(name string, numbers int) int {
	c := f.tensors[name].coding
	return numbers / c.numbers * c.bytes
}

// Type returns the type of a tensor, "" if there is none of that name.
func (f *File) Type(name string) string {
	if t, ok := f.tensors[name]; ok {
		return t.coding.name
	}
	return ""
}

// notFinite reports whether v is NaN or infinite: its exponent bits are all set.
func notFinite(v float32) bool { return math.Float32bits(v)>>23&0xff == 0xff }
