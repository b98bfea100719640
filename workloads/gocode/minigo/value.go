package minigo

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Value is a value of the subset. Its dynamic type is one of
//
//	int64      any integer type, already wrapped to its size
//	bool       bool
//	string     string
//	slice      any slice type; the zero slice is nil
//	array      any array type; copied when stored
//	*mapping   any map type; nil is the nil map
//	*closure   any function type; nil is the nil function
//	tuple      the results of a function that has not exactly one
//	nil        the literal nil before it is stored
//
// Values of one static type have one dynamic type, so the evaluator needs no
// conversions but the ones that the program writes.
type Value any

type (
	slice   []Value
	array   []Value
	tuple   []Value
	mapping struct {
		at   map[Value]int // place of each live key
		keys []Value       // in order of insertion, deleted ones included
		vals []Value
		live []bool
	}
	closure struct {
		typ      *ast.FuncType
		body     *ast.BlockStmt
		captured vars
	}
)

// vars are the variables of a function, by what declares them.
type vars map[types.Object]*Value

// items are those of a slice, an array or a tuple.
func items(v Value) (list []Value, ok bool) {
	switch v := v.(type) {
	case slice:
		return v, true
	case array:
		return v, true
	case tuple:
		return v, true
	}
	return nil, false
}

func (m *mapping) len() int {
	if m == nil {
		return 0
	}
	return len(m.at)
}

func (m *mapping) set(k, v Value) {
	if i, ok := m.at[k]; ok {
		m.vals[i] = v
		return
	}
	m.at[k] = len(m.keys)
	m.keys, m.vals, m.live = append(m.keys, k), append(m.vals, v), append(m.live, true)
}

func (m *mapping) delete(k Value) {
	if i, ok := m.at[k]; ok {
		m.live[i] = false
		delete(m.at, k)
	}
}

// clear drops the table: to empty it would take the time of what it once held.
func (m *mapping) clear() { *m = mapping{at: map[Value]int{}} }

// Of makes a value of a Go value: booleans, integers but uint and uint64,
// strings, and slices and maps of these, in any depth. It panics on others.
func Of(x any) Value { return of(reflect.ValueOf(x)) }

func of(x reflect.Value) Value {
	switch x.Kind() {
	case reflect.Bool:
		return x.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return x.Int()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(x.Uint())
	case reflect.String:
		return x.String()
	case reflect.Slice:
		s := make(slice, x.Len())
		for i := range s {
			s[i] = of(x.Index(i))
		}
		return s
	case reflect.Map:
		m := &mapping{at: map[Value]int{}}
		keys := make([]Value, 0, x.Len())
		byKey := map[Value]reflect.Value{}
		for _, k := range x.MapKeys() {
			keys = append(keys, of(k))
			byKey[of(k)] = x.MapIndex(k)
		}
		slices.SortFunc(keys, compareKeys) // the same order in every run
		for _, k := range keys {
			m.set(k, of(byKey[k]))
		}
		return m
	}
	panic("minigo: a value of no type of the subset")
}

// compareKeys orders keys of one type.
func compareKeys(a, b Value) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case string:
		return strings.Compare(a, b.(string))
	}
	if a == b {
		return 0
	} else if a == false {
		return -1
	}
	return 1
}

// Equal reports whether two values of one type hold the same: slices item by
// item, maps key by key, and nil is equal to empty. Functions are never equal.
func Equal(a, b Value) bool {
	looks := 1 << 20 // slices of slices can share rows, and be much larger than their memory
	return equal(a, b, &looks)
}

func equal(a, b Value, looks *int) bool {
	if *looks--; *looks < 0 {
		return false
	}
	if list, ok := items(a); ok {
		other, ok := items(b)
		return ok && slices.EqualFunc(list, other, func(x, y Value) bool { return equal(x, y, looks) })
	}
	switch a := a.(type) {
	case *mapping:
		b, ok := b.(*mapping)
		if !ok || a.len() != b.len() {
			return false
		}
		if a == nil || b == nil {
			return true
		}
		for k, i := range a.at {
			j, ok := b.at[k]
			if !ok || !equal(a.vals[i], b.vals[j], looks) {
				return false
			}
		}
		return true
	case *closure:
		return false
	}
	return a == b
}

// longestText bounds what [Text] returns, in bytes, roughly.
const longestText = 80

// Text shows a value for a message: numbers in decimal, strings quoted, slices
// as [1 2], maps as {1: 2} in the order of keys. Long ones are cut.
func Text(v Value) string {
	var b strings.Builder
	write(&b, v)
	if b.Len() > longestText {
		return strings.ToValidUTF8(b.String()[:longestText], "") + "…"
	}
	return b.String()
}

func write(b *strings.Builder, v Value) {
	if b.Len() > longestText {
		return
	}
	switch v := v.(type) {
	case int64, bool:
		fmt.Fprint(b, v)
	case string:
		if len(v) > longestText {
			v = v[:longestText]
		}
		b.WriteString(strconv.Quote(v))
	case slice:
		b.WriteByte('[')
		write(b, tuple(v))
		b.WriteByte(']')
	case array:
		write(b, slice(v))
	case tuple:
		for i, x := range v[:min(len(v), longestText)] {
			if i > 0 {
				b.WriteByte(' ')
			}
			write(b, x)
		}
	case *mapping:
		b.WriteByte('{')
		if v != nil {
			keys := slices.SortedFunc(maps.Keys(v.at), compareKeys)
			for i, k := range keys[:min(len(keys), longestText)] {
				if i > 0 {
					b.WriteString(", ")
				}
				write(b, k)
				b.WriteString(": ")
				write(b, v.vals[v.at[k]])
			}
		}
		b.WriteByte('}')
	default:
		b.WriteString("a function")
	}
}
