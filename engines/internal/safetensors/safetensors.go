// Package safetensors reads and writes the safetensors file format, in which
// Hugging Face checkpoints keep their weights.
//
// A file is three things in a row: the length of the header (8 bytes, little
// endian), a JSON header, and the raw little-endian numbers of all tensors:
//
//	{"__metadata__": {"key": "value"},
//	 "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
//
// The offsets count from the end of the header and have to cover the data
// without overlap and without holes. A file is untrusted input: [Open] bounds
// every count before it allocates, and [File.Read] hands out finite numbers of
// the shape that was asked for, or an error that says what is wrong. Numbers are
// read when they are asked for: an open file takes no more memory than its
// header.
//
// Format: https://huggingface.co/docs/safetensors/index#format
package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"
)

// Limits on what a file may ask for.
const (
	maxHeader  = 100_000_000 // bytes, the limit of the reference implementation
	maxTensors = 1_000_000
	maxName    = 1 << 10 // bytes of a tensor's name
	maxRank    = 32      // sizes in a shape
	maxNear    = 1 << 14 // names among which one that is missing is looked for
	metaKey    = "__metadata__"
)

// widths holds the bytes per element of every dtype that a header may name.
// Only F32, F16 and BF16 can be read as numbers; the others are listed so that
// a checkpoint with, say, an I64 buffer beside its weights can still be opened.
var widths = map[string]int{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1,
	"U16": 2, "I16": 2, "F16": 2, "BF16": 2,
	"U32": 4, "I32": 4, "F32": 4,
	"U64": 8, "I64": 8, "F64": 8,
}

// File is an open file. It is safe for concurrent use as long as nobody writes
// to what it was opened on.
type File struct {
	data    io.ReaderAt // behind the header
	tensors map[string]tensor
	names   []string
	meta    map[string]string
}

type tensor struct {
	dtype string
	shape []int
	begin int // in data
	count int // product of shape
}

// entry is one tensor of the JSON header.
type entry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets []int  `json:"data_offsets"`
}

// Open checks the whole header of a file of this many bytes. It does not look at
// the numbers themselves.
func Open(r io.ReaderAt, total int64) (f *File, err error) {
	defer func() {
		if err != nil {
			f, err = nil, fmt.Errorf("safetensors: %w", err)
		}
	}()
	if total < 8 {
		return nil, fmt.Errorf("the file has %d bytes and ends within the 8-byte header length", total)
	}
	var length [8]byte
	if _, err := r.ReadAt(length[:], 0); err != nil && err != io.EOF {
		return nil, err
	}
	size := binary.LittleEndian.Uint64(length[:])
	if size > maxHeader {
		return nil, fmt.Errorf("header length is %d bytes, allowed is at most %d", size, maxHeader)
	}
	body := total - 8 - int64(size)
	if body < 0 {
		return nil, fmt.Errorf("header length is %d bytes, but only %d follow; the file is truncated: fetch it again", size, total-8)
	}
	header := make([]byte, size)
	if _, err := r.ReadAt(header, 8); err != nil && err != io.EOF {
		return nil, err
	}
	if len(header) == 0 || header[0] != '{' || !utf8.Valid(header) {
		return nil, errors.New("header is not a JSON object in UTF-8")
	}
	f = &File{data: io.NewSectionReader(r, 8+int64(size), body), tensors: map[string]tensor{}}
	spans, err := f.readHeader(header, int(body))
	if err != nil {
		return nil, err
	}
	slices.Sort(f.names)
	return f, checkSpans(spans, int(body))
}

// span is the part of the data that one tensor claims.
type span struct {
	begin, end int
	name       string
}

func (f *File) readHeader(header []byte, body int) ([]span, error) {
	dec := json.NewDecoder(bytes.NewReader(header))
	dec.DisallowUnknownFields()
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	var spans []span
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("header: %w", err)
		}
		name := key.(string) // the decoder allows nothing else as the key of an object
		if name == metaKey {
			if f.meta != nil {
				return nil, fmt.Errorf("header names %q twice", name)
			}
			f.meta = map[string]string{}
			if err := dec.Decode(&f.meta); err != nil {
				return nil, fmt.Errorf("%s: %w", metaKey, err)
			}
			continue
		}
		if len(name) > maxName {
			return nil, fmt.Errorf("the name of a tensor has %d bytes, allowed is at most %d", len(name), maxName)
		}
		if _, ok := f.tensors[name]; ok {
			return nil, fmt.Errorf("tensor %q is listed twice", name)
		}
		if len(spans) == maxTensors {
			return nil, fmt.Errorf("header lists more than %d tensors", maxTensors)
		}
		var e entry
		if err := dec.Decode(&e); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		t, err := e.open(body)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		f.tensors[name] = t
		f.names = append(f.names, name)
		spans = append(spans, span{e.Offsets[0], e.Offsets[1], name})
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("header goes on after its JSON object")
	}
	return spans, nil
}

// open checks that dtype, shape and offsets agree with each other and with the
// bytes that are there.
func (e *entry) open(body int) (tensor, error) {
	width, ok := widths[e.DType]
	switch {
	case !ok:
		return tensor{}, fmt.Errorf("dtype %q is unknown", e.DType)
	case e.Shape == nil:
		return tensor{}, errors.New("shape is missing")
	case len(e.Offsets) != 2:
		return tensor{}, fmt.Errorf("data_offsets has %d numbers and needs 2", len(e.Offsets))
	}
	n, err := elements(e.Shape)
	if err != nil {
		return tensor{}, err
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if begin < 0 || end < begin || end > body {
		return tensor{}, fmt.Errorf("data_offsets [%d, %d] do not lie in the %d bytes of data; the file is truncated or corrupt: fetch it again", begin, end, body)
	}
	if n > math.MaxInt/width || n*width != end-begin {
		return tensor{}, fmt.Errorf("shape %v of %s does not fill the %d bytes of its data_offsets", e.Shape, e.DType, end-begin)
	}
	return tensor{e.DType, e.Shape, begin, n}, nil
}

// elements multiplies the sizes of a shape; a scalar has the empty shape.
func elements(shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("shape has %d sizes, allowed is at most %d", len(shape), maxRank)
	}
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative size", shape)
		}
		if d > 0 && n > math.MaxInt/d {
			return 0, fmt.Errorf("shape %v is too large to count", shape)
		}
		n *= d
	}
	return n, nil
}

// checkSpans wants the tensors to cover all data without overlap or holes.
func checkSpans(spans []span, size int) error {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(a.begin-b.begin, a.end-b.end) })
	at := 0
	for _, s := range spans {
		if s.begin < at {
			return fmt.Errorf("tensor %q overlaps the tensor before it", s.name)
		}
		if s.begin > at {
			return fmt.Errorf("bytes %d to %d before tensor %q belong to no tensor", at, s.begin, s.name)
		}
		at = s.end
	}
	if at != size {
		return fmt.Errorf("the last %d bytes belong to no tensor", size-at)
	}
	return nil
}

// Shape returns the shape of a tensor; a scalar has the empty shape. The caller
// must not change the slice.
func (f *File) Shape(name string) ([]int, bool) {
	t, ok := f.tensors[name]
	return t.shape, ok
}

// Names lists the tensors in order. The caller must not change the slice.
func (f *File) Names() []string { return f.names }

// Metadata returns the free key/value pairs of the header, nil if it has none.
// The caller must not change the map.
func (f *File) Metadata() map[string]string { return f.meta }
