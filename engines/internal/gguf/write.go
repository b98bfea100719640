package gguf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
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
	Type  string // as files name it

	Together int // rows that are asked for together, or a multiple of them; 0 is 1
	// Raw, if set, is asked instead: for the bytes of finite numbers from a given one on.
	Raw func(dst []byte, from int)
}

// FileTypes is what the key general.file_type says of a file, by the name that llama.cpp
// gives such files.
var FileTypes = map[string]uint32{"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "Q4_K_M": 15, "Q5_K_M": 17, "Q6_K": 18, "BF16": 32}

// packing is the number of a type and its coding.
func packing(name string) (uint32, *coding) {
	for kind, c := range codings {
		if c.name == name {
			return uint32(kind), c
		}
	}
	panic("gguf: a tensor is to be written as a type that is not known")
}

// Write writes a file of version 3. The numbers of each tensor, in row-major order, are
// asked for in pieces of rows, from a given number of the tensor on, by a goroutine for each processor. It is
// an error if one of them is not finite as it is stored.
func Write(w io.Writer, keys []Key, tensors []Out, numbers func(dst []float32, t Out, from int) error) error {
	const alignment = 32 // the default
	out := &writer{Writer: bufio.NewWriterSize(w, 1<<16), pieces: make([]piece, runtime.GOMAXPROCS(0))}
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
		if err := out.tensor(t, numbers); err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
	}
	out.align(alignment)
	return out.Flush()
}

// writer keeps the first error for Flush.
type writer struct {
	*bufio.Writer
	n      int64
	pieces []piece // one a processor
}

// piece are some rows of a tensor.
type piece struct {
	data, back []float32
	raw        []byte
	err        error
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
	case []float32:
		w.put(uint32(kindArray), uint32(kindFloat32), uint64(len(v)), v)
	case []string:
		w.put(uint32(kindArray), uint32(kindString), uint64(len(v)))
		for _, s := range v {
			w.text(s)
		}
	default:
		panic("gguf: the value of a key has a type that is not written")
	}
}

// tensor writes a tensor, some rows at a time on each processor.
func (w *writer) tensor(t Out, numbers func(dst []float32, t Out, from int) error) error {
	count, unit := 1, t.Shape[len(t.Shape)-1]*max(t.Together, 1)
	for _, n := range t.Shape {
		count *= n
	}
	step := max(1<<18/unit, 1) * unit
	for from := 0; from < count; {
		var all sync.WaitGroup
		used := 0
		for i := range w.pieces {
			if from < count {
				begin, size := from, min(step, count-from)
				all.Go(func() { w.pieces[i].fill(t, numbers, begin, size) })
				from, used = from+size, used+1
			}
		}
		all.Wait()
		for _, p := range w.pieces[:used] {
			if p.err != nil {
				return p.err
			}
			w.Write(p.raw)
		}
	}
	return nil
}

// fill makes the bytes of so many numbers of a tensor from a given one on.
func (p *piece) fill(t Out, numbers func(dst []float32, t Out, from int) error, from, size int) {
	_, c := packing(t.Type)
	p.raw = slices.Grow(p.raw[:0], size/c.numbers*c.bytes)[:size/c.numbers*c.bytes]
	if t.Raw != nil {
		t.Raw(p.raw, from)
		return
	}
	p.data, p.back = slices.Grow(p.data[:0], size)[:size], slices.Grow(p.back[:0], size)[:size]
	if p.err = numbers(p.data, t, from); p.err != nil {
		return
	}
	c.encode(p.raw, p.data)
	c.decode(p.back, p.raw)
	for i, v := range p.data {
		if notFinite(v) || notFinite(p.back[i]) {
			p.err = fmt.Errorf("the number %g at index %d is not finite as %s", v, from+i, t.Type)
			return
		}
	}
}
