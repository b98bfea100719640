package minigo

import (
	"go/ast"
	"go/token"
	"unicode/utf8"
)

// leaves tells whether a loop or switch with this label ends with c, and how
// the statement as a whole then ended.
func (m *machine) leaves(c ctrl, label string) (leave bool, as ctrl) {
	mine := m.label == "" || m.label == label
	switch {
	case c == next:
		return false, next
	case c == brk && mine:
		return true, next
	case c == cont && mine:
		return false, next
	}
	return true, c
}

func (m *machine) forLoop(f *frame, s *ast.ForStmt, label string) ctrl {
	if s.Init != nil {
		m.exec(f, s.Init, "")
	}
	for s.Cond == nil || m.eval(f, s.Cond).(bool) {
		m.work(s, 1)
		if leave, as := m.leaves(m.block(f, s.Body.List), label); leave {
			return as
		}
		m.renew(f, s.Init)
		if s.Post != nil {
			m.exec(f, s.Post, "")
		}
	}
	return next
}

// renew gives the next iteration its own copies of the variables of the loop,
// so that function literals keep those of the iteration they were made in.
func (m *machine) renew(f *frame, init ast.Stmt) {
	a, ok := init.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE {
		return
	}
	for _, e := range a.Lhs {
		if id, ok := e.(*ast.Ident); ok {
			if obj := m.info.Defs[id]; obj != nil && f.vars[obj] != nil {
				v := *f.vars[obj]
				f.vars[obj] = &v
			}
		}
	}
}

// rangeLoop walks an integer, a slice, an array, a string or a map.
func (m *machine) rangeLoop(f *frame, s *ast.RangeStmt, label string) ctrl {
	x := m.eval(f, s.X)
	step := func(k, v Value) (bool, ctrl) {
		m.work(s, 1)
		m.rangeVar(f, s, s.Key, k)
		m.rangeVar(f, s, s.Value, v)
		return m.leaves(m.block(f, s.Body.List), label)
	}
	switch x := x.(type) {
	case int64:
		for i := range x {
			if leave, as := step(i, nil); leave {
				return as
			}
		}
	case slice:
		for i := range x.len {
			if leave, as := step(int64(i), *x.at(i)); leave {
				return as
			}
		}
	case *array:
		if s.Value != nil {
			x = m.stored(s, m.typeOf(s.X), x).(*array)
		}
		for i := range x.elems {
			if leave, as := step(int64(i), x.elems[i]); leave {
				return as
			}
		}
	case string:
		for i := 0; i < len(x); {
			r, size := utf8.DecodeRuneInString(x[i:])
			if leave, as := step(int64(i), int64(r)); leave {
				return as
			}
			i += size
		}
	case *mapping:
		return m.walk(s, x, step)
	}
	return next
}

// walk visits the live keys of a map. Entries may come and go meanwhile.
func (m *machine) walk(at ast.Node, x *mapping, step func(k, v Value) (bool, ctrl)) ctrl {
	if x == nil {
		return next
	}
	m.work(at, len(x.keys)/8) // dead keys are passed over too
	visit := func(i int) (bool, ctrl) {
		if i >= len(x.keys) || !x.live[i] {
			return false, next
		}
		return step(x.keys[i], x.vals[i])
	}
	if m.backwards {
		for i := len(x.keys) - 1; i >= 0; i-- {
			if leave, as := visit(i); leave {
				return as
			}
		}
		return next
	}
	for i := 0; i < len(x.keys); i++ {
		if leave, as := visit(i); leave {
			return as
		}
	}
	return next
}

// rangeVar stores one variable of a range statement.
func (m *machine) rangeVar(f *frame, s *ast.RangeStmt, target ast.Expr, v Value) {
	switch {
	case target == nil:
	case s.Tok == token.DEFINE:
		m.declare(f, target.(*ast.Ident), v)
	default:
		m.placeOf(f, target).set(m.stored(target, m.typeOf(target), v))
	}
}
