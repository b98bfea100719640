package result

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"dllmbench/engines/userfile"
	"dllmbench/harness/internal/lines"
)

// Index is a results file whose requests stay on disk: it knows where those of each
// cell stand, in some twenty bytes each, and reads them when they are asked for. It is
// safe for concurrent use.
type Index struct {
	File // all but Requests
	path string
	in   *os.File
	at   map[string]*[]span // by cell, in the order of the file
	why  map[string]string  // by cell: why its times must not be used
	dec  *decoder           // of its requests; it is copied for use
}

// span is where a line stands in the file.
type span struct {
	offset int64
	length int32
}

// OpenIndex reads a results file as [ReadFile] does, but for its requests. A
// broken request is found when its cell is read. The caller closes it.
func OpenIndex(path string) (*Index, error) {
	in, err := userfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("results file: %w", err)
	}
	x := &Index{File: File{Instances: map[string]Instance{}}, path: path, in: in, at: map[string]*[]span{}}
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
		f(cell, len(*list))
	}
}

func (x *Index) scan() error {
	rest := newIntake(&x.File)
	return rest.read(x.in, x.path, func(at int64, line []byte) error {
		where := span{at, int32(len(line))}
		if cell, ok := requestCell(line); ok && rest.dec != nil {
			x.place(cell, where)
			return nil
		}
		if err := rest.add(line); err != nil {
			return err
		}
		for _, r := range x.Requests { // its type is written with escapes
			x.place([]byte(r.Cell), where)
		}
		x.Requests = nil
		clear(rest.requests)
		return nil
	})
}

func (x *Index) place(cell []byte, s span) {
	list, ok := x.at[string(cell)]
	if !ok {
		list = new([]span)
		x.at[string(cell)] = list
	}
	*list = append(*list, s)
}

// requestCell returns the cell of a request line.
func requestCell(line []byte) ([]byte, bool) {
	const ahead = requestPrefix + `"cell":"`
	if rest, ok := bytes.CutPrefix(line, []byte(ahead)); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 && bytes.IndexByte(rest[:end], '\\') < 0 {
			return rest[:end], true
		}
	}
	if !bytes.Contains(line, []byte(`"request"`)) {
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
	list := *at
	requests, seen := make([]Request, 0, len(list)), make(map[Key]int, len(list))
	var buffer []byte
	var r Request
	for _, s := range list {
		buffer = slices.Grow(buffer[:0], int(s.length))[:s.length]
		if _, err := x.in.ReadAt(buffer, s.offset); err != nil {
			return nil, fmt.Errorf("results file: %w", err)
		}
		r = Request{}
		if err := dec.request(buffer, &r); err != nil {
			return nil, x.broken(s, err)
		}
		requests = Put(requests, seen, r.Key(), r)
	}
	if why := x.why[cell]; why != "" {
		for i := range requests {
			requests[i].VoidTimes(why)
		}
	}
	return requests, nil
}

// broken says that a line is wrong, with its number.
func (x *Index) broken(s span, why error) error {
	_, _, err := lines.Each(io.NewSectionReader(x.in, 0, s.offset+int64(s.length)), x.path, MaxLine, func(at int64, _ []byte) error {
		if at == s.offset {
			return why
		}
		return nil
	})
	return err
}
