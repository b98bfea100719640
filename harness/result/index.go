package result

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"dllmbench/engines/userfile"
	"dllmbench/harness/internal/lines"
)

// Index is a results file whose requests stay on disk: it knows in which stretches of the
// file those of each cell stand, which takes a byte for several of them, and reads them when
// they are asked for. It is safe for concurrent use.
type Index struct {
	File // all but Requests
	path string
	in   *os.File
	at   map[string]*spread
	ends []int64           // of the stretches, in bytes
	odd  bool              // some lines have their type with escapes
	why  map[string]string // by cell: why its times must not be used
	dec  *decoder          // of its requests; it is copied for use
}

// stretch is the least length of the parts that a file is looked through in, in bytes.
const stretch = 64 << 10

// spread is where the requests of a cell stand.
type spread struct {
	in       []int32 // stretches, in the order of the file
	requests int
}

// OpenIndex reads a results file as [ReadFile] does, but for its requests. A
// broken request is found when its cell is read. The caller closes it.
func OpenIndex(path string) (*Index, error) {
	in, err := userfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("results file: %w", err)
	}
	x := &Index{File: File{Instances: map[string]Instance{}}, path: path, in: in, at: map[string]*spread{}}
	if err := x.scan(); err != nil {
		in.Close()
		return nil, err
	}
	x.why = x.untimed()
	x.dec = newDecoder(&x.Header, x.Instances)
	return x, nil
}

// Close closes the file.
func (x *Index) Close() error { return x.in.Close() }

// Each calls f with each cell that has requests and their number, repeated ones too.
func (x *Index) Each(f func(cell string, requests int)) {
	for cell, list := range x.at {
		f(cell, list.requests)
	}
}

func (x *Index) scan() error {
	rest := newIntake(&x.File)
	begun := int64(0) // where the stretch begins
	err := rest.read(x.in, x.path, func(at int64, line []byte) error {
		if at-begun >= stretch {
			x.ends, begun = append(x.ends, at), at
		}
		if cell, ok := requestCell(line, false); ok && rest.dec != nil {
			x.place(cell)
			return nil
		}
		if err := rest.add(line); err != nil {
			return err
		}
		for _, r := range x.Requests { // its type is written with escapes
			x.odd = true
			x.place([]byte(r.Cell))
		}
		x.Requests = nil
		clear(rest.requests)
		return nil
	})
	x.ends = append(x.ends, x.Good)
	return err
}

// place notes a request of a cell in the stretch that is being read.
func (x *Index) place(cell []byte) {
	s, ok := x.at[string(cell)]
	if !ok {
		s = new(spread)
		x.at[string(cell)] = s
	}
	s.requests++
	if here := int32(len(x.ends)); len(s.in) == 0 || s.in[len(s.in)-1] != here {
		s.in = append(s.in, here)
	}
}

// requestCell returns the cell of a request line; an odd one has its type with escapes.
func requestCell(line []byte, odd bool) ([]byte, bool) {
	const ahead = requestPrefix + `"cell":"`
	if rest, ok := bytes.CutPrefix(line, []byte(ahead)); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 && bytes.IndexByte(rest[:end], '\\') < 0 {
			return rest[:end], true
		}
	}
	if !odd && !bytes.Contains(line, []byte(`"request"`)) {
		return nil, false
	}
	var kind struct{ Type, Cell string } // another program wrote it
	if json.Unmarshal(line, &kind) != nil || kind.Type != "request" {
		return nil, false
	}
	return []byte(kind.Cell), true
}

// RequestsOf reads the requests of a cell: each (instance, repetition) once, the
// last record of it, without times that a validity record forbids.
func (x *Index) RequestsOf(cell string) ([]Request, error) {
	return x.read(cell, false)
}

// NumbersOf reads the same requests into less memory, without what was written and what
// was wrong with it: Output, OutputSHA256, Broken and Extra are empty.
func (x *Index) NumbersOf(cell string) ([]Request, error) {
	return x.read(cell, true)
}

func (x *Index) read(cell string, numbers bool) ([]Request, error) {
	dec := *x.dec
	dec.numbers, dec.words = numbers, map[string]string{}
	at, ok := x.at[cell]
	if !ok {
		return nil, nil
	}
	requests, seen := make([]Request, 0, at.requests), make(map[Key]int, at.requests)
	var buffer []byte
	for _, k := range at.in {
		from := int64(0)
		if k > 0 {
			from = x.ends[k-1]
		}
		n := int(x.ends[k] - from)
		buffer = slices.Grow(buffer[:0], n)[:n]
		if _, err := x.in.ReadAt(buffer, from); err != nil {
			return nil, fmt.Errorf("results file: %w", err)
		}
		for begin, line := range linesOf(buffer) {
			if of, ok := requestCell(line, x.odd); !ok || string(of) != cell {
				continue
			}
			var r Request
			if err := dec.request(line, &r); err != nil {
				return nil, x.broken(from+int64(begin), err)
			}
			requests = Put(requests, seen, r.Key(), r)
		}
	}
	if why := x.why[cell]; why != "" {
		for i := range requests {
			requests[i].VoidTimes(why)
		}
	}
	return requests, nil
}

// linesOf gives the lines of a text with the places at which they begin.
func linesOf(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for begin := 0; begin < len(text); {
			end := begin + bytes.IndexByte(text[begin:], '\n') + 1
			if end == begin {
				end = len(text)
			}
			if !yield(begin, text[begin:end]) {
				return
			}
			begin = end
		}
	}
}

// broken says that the line at an offset is wrong, with its number.
func (x *Index) broken(offset int64, why error) error {
	_, _, err := lines.Each(io.NewSectionReader(x.in, 0, x.Good), x.path, MaxLine, func(at int64, _ []byte) error {
		if at == offset {
			return why
		}
		return nil
	})
	return err
}
