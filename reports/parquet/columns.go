package parquet

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines/usage"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
)

// Column is a column of a file: its name and what its values are.
type Column struct {
	Name string
	Type string // as DuckDB calls it: "BIGINT", "VARCHAR", "DOUBLE[]", …

	kind reflect.Type // of the field of a row that holds it
	more string       // what the tag of that field says behind the name
	of   func(record reflect.Value) (value any, known bool)
}

var (
	usageType    = reflect.TypeFor[usage.Usage]()
	estimateType = reflect.TypeFor[stats.Estimate]()
	columnsType  = reflect.TypeFor[table.Columns]()
	pairsType    = reflect.TypeFor[[][2]int64]()
	rawType      = reflect.TypeFor[json.RawMessage]()
)

// second is what the second numbers of a list of pairs are; the first are times in ns.
var second = map[string]string{"chunks": "tokens", "deliveries": "bytes"}

// step finds a part of a value; it is not valid where that is missing.
type step func(reflect.Value) reflect.Value

// columnsOf lists the columns of a record in the order of its fields. Names are the keys of
// JSON; those of records in it are joined by _. What a map of options holds is not known from
// the type, see [options].
func columnsOf(t reflect.Type, before string, to step) (list []Column) {
	for i := range t.NumField() {
		f := t.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() && !f.Anonymous || key == "-" || key == "type" || key == "" && !f.Anonymous || f.Tag.Get("csv") == "-" {
			continue
		}
		name := strings.TrimSuffix(before+key, "_")
		field := func(record reflect.Value) reflect.Value {
			if record = to(record); !record.IsValid() {
				return record
			}
			return record.Field(i)
		}
		list = append(list, columnsAt(f.Type, name, field)...)
	}
	return list
}

// columnsAt lists the columns of a field.
func columnsAt(t reflect.Type, name string, at step) []Column {
	leaf := func(name string, of func(reflect.Value) (any, bool), kind reflect.Type, more string) Column {
		return Column{Name: name, kind: kind, more: more, Type: typeName(kind), of: func(record reflect.Value) (any, bool) {
			v := at(record)
			if !v.IsValid() {
				return nil, false
			}
			return of(v)
		}}
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return columnsAt(t.Elem(), name, func(record reflect.Value) reflect.Value {
			v := at(record)
			if !v.IsValid() || v.IsNil() {
				return reflect.Value{}
			}
			return v.Elem()
		})
	case t == usageType:
		return counters(name, leaf)
	case t == estimateType:
		return estimate(name, leaf)
	case t.Implements(columnsType):
		var list []Column
		for i, n := range reflect.Zero(t).Interface().(table.Columns).Names() {
			list = append(list, leaf(n, func(v reflect.Value) (any, bool) { return number(v.Interface().(table.Columns).Numbers()[i]) }, reflect.TypeFor[*float64](), "optional"))
		}
		return list
	case t == rawType:
		return []Column{leaf(name, func(v reflect.Value) (any, bool) { return string(v.Bytes()), v.Len() > 0 }, reflect.TypeFor[*string](), "optional")}
	case t == pairsType:
		var list []Column
		for i, n := range []string{"ns", second[name]} {
			list = append(list, leaf(name+"_"+n, func(v reflect.Value) (any, bool) {
				numbers := []int64{}
				for _, p := range v.Interface().([][2]int64) {
					numbers = append(numbers, p[i])
				}
				return numbers, true
			}, reflect.TypeFor[[]int64](), "list"))
		}
		return list
	case t.Kind() == reflect.Struct:
		if name != "" {
			name += "_"
		}
		return columnsOf(t, name, at)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		inner := columnsOf(t.Elem(), "", func(v reflect.Value) reflect.Value { return v })
		kind := reflect.SliceOf(rowOf(inner))
		c := leaf(name, func(v reflect.Value) (any, bool) {
			out := reflect.MakeSlice(kind, v.Len(), v.Len())
			for i := range v.Len() {
				put(inner, v.Index(i), out.Index(i))
			}
			return out.Interface(), true
		}, kind, "list")
		var parts []string
		for _, in := range inner {
			parts = append(parts, in.Name+" "+in.Type)
		}
		c.Type = fmt.Sprintf("STRUCT(%s)[]", strings.Join(parts, ", "))
		return []Column{c}
	case t.Kind() == reflect.Slice:
		kind := reflect.SliceOf(plain(t.Elem()))
		return []Column{leaf(name, func(v reflect.Value) (any, bool) {
			out := reflect.MakeSlice(kind, v.Len(), v.Len())
			for i := range v.Len() {
				out.Index(i).Set(v.Index(i).Convert(kind.Elem()))
			}
			return out.Interface(), true
		}, kind, "list")}
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Interface:
		return nil
	case t.Kind() == reflect.Map:
		return []Column{leaf(name, func(v reflect.Value) (any, bool) { return v.Interface(), true }, t, "")}
	}
	kind := reflect.PointerTo(plain(t))
	return []Column{leaf(name, func(v reflect.Value) (any, bool) {
		x := v.Convert(kind.Elem())
		return x.Interface(), !x.CanFloat() || finite(x.Float())
	}, kind, "optional")}
}

// rowOf is the type of a row of columns.
func rowOf(columns []Column) reflect.Type {
	var fields []reflect.StructField
	for i, c := range columns {
		tag := fmt.Sprintf(`parquet:"%s"`, strings.TrimSuffix(c.Name+","+c.more, ","))
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: c.kind, Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(fields)
}

// put writes a record into a row; what is not known stays null.
func put(columns []Column, record, row reflect.Value) {
	for i, c := range columns {
		x, known := c.of(record)
		switch field := row.Field(i); {
		case !known:
		case field.Kind() == reflect.Pointer:
			field.Set(reflect.New(field.Type().Elem()))
			field.Elem().Set(reflect.ValueOf(x))
		default:
			field.Set(reflect.ValueOf(x))
		}
	}
}

// counters are the columns of the counters of work, parts by kind of row behind the totals.
func counters(name string, leaf func(string, func(reflect.Value) (any, bool), reflect.Type, string) Column) (list []Column) {
	add := func(column string, c usage.Counter) {
		list = append(list, leaf(name+"_"+column, func(v reflect.Value) (any, bool) {
			n := v.Index(int(c)).Addr().Interface().(*usage.Count) // without a copy of all
			return n.Value()
		}, reflect.TypeFor[*int64](), "optional"))
	}
	for _, c := range usage.Counters() {
		add(c.String(), c)
	}
	for _, k := range usage.Kinds() {
		for _, c := range usage.Split() {
			add(k.String()+"_"+c.Entry().Part, c.In(k))
		}
	}
	return list
}

// estimate are the columns of a number with an interval.
func estimate(name string, leaf func(string, func(reflect.Value) (any, bool), reflect.Type, string) Column) []Column {
	part := func(name string, of func(stats.Estimate) *float64) Column {
		return leaf(name, func(v reflect.Value) (any, bool) { return number(of(v.Interface().(stats.Estimate))) }, reflect.TypeFor[*float64](), "optional")
	}
	end := func(of func(*stats.Interval) *float64) func(stats.Estimate) *float64 {
		return func(e stats.Estimate) *float64 {
			if e.CI == nil {
				return nil
			}
			return of(e.CI)
		}
	}
	return []Column{part(name, func(e stats.Estimate) *float64 { return &e.Value }),
		part(name+"_low", end(func(i *stats.Interval) *float64 { return &i.Low })), part(name+"_high", end(func(i *stats.Interval) *float64 { return &i.High }))}
}

// number is a number that is known and finite.
func number(x *float64) (any, bool) {
	if x == nil || !finite(*x) {
		return nil, false
	}
	return *x, true
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// options are the columns of the options of decoders: DOUBLE where all cells have a number,
// BOOLEAN for true and false, and else text, as JSON where it is no text.
func options(cells []map[string]any, at func(record reflect.Value) map[string]any) (list []Column) {
	kinds := map[string]reflect.Type{}
	for _, c := range cells {
		for name, v := range c {
			kind := reflect.TypeOf(v)
			if v == nil {
				continue
			}
			if was := kinds[name]; kind.Kind() != reflect.Bool && kind.Kind() != reflect.Float64 || was != nil && was != kind {
				kind = reflect.TypeFor[string]()
			}
			kinds[name] = kind
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		kind := kinds[name]
		list = append(list, Column{Name: "option_" + name, Type: typeName(kind), kind: reflect.PointerTo(kind), more: "optional", of: func(record reflect.Value) (any, bool) {
			v := at(record)[name]
			switch x := v.(type) {
			case nil:
				return nil, false
			case string:
				return x, true
			case float64, bool:
				if kind.Kind() != reflect.String {
					return x, true
				}
			}
			text, err := json.Marshal(v)
			return string(text), err == nil
		}})
	}
	return list
}

// plain is the type in which values of a type are written.
func plain(t reflect.Type) reflect.Type {
	switch kind := t.Kind(); {
	case kind == reflect.String:
		return reflect.TypeFor[string]()
	case kind == reflect.Bool:
		return reflect.TypeFor[bool]()
	case kind == reflect.Float64 || kind == reflect.Float32:
		return reflect.TypeFor[float64]()
	case kind >= reflect.Uint && kind <= reflect.Uint64:
		return reflect.TypeFor[uint64]()
	case kind >= reflect.Int && kind <= reflect.Int64:
		return reflect.TypeFor[int64]()
	}
	panic(fmt.Sprintf("parquet: no column for %s", t))
}

// typeName is what DuckDB calls the values of a type.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		return typeName(t.Elem()) + "[]"
	case reflect.Map:
		return fmt.Sprintf("MAP(VARCHAR, %s)", typeName(t.Elem()))
	}
	return map[reflect.Kind]string{reflect.String: "VARCHAR", reflect.Bool: "BOOLEAN", reflect.Float64: "DOUBLE", reflect.Uint64: "UBIGINT", reflect.Int64: "BIGINT"}[t.Kind()]
}
