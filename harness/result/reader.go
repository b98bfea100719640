package result

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// MaxLine is the most bytes that one line of a results file may have.
const MaxLine = 16 << 20

// File is the content of a results file.
type File struct {
	Header   Header
	Metrics  []Metric
	Requests []Request  // each (cell, repetition, instance) once, the last record of it
	Validity []Validity // each cell once, the last record of it
	Sessions []Session  // in the order of the file
	Loads    []Load
	// Allocations are in the order of the file; the last one of a cell counts.
	Allocations []Allocations
	// Instances are the task instances by their id.
	Instances map[string]Instance
	Unknown   int   // lines of a type that this program does not know
	Torn      bool  // the last line has no end: the writer was stopped in it
	Good      int64 // length of the file up to the end of its last whole line
}

// SyntaxError says which line of a results file is wrong.
type SyntaxError struct {
	Path string
	Line int // from 1
	Msg  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Msg) }

// ReadFile reads the results file at path for use: times that a validity record
// forbids are taken out of the requests, see [Request.Void]. [Read] gives the
// records as they stand.
func ReadFile(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("results file: %w", err)
	}
	defer f.Close()
	file, err := Read(f, path)
	if err != nil {
		return nil, err
	}
	file.withhold()
	return file, nil
}

// Read reads a results file; path is its name in messages. The first line must
// be a header of this major version. A last line without a newline is left out
// and reported as Torn. Any other broken line is a [SyntaxError].
func Read(r io.Reader, path string) (*File, error) {
	f := &File{Instances: map[string]Instance{}}
	requests := map[requestKey]int{}
	validity := map[string]int{}
	dec := newDecoder()
	in := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			f.Torn = len(line) > 0
			break
		}
		if errors.Is(err, errLong) {
			return nil, &SyntaxError{path, n, fmt.Sprintf("the line is longer than the %d bytes allowed", MaxLine)}
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := f.add(line, dec, requests, validity); err != nil {
				return nil, &SyntaxError{path, n, err.Error()}
			}
		}
		f.Good += int64(len(line))
	}
	if f.Header.Type == "" {
		return nil, &SyntaxError{path, 1, "the file holds no complete header line, so it is not a results file of dllmbench"}
	}
	return f, nil
}

type requestKey struct {
	cell, instance string
	repetition     int
}

// add takes one line into the file.
func (f *File) add(line []byte, dec *decoder, requests map[requestKey]int, validity map[string]int) error {
	if f.Header.Type != "" && bytes.HasPrefix(line, []byte(requestPrefix)) {
		var r Request
		if err := dec.request(line, &r); err != nil {
			return err
		}
		f.Requests = put(f.Requests, requests, requestKey{r.Cell, r.Instance, r.Repetition}, r)
		return nil
	}
	var kind struct{ Type, Schema string }
	if err := json.Unmarshal(line, &kind); err != nil {
		return fmt.Errorf("not a JSON record: %v", err)
	}
	first := f.Header.Type == ""
	if first != (kind.Type == "header") {
		if first {
			return fmt.Errorf("the first record is of type %q and must be %q", kind.Type, "header")
		}
		return errors.New("a second header: the file was put together from several runs")
	}
	switch kind.Type {
	case "header":
		if major, _, _ := strings.Cut(kind.Schema, "."); major != Schema {
			return fmt.Errorf("the file has schema %q, this program reads %q", kind.Schema, Schema)
		}
		return decode(line, &f.Header)
	case "metric":
		var m Metric
		if err := decode(line, &m); err != nil {
			return err
		}
		f.Metrics = append(f.Metrics, m)
	case "request":
		var r Request
		if err := decode(line, &r); err != nil {
			return err
		}
		f.Requests = put(f.Requests, requests, requestKey{r.Cell, r.Instance, r.Repetition}, r)
	case "instance":
		var inst Instance
		if err := decode(line, &inst); err != nil {
			return err
		}
		f.Instances[inst.ID] = inst
	case "session":
		var v Session
		if err := decode(line, &v); err != nil {
			return err
		}
		f.Sessions = append(f.Sessions, v)
	case "load":
		var v Load
		if err := decode(line, &v); err != nil {
			return err
		}
		f.Loads = append(f.Loads, v)
	case "allocations":
		var v Allocations
		if err := decode(line, &v); err != nil {
			return err
		}
		f.Allocations = append(f.Allocations, v)
	case "validity":
		var v Validity
		if err := decode(line, &v); err != nil {
			return err
		}
		f.Validity = put(f.Validity, validity, v.Cell, v)
	default:
		f.Unknown++
	}
	return nil
}

func decode(line []byte, record any) error {
	if err := json.Unmarshal(line, record); err != nil {
		return fmt.Errorf("broken record: %v", err)
	}
	return nil
}

// put appends v to list, or replaces the element with the same key.
func put[K comparable, V any](list []V, at map[K]int, key K, v V) []V {
	if i, ok := at[key]; ok {
		list[i] = v
		return list
	}
	at[key] = len(list)
	return append(list, v)
}

var errLong = errors.New("line too long")

// readLine returns the next line with its newline; at the end of the input
// what is left, with io.EOF. It is valid until the next call.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if line == nil && err == nil {
			return part, nil
		}
		line = append(line, part...)
		if len(line) > MaxLine {
			return nil, errLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
