package safetensors

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Out is a tensor to be written: the numbers in row-major order, as many as the
// product of Shape.
type Out struct {
	Name  string
	Shape []int
	Data  []float32
}

// Write writes a file with all tensors as dtype F32, F16 or BF16; narrowing
// rounds to nearest, ties to even. Equal tensors and metadata give equal bytes:
// tensors are sorted by name, metadata by key, and spaces fill the header up to
// a multiple of 8 bytes. Nothing is written if a name is used twice or is not
// UTF-8, or a shape does not match its data. A number that is not finite or too
// large for dtype is an error when it is its turn.
func Write(w io.Writer, tensors []Out, dtype string, metadata map[string]string) error {
	for _, t := range tensors {
		if n, err := elements(t.Shape); err == nil && n != len(t.Data) {
			return fmt.Errorf("safetensors: tensor %q: shape %v needs %d numbers, given are %d", t.Name, t.Shape, n, len(t.Data))
		}
	}
	return WriteEach(w, tensors, dtype, metadata, func(dst []float32, t Out, from int) error {
		copy(dst, t.Data[from:])
		return nil
	})
}

// WriteEach is [Write] for tensors without Data. Their numbers are asked for in pieces
// of rows, from a given number of the tensor on.
func WriteEach(w io.Writer, tensors []Out, dtype string, metadata map[string]string, numbers func(dst []float32, t Out, from int) error) error {
	kind, ok := codings[dtype]
	if !ok {
		return fmt.Errorf("safetensors: cannot write dtype %q, allowed are F32, F16 and BF16", dtype)
	}
	sorted := slices.Clone(tensors)
	slices.SortStableFunc(sorted, func(a, b Out) int { return strings.Compare(a.Name, b.Name) })
	for i, t := range sorted {
		if err := t.check(); err != nil {
			return fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
		}
		if i > 0 && sorted[i-1].Name == t.Name {
			return fmt.Errorf("safetensors: tensor %q is given twice", t.Name)
		}
	}
	head, err := header(sorted, dtype, metadata)
	if err != nil {
		return fmt.Errorf("safetensors: header: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	out.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(head)))) // a bufio.Writer keeps its error for Flush
	out.Write(head)
	var data, back []float32
	var raw []byte
	for _, t := range sorted {
		n, _ := elements(t.Shape)
		step := t.piece()
		for from := 0; from < n; from += step {
			size := min(step, n-from)
			data, back, raw = slices.Grow(data[:0], size)[:size], slices.Grow(back[:0], size)[:size], slices.Grow(raw[:0], 4*size)[:size*widths[dtype]]
			if err := numbers(data, t, from); err != nil {
				return fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
			}
			kind.encode(raw, data)
			kind.decode(back, raw)
			if i := slices.IndexFunc(back, notFinite); i >= 0 {
				return fmt.Errorf("safetensors: tensor %q: value %v at index %d is not finite or too large for %s", t.Name, data[i], from+i, dtype)
			}
			out.Write(raw)
		}
	}
	return out.Flush()
}

// piece is how many numbers are written at once: whole rows, some 16 of them together.
func (t *Out) piece() int {
	const size = 1 << 18
	if len(t.Shape) == 0 {
		return 1
	}
	rows := 16 * t.Shape[len(t.Shape)-1]
	return max(size/max(rows, 1), 1) * max(rows, 1)
}

func (t *Out) check() error {
	if t.Name == metaKey || len(t.Name) > maxName || !utf8.ValidString(t.Name) {
		return fmt.Errorf("this name is not allowed; it must be at most %d bytes of UTF-8 and not %s", maxName, metaKey)
	}
	_, err := elements(t.Shape)
	return err
}

// header builds the JSON header with its padding.
func header(sorted []Out, dtype string, metadata map[string]string) ([]byte, error) {
	head := []byte{'{'}
	add := func(name string, value any) error {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if len(head) > 1 {
			head = append(head, ',')
		}
		head = append(append(append(head, key...), ':'), text...)
		return nil
	}
	if len(metadata) > 0 {
		if err := add(metaKey, metadata); err != nil {
			return nil, err
		}
	}
	at := 0
	for _, t := range sorted {
		n, err := elements(t.Shape)
		if err != nil {
			return nil, err
		}
		end := at + n*widths[dtype]
		if err := add(t.Name, entry{dtype, append([]int{}, t.Shape...), []int{at, end}}); err != nil {
			return nil, err
		}
		at = end
	}
	head = append(head, '}')
	for len(head)%8 != 0 {
		head = append(head, ' ')
	}
	return head, nil
}
