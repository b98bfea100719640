// Package parquet writes the requests and the cells of a run as Parquet, for pandas, DuckDB,
// Polars and other programs that read columns.
//
// Names of columns are the keys of the records, see docs/data.md. Options of decoders have a
// column each. Every value may be null: it is where it is unknown.
package parquet

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	pq "github.com/parquet-go/parquet-go"

	"dllmbench/harness/result"
	"dllmbench/reports/cells"
	"dllmbench/reports/view"
)

// Bounds of a group of rows, which the writer holds in memory.
const (
	groupRows  = 50_000
	groupBytes = 32 << 20 // of texts
)

// request is a row of requests.parquet: a request with what its cell is.
type request struct {
	RunID    string `json:"run_id"`
	Decoder  string `json:"decoder"`
	Task     string `json:"task"` // workload, rung and length, in words
	Engine   string `json:"engine"`
	Preset   string `json:"preset"`
	Workload string `json:"workload"`
	Budget   int    `json:"budget_tokens"`
	Batch    int    `json:"batch"`
	Threads  int    `json:"threads"`
	result.Request
	cell *result.Cell
}

// cell is a row of cells.parquet: what `export --format csv` writes of a cell, and behind
// it what else the header says of it.
type cell struct {
	runID  string
	task   string
	record cells.Record
	header result.Cell
}

// RequestColumns are the columns of requests.parquet but for the options.
func RequestColumns() []Column {
	return once(columnsOf(reflect.TypeFor[request](), "", func(v reflect.Value) reflect.Value { return v }))
}

// CellColumns are the columns of cells.parquet but for the options.
func CellColumns() []Column {
	part := func(of func(cell) any) step {
		return func(v reflect.Value) reflect.Value { return reflect.ValueOf(of(v.Interface().(cell))) }
	}
	return once(columnsAt(reflect.TypeFor[string](), "run_id", part(func(c cell) any { return c.runID })),
		columnsAt(reflect.TypeFor[string](), "task", part(func(c cell) any { return c.task })),
		columnsOf(reflect.TypeFor[cells.Record](), "", part(func(c cell) any { return c.record })),
		columnsOf(reflect.TypeFor[result.Cell](), "", part(func(c cell) any { return c.header })))
}

// once are columns without those whose name stood before, or that say what another one does.
func once(parts ...[]Column) (list []Column) {
	seen := map[string]bool{"id": true, "budget": true}
	for _, c := range slices.Concat(parts...) {
		if c.Name = tidy(c.Name); !seen[c.Name] {
			seen[c.Name] = true
			list = append(list, c)
		}
	}
	return list
}

// tidy makes a name that all readers take: letters of ASCII, digits and _.
func tidy(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, name)
}

// Requests writes requests.parquet. of reads the requests of a cell: only those of one are
// held in memory.
func Requests(w io.Writer, h result.Header, of func(cell string) ([]result.Request, error)) error {
	columns := slices.Concat(RequestColumns(), optionColumns(h, func(v reflect.Value) map[string]any { return v.Addr().Interface().(*request).cell.Options }))
	out := newFile(w, h, columns)
	for i := range h.Cells {
		c := &h.Cells[i]
		list, err := of(c.ID)
		if err != nil {
			return err
		}
		for _, q := range list {
			row := request{RunID: h.RunID, Decoder: view.DecoderName(*c), Task: view.TaskName(*c), Engine: c.Engine, Preset: c.Preset, Workload: c.Workload,
				Budget: c.Budget, Batch: c.Batch, Threads: c.Threads, Request: q, cell: c}
			if err := out.write(reflect.ValueOf(&row).Elem(), len(q.Output)+len(q.Log)+len(q.Extra)); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// Cells writes cells.parquet.
func Cells(w io.Writer, v *view.View) error {
	h := v.Header
	columns := slices.Concat(CellColumns(), optionColumns(h, func(v reflect.Value) map[string]any { return v.Interface().(cell).record.Options }))
	byID := map[string]result.Cell{}
	for _, c := range h.Cells {
		byID[c.ID] = c
	}
	out := newFile(w, h, columns)
	for r := range cells.Records(v) {
		if err := out.write(reflect.ValueOf(cell{h.RunID, view.TaskName(byID[r.Cell]), r, byID[r.Cell]}), 0); err != nil {
			return err
		}
	}
	return out.Close()
}

// optionColumns are the columns of the options of a run.
func optionColumns(h result.Header, at func(reflect.Value) map[string]any) []Column {
	var all []map[string]any
	for _, c := range h.Cells {
		all = append(all, c.Options)
	}
	list := options(all, at)
	seen := map[string]bool{}
	for i := range list {
		name := tidy(list[i].Name)
		for n := 2; seen[strings.ToLower(name)]; n++ { // some readers do not tell capitals apart
			name = fmt.Sprintf("%s_%d", tidy(list[i].Name), n)
		}
		seen[strings.ToLower(name)], list[i].Name = true, name
	}
	return list
}

// file is a file that is being written.
type file struct {
	*pq.Writer
	columns []Column
	row     reflect.Type
	rows    int
	bytes   int
}

func newFile(w io.Writer, h result.Header, columns []Column) *file {
	f := &file{columns: columns, row: rowOf(columns)}
	f.Writer = pq.NewWriter(w, pq.SchemaOf(reflect.New(f.row).Interface()), pq.Compression(&pq.Snappy), pq.CreatedBy("dllmbench", "", ""),
		pq.KeyValueMetadata("dllmbench.schema", result.Schema), pq.KeyValueMetadata("dllmbench.run_id", h.RunID), pq.KeyValueMetadata("dllmbench.scenario", h.Scenario))
	return f
}

// write adds a row with so many bytes of text.
func (f *file) write(record reflect.Value, bytes int) error {
	row := reflect.New(f.row)
	put(f.columns, record, row.Elem())
	if err := f.Writer.Write(row.Interface()); err != nil {
		return err
	}
	f.rows++
	if f.bytes += bytes; f.rows < groupRows && f.bytes < groupBytes {
		return nil
	}
	f.rows, f.bytes = 0, 0
	return f.Flush()
}
