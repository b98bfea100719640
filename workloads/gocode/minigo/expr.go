package minigo

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"
)

// eval evaluates an expression; f is nil outside functions.
func (m *machine) eval(f *frame, e ast.Expr) Value {
	m.work(e, 1)
	tv := m.info.Types[e]
	if tv.Value != nil {
		return m.constant(e, tv)
	}
	if tv.IsNil() {
		return nil
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return m.eval(f, e.X)
	case *ast.Ident:
		if fn := m.funcs[m.info.Uses[e]]; fn != nil {
			return fn
		}
		return *m.cell(f, e)
	case *ast.FuncLit:
		c := &closure{typ: e.Type, body: e.Body}
		if f != nil {
			m.alloc(e, len(f.vars), itemBytes)
			c.captured = maps.Clone(f.vars)
		}
		return c
	case *ast.UnaryExpr:
		return m.unary(e.Op, tv.Type, m.eval(f, e.X))
	case *ast.BinaryExpr:
		x := m.eval(f, e.X)
		if e.Op == token.LAND || e.Op == token.LOR {
			if x.(bool) == (e.Op == token.LOR) {
				return x
			}
			return m.eval(f, e.Y)
		}
		return m.binary(e, e.Op, tv.Type, x, m.eval(f, e.Y))
	case *ast.IndexExpr:
		return m.item(e, m.eval(f, e.X), m.eval(f, e.Index))
	case *ast.SliceExpr:
		return m.sliceOf(f, e)
	case *ast.CompositeLit:
		return m.composite(f, e, tv.Type)
	case *ast.CallExpr:
		return m.callExpr(f, e, tv)
	}
	m.fail(e, "an expression outside the subset")
	return nil
}

func (m *machine) unary(op token.Token, t types.Type, x Value) Value {
	switch op {
	case token.NOT:
		return !x.(bool)
	case token.SUB:
		return wrap(t, -x.(int64))
	case token.XOR:
		return wrap(t, ^x.(int64))
	}
	return x
}

// binary applies an operator other than && and ||; t is the type of the result.
func (m *machine) binary(at ast.Node, op token.Token, t types.Type, x, y Value) Value {
	switch op {
	case token.EQL:
		return m.same(at, x, y)
	case token.NEQ:
		return !m.same(at, x, y)
	}
	if a, ok := x.(string); ok {
		b := y.(string)
		if op == token.ADD {
			m.alloc(at, len(a)+len(b), 1)
			return a + b
		}
		m.work(at, min(len(a), len(b))/8)
		return orders[op](strings.Compare(a, b))
	}
	a, b := x.(int64), y.(int64)
	if orders[op] != nil {
		return orders[op](cmp.Compare(a, b))
	}
	switch {
	case integers[op] == nil:
		m.fail(at, "an operator outside the subset")
	case b == 0 && (op == token.QUO || op == token.REM):
		m.fail(at, "division by zero")
	case b < 0 && (op == token.SHL || op == token.SHR):
		m.fail(at, "a shift by a negative number")
	}
	return wrap(t, integers[op](a, b))
}

// orders are the operators that compare, applied to the order of their operands.
var orders = map[token.Token]func(order int) bool{
	token.LSS: func(order int) bool { return order < 0 },
	token.LEQ: func(order int) bool { return order <= 0 },
	token.GTR: func(order int) bool { return order > 0 },
	token.GEQ: func(order int) bool { return order >= 0 },
}

// integers are the other operators on integers, before the result is wrapped.
var integers = map[token.Token]func(a, b int64) int64{
	token.ADD:     func(a, b int64) int64 { return a + b },
	token.SUB:     func(a, b int64) int64 { return a - b },
	token.MUL:     func(a, b int64) int64 { return a * b },
	token.QUO:     func(a, b int64) int64 { return a / b },
	token.REM:     func(a, b int64) int64 { return a % b },
	token.AND:     func(a, b int64) int64 { return a & b },
	token.OR:      func(a, b int64) int64 { return a | b },
	token.XOR:     func(a, b int64) int64 { return a ^ b },
	token.AND_NOT: func(a, b int64) int64 { return a &^ b },
	token.SHL:     func(a, b int64) int64 { return a << b },
	token.SHR:     func(a, b int64) int64 { return a >> b },
}

// item is x[i].
func (m *machine) item(e *ast.IndexExpr, x, i Value) Value {
	if list, ok := items(x); ok {
		return list[m.index(e, i, len(list))]
	}
	switch x := x.(type) {
	case string:
		return int64(x[m.index(e, i, len(x))])
	case *mapping:
		m.hash(e, i)
		if x != nil {
			if at, ok := x.at[i]; ok {
				return x.vals[at]
			}
		}
		return m.zero(e, m.typeOf(e.X).Underlying().(*types.Map).Elem())
	}
	m.fail(e, "an index outside the subset")
	return nil
}

// sliceOf is x[low:high] of a slice or a string.
func (m *machine) sliceOf(f *frame, e *ast.SliceExpr) Value {
	x := m.eval(f, e.X)
	bound := func(b ast.Expr, preset, most int) int {
		if b == nil {
			return preset
		}
		k := m.eval(f, b).(int64)
		if k < 0 || k > int64(most) {
			m.fail(e, "slice bound %d out of range, the most is %d", k, most)
		}
		return int(k)
	}
	bounds := func(length, most int) (low, high int) {
		low, high = bound(e.Low, 0, most), bound(e.High, length, most)
		if low > high {
			m.fail(e, "slice bounds %d and %d are the wrong way round", low, high)
		}
		return low, high
	}
	switch x := x.(type) {
	case string:
		low, high := bounds(len(x), len(x))
		return x[low:high]
	case slice:
		low, high := bounds(len(x), cap(x))
		return x[low:high]
	}
	m.fail(e, "a slice outside the subset")
	return nil
}

// composite is a literal of a slice, an array or a map.
func (m *machine) composite(f *frame, e *ast.CompositeLit, t types.Type) Value {
	switch t := t.Underlying().(type) {
	case *types.Map:
		x := &mapping{at: map[Value]int{}}
		for _, el := range e.Elts {
			kv := el.(*ast.KeyValueExpr)
			k := m.element(f, kv.Key, t.Key())
			m.alloc(e, 3, itemBytes)
			x.set(k, m.stored(e, t.Elem(), m.element(f, kv.Value, t.Elem())))
		}
		return x
	case *types.Array:
		a := m.zero(e, t).(array)
		m.elements(f, e, t.Elem(), func(i int, v Value) { a[i] = v })
		return a
	case *types.Slice:
		n := 0
		m.places(e, func(i int, _ ast.Expr) { n = max(n, i+1) })
		s := m.makeSlice(e, t.Elem(), n, n)
		m.elements(f, e, t.Elem(), func(i int, v Value) { s[i] = v })
		return s
	}
	m.fail(e, "a literal outside the subset")
	return nil
}

// places calls do with the index and the value of each element of a literal.
func (m *machine) places(e *ast.CompositeLit, do func(i int, value ast.Expr)) {
	i := 0
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			i = int(min(m.constant(el, m.info.Types[kv.Key]).(int64), 1<<40))
			el = kv.Value
		}
		do(i, el)
		i++
	}
}

func (m *machine) elements(f *frame, e *ast.CompositeLit, t types.Type, set func(i int, v Value)) {
	m.places(e, func(i int, value ast.Expr) {
		set(i, m.stored(e, t, m.element(f, value, t)))
	})
}

// element evaluates an element, which may be a literal without its type.
func (m *machine) element(f *frame, e ast.Expr, t types.Type) Value {
	if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
		m.work(e, 1)
		return m.composite(f, lit, t)
	}
	return m.eval(f, e)
}

// makeSlice allocates a slice of zero values.
func (m *machine) makeSlice(at ast.Node, elem types.Type, n, c int) slice {
	m.alloc(at, c, itemBytes)
	s := make(slice, c)
	for i := range s {
		s[i] = m.zero(at, elem)
	}
	return s[:n]
}
