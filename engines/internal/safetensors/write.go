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
// UTF-8, a shape does not match its data, or a number is not finite or too
// large for dtype.
func Write(w io.Writer, tensors []Out, dtype string, metadata map[string]string) error {
	return WriteEach(w, tensors, dtype, metadata, func(t Out) ([]float32, error) { return t.Data, nil })
}

// WriteEach is [Write] for tensors without Data, whose numbers are asked for one
// tensor at a time: twice, to be checked and to be written.
func WriteEach(w io.Writer, tensors []Out, dtype string, metadata map[string]string, numbers func(Out) ([]float32, error)) error {
	kind, ok := codings[dtype]
	if !ok {
		return fmt.Errorf("safetensors: cannot write dtype %q, allowed are F32, F16 and BF16", dtype)
	}
	sorted := slices.Clone(tensors)
	slices.SortStableFunc(sorted, func(a, b Out) int { return strings.Compare(a.Name, b.Name) })
	for i, t := range sorted {
		data, err := numbers(t)
		if err == nil {
			err = t.check(data, dtype)
		}
		if err != nil {
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
	var number [4]byte
	for _, t := range sorted {
		data, err := numbers(t)
		if err != nil {
			return fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
		}
		for _, v := range data {
			binary.LittleEndian.PutUint32(number[:], kind.encode(v))
			out.Write(number[:widths[dtype]])
		}
	}
	return out.Flush()
}

func (t *Out) check(data []float32, dtype string) error {
	if t.Name == metaKey || len(t.Name) > maxName || !utf8.ValidString(t.Name) {
		return fmt.Errorf("this name is not allowed; it must be at most %d bytes of UTF-8 and not %s", maxName, metaKey)
	}
	n, err := elements(t.Shape)
	if err != nil {
		return err
	}
	if n != len(data) {
		return fmt.Errorf("shape %v needs %d numbers, given are %d", t.Shape, n, len(data))
	}
	var word [4]byte
	var back [1]float32
	kind := codings[dtype]
	for i, v := range data {
		if notFinite(v) {
			return fmt.Errorf("value %v at index %d; weights must be finite", v, i)
		}
		binary.LittleEndian.PutUint32(word[:], kind.encode(v))
		if kind.decode(back[:], word[:]); notFinite(back[0]) {
			return fmt.Errorf("value %g at index %d is too large for %s", v, i, dtype)
		}
	}
	return nil
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
