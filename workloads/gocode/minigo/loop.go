package minigo

import (
	"go/ast"
	"go/token"
	"iter"
)

// leaves reports whether a loop or switch with this label ends with c, and how
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
	for k, v := range m.pairs(s, m.eval(f, s.X)) {
		m.work(s, 1)
		m.rangeVar(f, s, s.Key, k)
		m.rangeVar(f, s, s.Value, v)
		if leave, as := m.leaves(m.block(f, s.Body.List), label); leave {
			return as
		}
	}
	return next
}

// pairs are the keys and values that a range statement visits.
func (m *machine) pairs(s *ast.RangeStmt, x Value) iter.Seq2[Value, Value] {
	return func(yield func(k, v Value) bool) {
		switch x := x.(type) {
		case int64:
			for i := range x {
				if !yield(i, nil) {
					return
				}
			}
		case string:
			for i, r := range x {
				if !yield(int64(i), int64(r)) {
					return
				}
			}
		case *mapping:
			m.walk(s, x, yield)
		default:
			if a, ok := x.(array); ok && s.Value != nil {
				x = m.stored(s, m.typeOf(s.X), a)
			}
			list, _ := items(x)
			for i, v := range list {
				if !yield(int64(i), v) {
					return
				}
			}
		}
	}
}

// walk visits the live keys of a map. Entries may come and go meanwhile.
func (m *machine) walk(at ast.Node, x *mapping, yield func(k, v Value) bool) {
	if x == nil {
		return
	}
	m.work(at, len(x.keys)/8) // dead keys are passed over too
	last := len(x.keys) - 1
	for n := 0; m.backwards && n <= last || !m.backwards && n < len(x.keys); n++ {
		i := n
		if m.backwards {
			i = last - n
		}
		if i < len(x.keys) && x.live[i] && !yield(x.keys[i], x.vals[i]) {
			return
		}
	}
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
