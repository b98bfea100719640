package result

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"sync"

	"dllmbench/engines/userfile"
	"dllmbench/harness/internal/lines"
)

// Index is a results file whose requests and instances stay on disk: it knows where those of
// each cell begin, which takes about three bytes for each, and reads them when they are asked
// for. It is safe for concurrent use.
type Index struct {
	File // all but Requests and Instances
	path string
	in   *os.File
	at   map[string]*spread
	why  map[string]string // by cell: why its times must not be used
	dec  *decoder          // of its requests; it is copied for use

	mu     sync.Mutex
	recent map[string]Instance // that were read last
	aside  *os.File            // nil as long as nothing was set aside
	end    int64               // of aside, in bytes
}

// spread is where the requests of a cell begin: how far behind the one before each does.
type spread struct {
	ways     []byte // as varints
	last     int64
	requests int
}

// all gives the places in the order of the file.
func (s *spread) all() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		at := int64(0)
		for ways := s.ways; len(ways) > 0; {
			way, n := binary.Uvarint(ways)
			at, ways = at+int64(way), ways[n:]
			if !yield(at) {
				return
			}
		}
	}
}

// OpenIndex reads a results file as [ReadFile] does, but for its requests and instances. A
// broken request is found when its cell is read. The caller closes it.
func OpenIndex(path string) (*Index, error) {
	in, err := userfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("results file: %w", err)
	}
	x := &Index{path: path, in: in, at: map[string]*spread{}, recent: map[string]Instance{}}
	if err := x.scan(); err != nil {
		in.Close()
		return nil, err
	}
	x.why = x.untimed()
	return x, nil
}

// Close closes the file, and what was set aside is gone.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.aside != nil {
		x.aside.Close()
		os.Remove(x.aside.Name()) // where an open file cannot be removed
	}
	return x.in.Close()
}

// SetAside writes what was derived from the file, and is too much for memory, into a temporary
// file, and returns where.
func (x *Index) SetAside(data []byte) (at int64, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.aside == nil {
		if x.aside, err = os.CreateTemp("", "dllmbench-"); err != nil {
			return 0, err
		}
		os.Remove(x.aside.Name()) // it lives as long as it is open
	}
	at = x.end
	n, err := x.aside.WriteAt(data, at)
	x.end += int64(n)
	return at, err
}

// Aside reads bytes that were set aside.
func (x *Index) Aside(at int64, size int) ([]byte, error) {
	data := make([]byte, size)
	_, err := x.aside.ReadAt(data, at)
	return data, err
}

// Each calls f with each cell that has requests and their number, repeated ones too.
func (x *Index) Each(f func(cell string, requests int)) {
	for cell, list := range x.at {
		f(cell, list.requests)
	}
}

func (x *Index) scan() error {
	rest := newIntake(&x.File)
	err := rest.read(x.in, x.path, func(line []byte) error {
		if cell, ok := requestCell(line); ok && rest.dec != nil {
			x.place(cell, rest.at)
			return nil
		}
		if err := rest.add(line); err != nil {
			return err
		}
		for _, r := range x.Requests { // its type is written with escapes
			x.place([]byte(r.Cell), rest.at)
		}
		x.Requests = nil
		clear(rest.requests)
		return nil
	})
	x.dec = rest.dec
	return err
}

// place notes where a request of a cell begins.
func (x *Index) place(cell []byte, at int64) {
	s, ok := x.at[string(cell)]
	if !ok {
		s = new(spread)
		x.at[string(cell)] = s
	}
	s.ways = binary.AppendUvarint(s.ways, uint64(at-s.last))
	s.last = at
	s.requests++
}

// requestCell returns the cell of a request line; false for one whose type is written with
// escapes.
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

// requestInstance returns the instance of a request line; false where it takes more to find.
func requestInstance(line []byte) ([]byte, bool) {
	if !bytes.HasPrefix(line, []byte(requestPrefix+`"cell":"`)) {
		return nil, false
	}
	_, rest, found := bytes.Cut(line, []byte(`,"instance":"`)) // it stands before all that holds other fields
	id, _, ends := bytes.Cut(rest, []byte{'"'})
	return id, found && ends && bytes.IndexByte(id, '\\') < 0
}

// RequestsOf reads the requests of a cell: each (instance, repetition) once, the
// last record of it, without times that a validity record forbids.
func (x *Index) RequestsOf(cell string) ([]Request, error) {
	return x.read(cell, false, nil)
}

// RequestsOn reads those on some instances.
func (x *Index) RequestsOn(cell string, instances []string) ([]Request, error) {
	return x.read(cell, false, instances)
}

// NumbersOf reads the same requests into less memory, without what was written and what
// was wrong with it: Output, OutputSHA256, Broken and Extra are empty.
func (x *Index) NumbersOf(cell string) ([]Request, error) {
	return x.read(cell, true, nil)
}

func (x *Index) read(cell string, numbers bool, only []string) ([]Request, error) {
	dec := *x.dec
	dec.numbers, dec.words = numbers, map[string]string{}
	at, ok := x.at[cell]
	if !ok {
		return nil, nil
	}
	var requests []Request
	seen := map[Key]int{}
	if only == nil {
		requests, seen = make([]Request, 0, at.requests), make(map[Key]int, at.requests)
	}
	w := window{in: x.in}
	for begin := range at.all() {
		line, err := w.line(begin)
		if err != nil {
			return nil, fmt.Errorf("results file: %w", err)
		}
		if of, ok := requestInstance(line); only != nil && ok && !slices.Contains(only, string(of)) {
			continue
		}
		var r Request
		if err := dec.request(line, &r); err != nil {
			return nil, x.broken(begin, err)
		}
		if only != nil && !slices.Contains(only, r.Instance) {
			continue
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

// recentInstances is how many instances are kept, for the cells of a group ask for the same
// ones; each takes less than a kilobyte.
const recentInstances = 8 << 10

// InstancesOf gives the instances of requests, by their id, that the file describes.
func (x *Index) InstancesOf(requests []*Request) (map[string]Instance, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	all, w := map[string]Instance{}, window{in: x.in}
	for _, q := range requests {
		at, described := x.dec.described[NameOf(q.Instance)]
		if _, done := all[q.Instance]; done || !described {
			continue
		}
		inst, known := x.recent[q.Instance]
		if !known {
			line, err := w.line(at)
			if err == nil {
				err = decode(line, &inst)
			}
			if err != nil {
				return nil, fmt.Errorf("results file: %w", err)
			}
			if len(x.recent) >= recentInstances {
				clear(x.recent)
			}
			x.recent[q.Instance] = inst
		}
		all[q.Instance] = inst
	}
	return all, nil
}

// window is the part of a file that was read last.
type window struct {
	in   io.ReaderAt
	from int64
	held []byte
}

// line reads the whole line that begins at a place; it is valid until the next call.
func (w *window) line(at int64) ([]byte, error) {
	if at < w.from || at > w.from+int64(len(w.held)) {
		w.from, w.held = at, w.held[:0]
	}
	for begin := int(at - w.from); ; begin = 0 {
		if end := bytes.IndexByte(w.held[begin:], '\n'); end >= 0 {
			return w.held[begin : begin+end+1], nil
		}
		n := copy(w.held, w.held[begin:])
		more := max(2<<10, n) // a record, as a rule
		w.held = slices.Grow(w.held[:n], more)[:n+more]
		m, err := w.in.ReadAt(w.held[n:], at+int64(n))
		if w.from, w.held = at, w.held[:n+m]; m == 0 {
			return nil, err
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
