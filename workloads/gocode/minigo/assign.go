package minigo

import (
	"go/ast"
	"go/token"
	"go/types"
)

// place is something that can be assigned to.
type place struct {
	typ types.Type
	get func() Value
	set func(Value)
}

// placeOf evaluates the operands of a left-hand side, once.
func (m *machine) placeOf(f *frame, e ast.Expr) place {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return m.placeOf(f, e.X)
	case *ast.Ident:
		if e.Name == "_" {
			return place{typ: types.Typ[types.Int], set: func(Value) {}}
		}
		cell := m.cell(f, e)
		return place{typ: m.typeOf(e), get: func() Value { return *cell }, set: func(v Value) { *cell = v }}
	case *ast.IndexExpr:
		var x func() Value
		if _, ok := m.typeOf(e.X).Underlying().(*types.Array); ok {
			x = m.placeOf(f, e.X).get // an array is part of its variable, which may get another value meanwhile
		} else {
			v := m.eval(f, e.X)
			x = func() Value { return v }
		}
		i := m.eval(f, e.Index)
		return place{
			typ: m.typeOf(e),
			get: func() Value { return m.item(e, x(), i) },
			set: func(v Value) { m.setItem(e, x(), i, v) },
		}
	}
	m.fail(e, "an assignment outside the subset")
	return place{}
}

// cell is the variable that an identifier means.
func (m *machine) cell(f *frame, id *ast.Ident) *Value {
	obj := m.info.Uses[id]
	if obj == nil {
		obj = m.info.Defs[id]
	}
	if f == nil || f.vars[obj] == nil {
		m.fail(id, "%s has no value here", id.Name)
	}
	return f.vars[obj]
}

func (m *machine) setItem(e *ast.IndexExpr, x, i, v Value) {
	if list, ok := items(x); ok {
		list[m.index(e, i, len(list))] = v
		return
	}
	table := x.(*mapping)
	if table == nil {
		m.fail(e, "an assignment to a nil map")
	}
	if _, ok := table.at[i]; !ok {
		m.alloc(e, 3, itemBytes)
	}
	m.hash(e, i)
	table.set(i, v)
}

// hash counts the steps of looking a key up.
func (m *machine) hash(at ast.Node, key Value) {
	if s, ok := key.(string); ok {
		m.work(at, len(s)/8)
	}
}

// index checks an index against a length.
func (m *machine) index(at ast.Node, i Value, n int) int {
	k := i.(int64)
	if k < 0 || k >= int64(n) {
		m.fail(at, "index %d out of range, the length is %d", k, n)
	}
	return int(k)
}

// assign runs =, := and the operators with =. As in Go, all operands are
// evaluated before anything is stored, and then stored from left to right.
func (m *machine) assign(f *frame, s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		p := m.placeOf(f, s.Lhs[0])
		old := p.get()
		op := s.Tok + token.ADD - token.ADD_ASSIGN
		p.set(m.binary(s, op, m.typeOf(s.Lhs[0]), old, m.eval(f, s.Rhs[0])))
		return
	}
	if s.Tok == token.DEFINE {
		values := m.values(f, s.Rhs, len(s.Lhs))
		for i, e := range s.Lhs {
			id := e.(*ast.Ident)
			if m.info.Uses[id] != nil { // declared before, in the same scope
				*m.cell(f, id) = m.stored(s, m.typeOf(id), values[i])
			} else {
				m.declare(f, id, values[i])
			}
		}
		return
	}
	places := make([]place, len(s.Lhs))
	for i, e := range s.Lhs {
		places[i] = m.placeOf(f, e)
	}
	values := m.values(f, s.Rhs, len(s.Lhs))
	for i := range values {
		values[i] = m.stored(s, places[i].typ, values[i]) // before any place changes
	}
	for i, p := range places {
		p.set(values[i])
	}
}

// values evaluates right-hand sides for n places: one for each, one call with
// n results, or one look-up in a map with ", ok".
func (m *machine) values(f *frame, exprs []ast.Expr, n int) []Value {
	if len(exprs) == 1 && n == 2 {
		e := ast.Unparen(exprs[0])
		if ix, ok := e.(*ast.IndexExpr); ok {
			if t, ok := m.typeOf(ix.X).Underlying().(*types.Map); ok {
				x, k := m.eval(f, ix.X).(*mapping), m.eval(f, ix.Index)
				m.hash(ix, k)
				if x != nil {
					if i, ok := x.at[k]; ok {
						return []Value{x.vals[i], true}
					}
				}
				return []Value{m.zero(ix, t.Elem()), false}
			}
		}
	}
	return m.evalAll(f, exprs)
}

// evalAll evaluates expressions, spreading one call with several results.
func (m *machine) evalAll(f *frame, exprs []ast.Expr) []Value {
	if len(exprs) == 1 {
		v := m.eval(f, exprs[0])
		if t, ok := v.(tuple); ok {
			return t
		}
		return []Value{v}
	}
	values := make([]Value, len(exprs))
	for i, e := range exprs {
		values[i] = m.eval(f, e)
	}
	return values
}
