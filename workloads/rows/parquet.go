package rows

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// parquetRows reads a Parquet file: columns of texts, numbers and booleans, lists of
// these, and groups of such columns. A file is somebody else's, and the library trusts
// it more than we do: sizes are checked before, and what it panics at is a mistake.
func parquetRows(r io.Reader, name string, f func(Row) error) (err error) {
	m := &table{Finder: jsonl.Finder{File: name}}
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	switch {
	case err != nil:
		return jsonl.Mistakes{fmt.Errorf("%s:1: %w", name, err)}
	case len(data) > MaxFile:
		return jsonl.Mistakes{fmt.Errorf("%s:1: the file has more than %d bytes", name, MaxFile)}
	}
	defer func() {
		if p := recover(); p != nil {
			m.Add(m.rows+1, fmt.Errorf("a Parquet file that is broken: %.200v", p))
			err = m.Err()
		}
	}()
	if err := m.parquet(data, f); err != nil {
		m.Add(m.rows+1, fmt.Errorf("a Parquet file that cannot be read: %w", err))
	}
	return m.Err()
}

// parquet reads the rows of a file.
func (m *table) parquet(data []byte, f func(Row) error) error {
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	if err := within(file, data); err != nil {
		return err
	}
	schema := file.Root()
	buffer := make([]parquet.Row, 16)
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		for {
			n, err := rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				fields, err := record(schema, row)
				if err != nil {
					return errors.Join(err, rows.Close())
				}
				if !m.row(Row{m.rows + 1, fields}, f) {
					return rows.Close()
				}
			}
			if err != nil || n == 0 {
				if closed := rows.Close(); err == nil || errors.Is(err, io.EOF) {
					err = closed
				}
				if err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// within checks the sizes that a file states before anything is unpacked: those at its end,
// and those of each page, which the library takes at their word. Each page of a packing has to
// unpack to no more than it states; packings for which that is not looked at are refused.
func within(file *parquet.File, data []byte) error {
	if n := file.NumRows(); n < 0 || n > MaxRows {
		return fmt.Errorf("it has %d rows; allowed are %d", n, MaxRows)
	}
	total := int64(0)
	for _, g := range file.Metadata().RowGroups {
		if len(g.Columns) > MaxFields {
			return fmt.Errorf("it has %d columns; allowed are %d", len(g.Columns), MaxFields)
		}
		for _, c := range g.Columns {
			m := c.MetaData
			within := packing(m.Codec)
			if within == nil {
				return fmt.Errorf("it is packed with %v; allowed are snappy, gzip, zstd and none: write it again, for example with pyarrow", m.Codec)
			}
			from := m.DataPageOffset
			if m.DictionaryPageOffset > 0 {
				from = min(from, m.DictionaryPageOffset)
			}
			if from < 0 || m.TotalCompressedSize < 0 || from > int64(len(data)) || m.TotalCompressedSize > int64(len(data))-from {
				return errors.New("a column lies outside of the file")
			}
			n, err := pages(data[from:from+m.TotalCompressedSize], within)
			if total += n; err == nil && total > MaxFile {
				err = fmt.Errorf("it unpacks to more than %d bytes", MaxFile)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// maxWindow bounds what a zstd page refers back to, in bytes: what RFC 8878 asks of every reader.
const maxWindow = 8 << 20

// packing says of a page of a packing whether it unpacks to no more than n bytes. Nothing is kept
// of what is unpacked for that. It is nil for packings that are not read.
func packing(codec format.CompressionCodec) func(page []byte, n int64) (bool, error) {
	switch codec {
	case format.Uncompressed:
		return func([]byte, int64) (bool, error) { return true, nil }
	case format.Snappy:
		return func(page []byte, n int64) (bool, error) {
			states, _ := binary.Uvarint(page)
			return states <= uint64(n), nil
		}
	case format.Gzip:
		return func(page []byte, n int64) (bool, error) {
			z, err := gzip.NewReader(bytes.NewReader(page))
			if err != nil {
				return false, err
			}
			return fits(z, n)
		}
	case format.Zstd:
		return func(page []byte, n int64) (bool, error) {
			z, err := zstd.NewReader(bytes.NewReader(page), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
			if err != nil {
				return false, err
			}
			defer z.Close()
			return fits(z, n)
		}
	}
	return nil
}

// fits reports whether a text has no more than n bytes.
func fits(r io.Reader, n int64) (bool, error) {
	got, err := io.Copy(io.Discard, io.LimitReader(r, n+1))
	return got <= n, err
}

// pages is how many bytes the pages of a column unpack to.
func pages(column []byte, within func(page []byte, n int64) (bool, error)) (total int64, err error) {
	for r := bytes.NewReader(column); r.Len() > 0; {
		var h format.PageHeader
		if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(r)).Decode(&h); err != nil {
			return 0, fmt.Errorf("the head of a page: %w", err)
		}
		if h.UncompressedPageSize < 0 || h.CompressedPageSize < 0 || int(h.CompressedPageSize) > r.Len() {
			return 0, errors.New("a page lies outside of its column")
		}
		if total += int64(h.UncompressedPageSize); total > MaxFile {
			return 0, fmt.Errorf("it unpacks to more than %d bytes", MaxFile)
		}
		page := column[len(column)-r.Len():][:h.CompressedPageSize]
		if v := h.DataPageHeaderV2; v.Valid { // its levels are not packed
			levels := int64(v.V.DefinitionLevelsByteLength) + int64(v.V.RepetitionLevelsByteLength)
			if levels < 0 || levels > int64(len(page)) {
				return 0, errors.New("the levels of a page lie outside of it")
			}
			if page = page[levels:]; v.V.IsCompressed.Valid && !v.V.IsCompressed.V {
				page = nil
			}
		}
		if len(page) > 0 {
			if ok, err := within(page, int64(h.UncompressedPageSize)); err != nil {
				return 0, fmt.Errorf("a page: %w", err)
			} else if !ok {
				return 0, errors.New("a page unpacks to more than it states")
			}
		}
		if _, err := r.Seek(int64(h.CompressedPageSize), io.SeekCurrent); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// record makes a row of the values of its columns.
func record(root *parquet.Column, row parquet.Row) (map[string]any, error) {
	columns, size := make([][]parquet.Value, MaxFields), 0
	for _, v := range row {
		c := v.Column()
		if c < 0 || c >= MaxFields {
			return nil, fmt.Errorf("a value of column %d; allowed are %d columns", c, MaxFields)
		}
		if size += 16; v.Kind() == parquet.ByteArray || v.Kind() == parquet.FixedLenByteArray {
			size += len(v.ByteArray())
		}
		if size > MaxRow {
			return nil, fmt.Errorf("the row has more than %d bytes", MaxRow)
		}
		columns[c] = append(columns[c], v)
	}
	fields := map[string]any{}
	for _, c := range root.Columns() {
		v, err := assemble(c, columns, 0, 0)
		if err != nil {
			return nil, fmt.Errorf("the column %q: %w", workloads.Clip(c.Name()), err)
		}
		fields[c.Name()] = v
	}
	return fields, nil
}

// assemble makes a value of those of the leaves below a column, by the levels of
// repetition and definition at which they stand (Melnik et al. 2010, Dremel, section 4).
func assemble(c *parquet.Column, values [][]parquet.Value, defined, repeated int) (any, error) {
	leaf := first(c)
	if leaf < 0 || leaf >= len(values) || len(values[leaf]) == 0 {
		return nil, errors.New("a value is missing")
	}
	switch head := values[leaf][0]; {
	case c.Optional():
		if defined++; head.DefinitionLevel() < defined {
			return nil, nil
		}
	case c.Repeated():
		if defined, repeated = defined+1, repeated+1; head.DefinitionLevel() < defined {
			return []any{}, nil
		}
		list := []any{}
		for _, one := range split(c, values, repeated) {
			v, err := inner(c, one, defined, repeated)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	return inner(c, values, defined, repeated)
}

// inner is a leaf, or a group of columns. The layers that a list has in the file are taken
// away.
func inner(c *parquet.Column, values [][]parquet.Value, defined, repeated int) (any, error) {
	if c.Leaf() {
		return scalar(values[c.Index()][0])
	}
	below := c.Columns()
	if len(below) == 1 && (below[0].Repeated() || c.Repeated() && (below[0].Name() == "element" || below[0].Name() == "item")) {
		return assemble(below[0], values, defined, repeated)
	}
	fields := map[string]any{}
	for _, b := range below {
		v, err := assemble(b, values, defined, repeated)
		if err != nil {
			return nil, err
		}
		fields[b.Name()] = v
	}
	return fields, nil
}

// first is the number of the first leaf below a column, -1 where there is none.
func first(c *parquet.Column) int {
	for !c.Leaf() {
		below := c.Columns()
		if len(below) == 0 {
			return -1
		}
		c = below[0]
	}
	return int(c.Index())
}

// leaves are the numbers of those below a column.
func leaves(c *parquet.Column) (list []int) {
	if c.Leaf() {
		return []int{int(c.Index())}
	}
	for _, b := range c.Columns() {
		list = append(list, leaves(b)...)
	}
	return list
}

// split divides the values of the leaves below a repeated column among its elements.
func split(c *parquet.Column, values [][]parquet.Value, repeated int) (list [][][]parquet.Value) {
	for _, leaf := range leaves(c) {
		element := -1
		for i, v := range values[leaf] {
			if i == 0 || v.RepetitionLevel() <= repeated {
				if element++; element == len(list) {
					list = append(list, make([][]parquet.Value, len(values)))
				}
			}
			list[element][leaf] = append(list[element][leaf], v)
		}
	}
	return list
}

// scalar is the value of a leaf.
func scalar(v parquet.Value) (any, error) {
	if v.IsNull() {
		return nil, nil
	}
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean(), nil
	case parquet.Int32:
		return json.Number(strconv.Itoa(int(v.Int32()))), nil
	case parquet.Int64:
		return json.Number(strconv.FormatInt(v.Int64(), 10)), nil
	case parquet.Float:
		return number(float64(v.Float()), 32)
	case parquet.Double:
		return number(v.Double(), 64)
	case parquet.Int96:
		return nil, fmt.Errorf("a number of 96 bits (%v), which is not read", deprecated.Int96(v.Int96()))
	}
	text := string(v.ByteArray())
	if !utf8.ValidString(text) {
		return nil, errors.New("not UTF-8")
	}
	return text, nil
}

func number(x float64, bits int) (any, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, nil
	}
	return json.Number(strconv.FormatFloat(x, 'g', -1, bits)), nil
}
