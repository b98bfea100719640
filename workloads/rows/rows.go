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
	m := &table{Finder: jsonl.Finder{File: name}}
	whole, err := jsonl.Text(text, MaxFile)
	if err != nil {
		m.Add(1, err)
	} else if path.Ext(base) == ".csv" {
		m.csv(whole, columns, f)
	} else {
		m.document(whole, f)
	}
	return m.Err()
}

// table passes on the rows of a file and gathers its mistakes.
type table struct {
	jsonl.Finder
	rows int
}

// row passes a row on, within the bounds; it reports whether there may be more.
func (m *table) row(r Row, f func(Row) error) bool {
	if m.rows++; m.rows > MaxRows {
		m.Add(r.Line, fmt.Errorf("more than %d rows", MaxRows))
		return false
	}
	if err := f(r); err != nil {
		m.Add(r.Line, err)
	}
	return true
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
func (m *table) document(data []byte, f func(Row) error) {
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
			m.Add(1, err)
			return
		}
		list = found[0]
	}
	d := json.NewDecoder(bytes.NewReader(list))
	if first, err := d.Token(); err != nil || first != json.Delim('[') {
		m.Add(1, errors.New("neither a list of objects nor an object with one"))
		return
	}
	for i := 1; d.More(); i++ {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			m.Add(i, fmt.Errorf("not JSON: %w", err))
			return
		}
		if len(raw) > MaxRow {
			m.Add(i, fmt.Errorf("the row has more than %d bytes", MaxRow))
			return
		}
		fields, err := object(raw)
		if err != nil {
			m.Add(i, err)
			continue
		}
		if !m.row(Row{i, fields}, f) {
			return
		}
	}
	if _, err := d.Token(); err != nil {
		m.Add(1, fmt.Errorf("not JSON: %w", err))
	}
}

// csv reads a table with commas.
func (m *table) csv(data []byte, columns []string, f func(Row) error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			m.Add(broken.StartLine, broken.Err)
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return
		}
		line, _ := r.FieldPos(0)
		if columns == nil {
			if len(record) > MaxFields {
				m.Add(line, fmt.Errorf("more than %d columns", MaxFields))
				return
			}
			columns = slices.Clone(record)
			continue
		}
		if len(record) != len(columns) {
			m.Add(line, fmt.Errorf("%d values for %d columns (%s)", len(record), len(columns), workloads.Clip(strings.Join(columns, ", "))))
			continue
		}
		fields, size := map[string]any{}, 0
		for i, v := range record {
			fields[columns[i]] = strings.Clone(v)
			size += len(v)
		}
		if size > MaxRow {
			m.Add(line, fmt.Errorf("the row has more than %d bytes", MaxRow))
			return
		}
		if !m.row(Row{line, fields}, f) {
			return
		}
	}
}
