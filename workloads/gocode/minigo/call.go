package minigo

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"unicode/utf8"
)

// callExpr is a conversion, a built-in function or a call.
func (m *machine) callExpr(f *frame, e *ast.CallExpr, tv types.TypeAndValue) Value {
	fun := m.info.Types[e.Fun]
	switch {
	case fun.IsType():
		return m.convert(e, fun.Type, m.typeOf(e.Args[0]), m.eval(f, e.Args[0]))
	case fun.IsBuiltin():
		id := ast.Unparen(e.Fun).(*ast.Ident)
		return m.builtin(f, e, id.Name, tv)
	}
	fn, ok := m.eval(f, e.Fun).(*closure)
	if !ok {
		m.fail(e, "a call outside the subset")
	}
	return m.call(e, fn, m.evalAll(f, e.Args))
}

// convert is T(x).
func (m *machine) convert(at ast.Node, to, from types.Type, x Value) Value {
	text := func(t types.Type) bool {
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Info()&types.IsString != 0
	}
	switch x := x.(type) {
	case nil:
		return m.zero(at, to)
	case int64:
		if !text(to) {
			return wrap(to, x)
		}
		if x < 0 || x > utf8.MaxRune {
			x = utf8.RuneError
		}
		return string(rune(x))
	case string:
		if text(to) {
			return x
		}
		return m.items(at, to, x)
	case slice:
		if !text(to) {
			return x
		}
		return m.join(at, from, x)
	}
	return x
}

// items makes []byte or []rune of a string.
func (m *machine) items(at ast.Node, to types.Type, s string) slice {
	elem := to.Underlying().(*types.Slice).Elem()
	m.alloc(at, len(s), itemBytes)
	out := make(slice, 0, len(s))
	if isByte(elem) {
		for _, b := range []byte(s) {
			out = append(out, int64(b))
		}
	} else {
		for _, r := range s {
			out = append(out, int64(r))
		}
	}
	return slices.Clip(out)
}

// join makes a string of []byte or []rune.
func (m *machine) join(at ast.Node, from types.Type, s slice) Value {
	m.alloc(at, len(s), utf8.UTFMax)
	var b strings.Builder
	bytes := isByte(from.Underlying().(*types.Slice).Elem())
	for _, v := range s {
		if x := v.(int64); bytes {
			b.WriteByte(byte(x))
		} else {
			b.WriteRune(rune(x))
		}
	}
	return b.String()
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// builtin calls a built-in function.
func (m *machine) builtin(f *frame, e *ast.CallExpr, name string, tv types.TypeAndValue) Value {
	if name == "make" {
		return m.makes(f, e, tv.Type)
	}
	args := m.evalAll(f, e.Args)
	switch name {
	case "len", "cap":
		return m.length(args[0], name == "cap")
	case "append":
		return m.append(e, tv.Type, args)
	case "copy":
		return m.copies(e, args[0].(slice), args[1])
	case "min", "max":
		best := args[0]
		for _, a := range args[1:] {
			if m.less(e, a, best) == (name == "min") && !m.same(e, a, best) {
				best = a
			}
		}
		return best
	case "delete":
		m.hash(e, args[1])
		if x := args[0].(*mapping); x != nil {
			x.delete(args[1])
		}
	case "clear":
		m.clear(e, args[0])
	case "panic":
		m.fail(e, "panic: %s", Text(args[0]))
	}
	return tuple(nil)
}

func (m *machine) less(at ast.Node, a, b Value) bool {
	if a, ok := a.(string); ok {
		m.work(at, len(a)/8)
	}
	return compareKeys(a, b) < 0
}

func (m *machine) length(x Value, capacity bool) Value {
	switch x := x.(type) {
	case string:
		return int64(len(x))
	case *mapping:
		return int64(x.len())
	}
	list, _ := items(x)
	if capacity {
		return int64(cap(list))
	}
	return int64(len(list))
}

func (m *machine) clear(at *ast.CallExpr, x Value) {
	switch x := x.(type) {
	case *mapping:
		if x != nil {
			x.clear()
		}
	case slice:
		m.work(at, len(x))
		elem := m.typeOf(at.Args[0]).Underlying().(*types.Slice).Elem()
		for i := range x {
			x[i] = m.zero(at, elem)
		}
	}
}

// makes is make(T, n, c).
func (m *machine) makes(f *frame, e *ast.CallExpr, t types.Type) Value {
	sizes := []int{0, 0}
	for i, a := range e.Args[1:] {
		n := m.eval(f, a).(int64)
		if n < 0 || n > 1<<40 {
			m.fail(e, "make with the size %d", n)
		}
		sizes[i] = int(n)
	}
	n, c := sizes[0], sizes[1]
	if len(e.Args) < 3 {
		c = n
	}
	switch t := t.Underlying().(type) {
	case *types.Map:
		return &mapping{at: map[Value]int{}} // the size is only a hint
	case *types.Slice:
		if n > c {
			m.fail(e, "make with a length of %d and a capacity of %d", n, c)
		}
		return m.makeSlice(e, t.Elem(), n, c)
	}
	m.fail(e, "make outside the subset")
	return nil
}

// append is the built-in append. A full backing store is replaced by one twice
// as large; the growth rule of Go is not part of the language.
func (m *machine) append(e *ast.CallExpr, t types.Type, args []Value) Value {
	s := args[0].(slice)
	more := args[1:]
	if e.Ellipsis.IsValid() {
		switch x := args[1].(type) {
		case string:
			more = m.items(e, t, x)
		case slice:
			m.work(e, len(x)/8)
			more = slices.Clone(x) // the two may overlap
		}
	}
	if len(more) == 0 {
		return s
	}
	at, n := len(s), len(s)+len(more)
	elem := t.Underlying().(*types.Slice).Elem()
	if n > cap(s) {
		grown := m.makeSlice(e, elem, n, max(n, 2*cap(s)))
		copy(grown, s)
		s = grown
	}
	s = s[:n]
	for i, v := range more {
		s[at+i] = m.stored(e, elem, v)
	}
	return s
}

// copies is the built-in copy.
func (m *machine) copies(at *ast.CallExpr, to slice, from Value) Value {
	var n int
	switch x := from.(type) {
	case string:
		n = min(len(to), len(x))
		m.work(at, n/8)
		for i := range n {
			to[i] = int64(x[i])
		}
	case slice:
		n = min(len(to), len(x))
		m.work(at, n/8)
		elem := m.typeOf(at.Args[0]).Underlying().(*types.Slice).Elem()
		for i, v := range slices.Clone(x[:n]) { // the two may overlap
			to[i] = m.stored(at, elem, v)
		}
	}
	return int64(n)
}
