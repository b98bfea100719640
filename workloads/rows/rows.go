// Package rows reads tables of tasks in the forms in which they are published: JSON
// lines, one JSON document, CSV and Parquet, each packed with gzip or not.
//
// The form is told by the content of a file where that decides (Parquet, gzip), else by
// its name: .json is one document, .csv a table with commas, anything else JSON lines. A
// document is a list of objects, or an object with one such list among its fields. Every
// count is bounded before anything of that size is made, and mistakes name file and line
// (in a document and in Parquet the number of the row, from 1).
package rows

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// Bounds of a table.
const (
	MaxFile   = jsonl.MaxFile  // bytes, unpacked
	MaxRows   = jsonl.MaxItems //
	MaxRow    = 8 << 20        // bytes of the values of a row
	MaxFields = 256            // of a row
)

// Row is one row: values by the names of their fields. A value is a string, a
// [json.Number], a bool, nil, a []any or a map[string]any of these.
type Row struct {
	Line   int // where it stands, from 1
	Fields map[string]any
}

// Names lists the fields, for messages.
func (r Row) Names() string {
	var names []string
	for _, n := range slices.Sorted(maps.Keys(r.Fields)) {
		names = append(names, strconv.Quote(workloads.Clip(n)))
	}
	return strings.Join(names[:min(len(names), 12)], ", ")
}

// Read calls f with each row of a table. columns are the names of the columns of a CSV
// file without a line of names, nil for one that has it. The error holds the mistakes of
// all rows, see [jsonl.Mistakes].
func Read(r io.Reader, name string, columns []string, f func(Row) error) error {
	text := bufio.NewReaderSize(r, 64<<10)
	if head, _ := text.Peek(4); string(head) == "PAR1" {
		return parquetRows(text, name, f)
	}
	base := strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch path.Ext(base) {
	case ".json", ".csv":
	default:
		return jsonl.Lines(text, name, func(line int, data []byte) error {
			fields, err := object(data)
			if err != nil {
				return err
			}
			return f(Row{line, fields})
		})
	}
	whole, err := unpacked(text, name)
	if err != nil {
		return jsonl.Mistakes{err}
	}
	m := &mistakes{file: name}
	if path.Ext(base) == ".csv" {
		m.csv(whole, columns, f)
	} else {
		m.document(whole, f)
	}
	return m.err()
}

// mistakes gathers those of a file.
type mistakes struct {
	file string
	list jsonl.Mistakes
	more int
	rows int
}

// maxMistakes is how many are said in words.
const maxMistakes = 20

func (m *mistakes) add(line int, err error) {
	if len(m.list) == maxMistakes {
		m.more++
		return
	}
	m.list = append(m.list, fmt.Errorf("%s:%d: %w", m.file, line, err))
}

// row passes a row on, within the bounds; it reports whether there may be more.
func (m *mistakes) row(r Row, f func(Row) error) bool {
	if m.rows++; m.rows > MaxRows {
		m.add(r.Line, fmt.Errorf("more than %d rows", MaxRows))
		return false
	}
	if err := f(r); err != nil {
		m.add(r.Line, err)
	}
	return true
}

func (m *mistakes) err() error {
	if m.list == nil {
		return nil
	}
	if m.more > 0 {
		m.list = append(m.list, fmt.Errorf("%s: and %d more", m.file, m.more))
	}
	return m.list
}

// unpacked is the text of a file without a byte order mark.
func unpacked(r *bufio.Reader, name string) ([]byte, error) {
	var text io.Reader = r
	if head, _ := r.Peek(2); string(head) == "\x1f\x8b" {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("%s:1: packed with gzip, and broken: %w", name, err)
		}
		text = z
	}
	data, err := io.ReadAll(io.LimitReader(text, MaxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s:1: %w", name, err)
	case len(data) > MaxFile:
		return nil, fmt.Errorf("%s:1: the file has more than %d bytes", name, MaxFile)
	case !utf8.Valid(data):
		return nil, fmt.Errorf("%s:1: not UTF-8", name)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

// object reads one JSON object.
func object(data []byte) (map[string]any, error) {
	fields := map[string]any{}
	err := jsonl.Fields(data, func(name string, raw json.RawMessage) error {
		if len(fields) == MaxFields {
			return fmt.Errorf("more than %d fields", MaxFields)
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return fmt.Errorf("the field %q: %w", workloads.Clip(name), err)
		}
		fields[name] = v
		return nil
	})
	return fields, err
}

// document reads a list of objects, or the one list among the fields of an object.
func (m *mistakes) document(data []byte, f func(Row) error) {
	list := json.RawMessage(bytes.TrimSpace(data))
	if len(list) > 0 && list[0] == '{' {
		var found []json.RawMessage
		err := jsonl.Fields(list, func(_ string, raw json.RawMessage) error {
			if raw[0] == '[' {
				found = append(found, raw)
			}
			return nil
		})
		if err == nil && len(found) != 1 {
			err = fmt.Errorf("the object has %d lists instead of one of rows", len(found))
		}
		if err != nil {
			m.add(1, err)
			return
		}
		list = found[0]
	}
	d := json.NewDecoder(bytes.NewReader(list))
	if first, err := d.Token(); err != nil || first != json.Delim('[') {
		m.add(1, errors.New("neither a list of objects nor an object with one"))
		return
	}
	for i := 1; d.More(); i++ {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			m.add(i, fmt.Errorf("not JSON: %w", err))
			return
		}
		if len(raw) > MaxRow {
			m.add(i, fmt.Errorf("the row has more than %d bytes", MaxRow))
			return
		}
		fields, err := object(raw)
		if err != nil {
			m.add(i, err)
			continue
		}
		if !m.row(Row{i, fields}, f) {
			return
		}
	}
	if _, err := d.Token(); err != nil {
		m.add(1, fmt.Errorf("not JSON: %w", err))
	}
}

// csv reads a table with commas.
func (m *mistakes) csv(data []byte, columns []string, f func(Row) error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			m.add(broken.StartLine, broken.Err)
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return
		}
		line, _ := r.FieldPos(0)
		if columns == nil {
			if len(record) > MaxFields {
				m.add(line, fmt.Errorf("more than %d columns", MaxFields))
				return
			}
			columns = slices.Clone(record)
			continue
		}
		if len(record) != len(columns) {
			m.add(line, fmt.Errorf("%d values for %d columns (%s)", len(record), len(columns), workloads.Clip(strings.Join(columns, ", "))))
			continue
		}
		fields, size := map[string]any{}, 0
		for i, v := range record {
			fields[columns[i]] = strings.Clone(v)
			size += len(v)
		}
		if size > MaxRow {
			m.add(line, fmt.Errorf("the row has more than %d bytes", MaxRow))
			return
		}
		if !m.row(Row{line, fields}, f) {
			return
		}
	}
}
