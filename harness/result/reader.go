package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"dllmbench/engines/userfile"
	"dllmbench/harness/internal/lines"
)

// MaxLine is the most bytes that one line of a results file may have.
const MaxLine = 16 << 20

// File is the content of a results file.
type File struct {
	Header     Header
	Metrics    []Metric
	Requests   []Request  // each (cell, repetition, instance) once, the last record of it
	Validity   []Validity // each cell once, the last record of it
	Sessions   []Session  // in the order of the file
	Activities []Activity
	// Allocations are in the order of the file; the last one of a cell counts.
	Allocations []Allocations
	// Instances are the task instances by their id; nil where they stay on disk.
	Instances map[string]Instance
	Unknown   int   // lines of a type that this program does not know
	Torn      bool  // the last line has no end: the writer was stopped in it
	Good      int64 // length of the file up to the end of its last whole line
}

// SyntaxError says which line of a results file is wrong.
type SyntaxError = lines.Error

// ReadFile reads the results file at path for use: without times that a validity
// record forbids (see [Request.Void]). [Read] gives the records as they stand.
func ReadFile(path string) (*File, error) {
	f, err := userfile.Open(path)
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
// be a header of a version that this program reads. A last line without a newline
// is left out and reported as Torn. Any other broken line is a [SyntaxError].
func Read(r io.Reader, path string) (*File, error) {
	f := &File{Instances: map[string]Instance{}}
	in := newIntake(f)
	return f, in.read(r, path, in.add)
}

// Scan reads a results file as [Read] does, but hands each request and each instance to
// take, in the order of the file and repeated ones too, instead of holding them. Both are
// left out where take is nil.
func Scan(r io.Reader, path string, take func(record any) error) (*File, error) {
	f := &File{}
	in := newIntake(f)
	in.take, in.skip = take, take == nil
	return f, in.read(r, path, in.add)
}

// Key names a request in a file.
type Key struct {
	Cell, Instance string
	Repetition     int
}

// Key names the request.
func (r *Request) Key() Key { return Key{r.Cell, r.Instance, r.Repetition} }

// intake takes lines into a file.
type intake struct {
	*File
	dec      *decoder // of the schema that the header names; nil before it
	requests map[Key]int
	validity map[string]int

	take func(any) error // gets requests and instances, which are not held then; nil holds them
	skip bool            // leaves them out
	at   int64           // where the line begins, in bytes
}

func newIntake(f *File) *intake {
	return &intake{File: f, requests: map[Key]int{}, validity: map[string]int{}}
}

// read takes the lines of a file in.
func (f *intake) read(r io.Reader, path string, take func(line []byte) error) (err error) {
	f.Good, f.Torn, err = lines.Each(r, path, MaxLine, func(at int64, line []byte) error {
		f.at = at
		return take(line)
	})
	if err == nil && f.dec == nil {
		return &SyntaxError{Path: path, Line: 1, Msg: "the file holds no complete header line, so it is not a results file of dllmbench"}
	}
	return err
}

// add takes one line into the file.
func (f *intake) add(line []byte) error {
	if f.dec != nil && bytes.HasPrefix(line, []byte(requestPrefix)) {
		return f.request(line)
	}
	if f.skip && f.dec != nil && bytes.HasPrefix(line, []byte(`{"type":"instance",`)) {
		return nil
	}
	var kind struct{ Type, Schema string }
	if err := json.Unmarshal(line, &kind); err != nil {
		if f.dec == nil {
			return fmt.Errorf("the first line is no JSON record, so it is not a results file of dllmbench: %v", err)
		}
		return fmt.Errorf("not a JSON record: %v", err)
	}
	if f.dec == nil && kind.Type != "header" {
		return fmt.Errorf("the first record is of type %q and must be %q", kind.Type, "header")
	}
	switch kind.Type {
	case "header":
		if f.dec != nil {
			return errors.New("a second header: the file was put together from several runs")
		}
		if major, _, _ := strings.Cut(kind.Schema, "."); major != Schema && major != olderSchema {
			return fmt.Errorf("the file has schema %q, this program reads %q and %q", kind.Schema, Schema, olderSchema)
		}
		if err := decode(line, &f.Header); err != nil {
			return err
		}
		if err := f.Header.check(); err != nil {
			return fmt.Errorf("%w. The header says what the other lines mean, so none of them can be used", err)
		}
		f.Header.Env.forget()
		f.dec = newDecoder(&f.Header)
		for i := range f.Header.Cells {
			f.Header.Cells[i].older()
		}
		return nil
	case "request":
		return f.request(line)
	}
	err := f.other(kind.Type, line)
	if kind.Type == "instance" { // requests need it
		return err
	}
	return f.dec.without(err)
}

// other takes in a record that is neither the header nor a request.
func (f *intake) other(kind string, line []byte) error {
	switch kind {
	case "metric":
		return take(line, metricBounds, func(m Metric) { f.Metrics = append(f.Metrics, m) })
	case "instance":
		var inst Instance
		if err := take(line, instanceBounds, func(v Instance) { inst = v }); err != nil || f.skip {
			return err
		}
		f.dec.described[NameOf(inst.ID)] = f.at
		if f.take != nil {
			return f.take(inst)
		}
		if f.Instances != nil {
			f.Instances[inst.ID] = inst
		}
		return nil
	case "session":
		return take(line, sessionBounds, func(v Session) {
			v.Env.forget()
			f.Sessions = append(f.Sessions, v)
		})
	case "load":
		return take(line, activityBounds, func(v Activity) { f.Activities = append(f.Activities, v) })
	case "allocations":
		return take(line, allocationsBounds, func(v Allocations) { f.Allocations = append(f.Allocations, v) })
	case "validity":
		return take(line, validityBounds, func(v Validity) { f.Validity = Put(f.Validity, f.validity, v.Cell, v) })
	}
	f.Unknown++
	return nil
}

func (f *intake) request(line []byte) error {
	if f.skip {
		return nil
	}
	var r Request
	if err := f.dec.request(line, &r); err != nil {
		return err
	}
	if f.take != nil {
		return f.take(r)
	}
	f.Requests = Put(f.Requests, f.requests, r.Key(), r)
	return nil
}

// take decodes a line and hands the record on if it can be.
func take[T any](line []byte, check func(*T) error, to func(T)) error {
	var record T
	if err := decode(line, &record); err != nil {
		return err
	}
	if err := check(&record); err != nil {
		return err
	}
	to(record)
	return nil
}

func decode(line []byte, record any) error {
	if err := json.Unmarshal(line, record); err != nil {
		return fmt.Errorf("broken record: %v", err)
	}
	return nil
}

// Put appends v to list or replaces the element with its key; at holds their places.
func Put[K comparable, V any](list []V, at map[K]int, key K, v V) []V {
	if i, ok := at[key]; ok {
		list[i] = v
		return list
	}
	at[key] = len(list)
	return append(list, v)
}

// VoidTimes takes the times, and all that its clocks gave, out of a record.
func (r *Request) VoidTimes(why string) {
	r.Void = why
	r.TTFTNs, r.TTFCNs, r.TTFBNs, r.E2ENs, r.BatchNs = nil, nil, nil, nil, nil
	r.IntendedNs, r.QueueNs, r.LagNs = nil, nil, nil
	r.Spent, r.Chunks, r.Deliveries, r.EnergyUJ = nil, nil, nil, nil
}

// withhold takes the times out of the requests of all cells whose validity
// record forbids their use, so that no reader of the file uses them unawares.
func (f *File) withhold() {
	why := f.untimed()
	for i := range f.Requests {
		if text := why[f.Requests[i].Cell]; text != "" {
			f.Requests[i].VoidTimes(text)
		}
	}
}

// untimed says of which cells no times must be used, and why.
func (f *File) untimed() map[string]string {
	why := map[string]string{}
	for _, v := range f.Validity {
		if v.Cell != "" && len(v.Timing) > 0 {
			why[v.Cell] = strings.Join(v.Timing, "; ")
		}
	}
	return why
}
