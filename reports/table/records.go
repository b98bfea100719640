package table

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Columns are values of a record that know their columns in CSV themselves,
// because these depend on a registry and not on a type.
type Columns interface {
	Names() []string
	Numbers() []*float64
}

// column is a column of records: where it stands in them.
type column struct {
	name   string // key of JSON, below other structs with theirs before it
	title  string // for people
	format string // of numbers for people, those with %% in per cent; "" for the usual one
	index  []int  // path through the struct
}

var (
	estimateType = reflect.TypeFor[stats.Estimate]()
	columnsType  = reflect.TypeFor[Columns]()
)

// columnsOf lists the columns of a struct in order. Keys are those of JSON,
// below "csv" where it names another one; lists, maps and what is marked
// csv:"-" have no place in a line.
func columnsOf(t reflect.Type, before string, path []int) []column {
	var list []column
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if as, ok := f.Tag.Lookup("csv"); ok {
			name = as
		}
		index := append(slices.Clone(path), i)
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch name = before + name; {
		case strings.HasSuffix(name, "-") || !f.IsExported() && !f.Anonymous:
		case f.Type.Implements(columnsType):
			list = append(list, column{index: index})
		case inner == estimateType:
			name = strings.TrimSuffix(name, "_") // embedded beside its unit
			list = append(list, column{name, f.Tag.Get("title"), f.Tag.Get("format"), append(index, 0)},
				column{name: name + "_low", index: append(slices.Clone(index), 1, 0)}, column{name: name + "_high", index: append(slices.Clone(index), 1, 1)})
		case inner.Kind() == reflect.Struct && f.Anonymous:
			list = append(list, columnsOf(inner, before, index)...)
		case inner.Kind() == reflect.Struct:
			list = append(list, columnsOf(inner, name+"_", index)...)
		case inner.Kind() != reflect.Slice && inner.Kind() != reflect.Map:
			list = append(list, column{name, f.Tag.Get("title"), f.Tag.Get("format"), index})
		}
	}
	return list
}

// in finds the value of a column in a record; it is not valid where a struct on
// the way, or the value itself, is missing.
func (c *column) in(record reflect.Value) reflect.Value {
	v, err := record.FieldByIndexErr(c.index)
	if err != nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return reflect.Value{}
	}
	return reflect.Indirect(v)
}

// CSV writes a header and one line a record: estimates are a value and the ends
// of their interval, unknown is an empty field. Control characters are
// escaped, and text that a spreadsheet would take for a formula is preceded by an
// apostrophe.
func CSV[T any](w io.Writer, records iter.Seq[T]) error {
	columns := columnsOf(reflect.TypeFor[T](), "", nil)
	out := csv.NewWriter(w)
	var head []string
	zero := reflect.Zero(reflect.TypeFor[T]())
	for _, c := range columns {
		if c.name == "" {
			head = append(head, zero.FieldByIndex(c.index).Interface().(Columns).Names()...)
		} else {
			head = append(head, c.name)
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for r := range records {
		var line []string
		for _, c := range columns {
			v := c.in(reflect.ValueOf(r))
			if c.name != "" {
				line = append(line, field(v))
				continue
			}
			for _, x := range v.Interface().(Columns).Numbers() {
				line = append(line, field(reflect.Indirect(reflect.ValueOf(x))))
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// field is a value in CSV.
func field(v reflect.Value) string {
	switch {
	case !v.IsValid():
		return ""
	case v.CanFloat():
		if x := v.Float(); !math.IsNaN(x) && !math.IsInf(x, 0) {
			return strconv.FormatFloat(x, 'g', 9, 64)
		}
		return ""
	}
	return view.Field(fmt.Sprint(v))
}

// Of makes a table for people of records: of their columns that have a title.
func Of[T any](records []T) *Table {
	t := &Table{}
	columns := slices.DeleteFunc(columnsOf(reflect.TypeFor[T](), "", nil), func(c column) bool { return c.title == "" })
	for _, c := range columns {
		f := reflect.TypeFor[T]().FieldByIndex(c.index)
		kind := f.Type.Kind()
		t.Columns = append(t.Columns, Column{Title: c.title, Left: kind == reflect.String || kind == reflect.Bool})
	}
	for _, r := range records {
		var fields []string
		for _, c := range columns {
			fields = append(fields, c.text(reflect.ValueOf(r)))
		}
		t.Rows = append(t.Rows, Row{Fields: fields})
	}
	return t
}

// text is the value of a record in its column for people.
func (c *column) text(record reflect.Value) string {
	v := c.in(record)
	switch {
	case !v.IsValid() || v.CanFloat() && math.IsNaN(v.Float()):
		return view.Unknown
	case strings.Contains(c.format, "%%"):
		return fmt.Sprintf(c.format, 100*v.Float())
	case c.format != "":
		return fmt.Sprintf(c.format, v.Interface())
	}
	return Text(v.Interface())
}

// Text writes a value for people; what is unknown is a dash.
func Text(x any) string {
	switch x := x.(type) {
	case nil:
		return view.Unknown
	case string:
		return view.Clean(x)
	case *stats.Estimate:
		return view.WithInterval(x)
	case float64:
		return view.Number(x)
	case *float64:
		if x == nil {
			return view.Unknown
		}
		return view.Number(*x)
	}
	return view.Clean(fmt.Sprint(x))
}

// JSON writes an array with one object a record; unknown is null.
func JSON[T any](w io.Writer, records iter.Seq[T]) error {
	return Object(w, slices.AppendSeq([]T{}, records))
}

// Object writes one value as JSON, indented.
func Object(w io.Writer, value any) error {
	text, err := json.MarshalIndent(value, "", " ")
	if err == nil {
		_, err = w.Write(append(visible(text), '\n'))
	}
	return err
}

// JSONL writes the objects of [JSON], one a line.
func JSONL[T any](w io.Writer, records iter.Seq[T]) error {
	for r := range records {
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(visible(text), '\n')); err != nil {
			return err
		}
	}
	return nil
}

// visible writes the control and formatting characters of a JSON text as
// escapes, as far as JSON leaves them in strings, so that a terminal can show it.
func visible(text []byte) []byte {
	var b []byte
	for _, r := range string(text) {
		if r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			b = utf8.AppendRune(b, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			b = fmt.Appendf(b, `\u%04x`, unit)
		}
	}
	return b
}
