package minigo

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// ctrl is how a statement ended.
type ctrl int

const (
	next ctrl = iota
	brk       // a break is under way, to machine.label if that is set
	cont      // a continue is under way, likewise
	fall      // a fallthrough
	ret       // a return; frame.out holds the results
)

// frame is one activation of a function.
type frame struct {
	vars    vars
	named   []*Value // result variables that have a name
	results []types.Type
	out     Value
}

// declare makes a new variable. A name of nothing ("_") is not kept.
func (m *machine) declare(f *frame, id *ast.Ident, v Value) {
	if obj := m.info.Defs[id]; obj != nil {
		v = m.stored(id, obj.Type(), v)
		f.vars[obj] = &v
	}
}

// call runs a function. Arguments are bound to parameters by place.
func (m *machine) call(at ast.Node, fn *closure, args []Value) Value {
	if fn == nil {
		m.fail(at, "a call of a nil function")
	}
	if m.depth++; m.depth > m.limits.Depth {
		m.fail(at, "more than %d nested calls", m.limits.Depth)
	}
	defer func() { m.depth-- }()
	m.work(at, 1+len(fn.captured))
	f := &frame{vars: vars{}}
	maps.Copy(f.vars, fn.captured)
	i := 0
	for _, field := range fn.typ.Params.List {
		for _, id := range field.Names {
			m.declare(f, id, args[i])
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	if fn.typ.Results != nil {
		for _, field := range fn.typ.Results.List {
			for range max(1, len(field.Names)) {
				f.results = append(f.results, m.typeOf(field.Type))
			}
			for _, id := range field.Names {
				v := m.zero(id, m.typeOf(field.Type))
				if obj := m.info.Defs[id]; obj != nil {
					f.vars[obj] = &v
				}
				f.named = append(f.named, &v)
			}
		}
	}
	f.out = tuple(nil)
	m.block(f, fn.body.List)
	return f.out
}

func (m *machine) block(f *frame, list []ast.Stmt) ctrl {
	for _, s := range list {
		if c := m.exec(f, s, ""); c != next {
			return c
		}
	}
	return next
}

// exec runs a statement; label is its own label, if any.
func (m *machine) exec(f *frame, s ast.Stmt, label string) ctrl {
	m.work(s, 1)
	switch s := s.(type) {
	case *ast.AssignStmt:
		m.assign(f, s)
	case *ast.BlockStmt:
		return m.block(f, s.List)
	case *ast.BranchStmt:
		m.label = ""
		if s.Label != nil {
			m.label = s.Label.Name
		}
		switch s.Tok {
		case token.BREAK:
			return brk
		case token.CONTINUE:
			return cont
		}
		return fall
	case *ast.DeclStmt:
		m.declStmt(f, s.Decl.(*ast.GenDecl))
	case *ast.EmptyStmt:
	case *ast.ExprStmt:
		m.eval(f, s.X)
	case *ast.ForStmt:
		return m.forLoop(f, s, label)
	case *ast.IfStmt:
		if s.Init != nil {
			m.exec(f, s.Init, "")
		}
		if m.eval(f, s.Cond).(bool) {
			return m.block(f, s.Body.List)
		} else if s.Else != nil {
			return m.exec(f, s.Else, "")
		}
	case *ast.IncDecStmt:
		p := m.placeOf(f, s.X)
		d := int64(1)
		if s.Tok == token.DEC {
			d = -1
		}
		p.set(wrap(m.typeOf(s.X), p.get().(int64)+d))
	case *ast.LabeledStmt:
		return m.exec(f, s.Stmt, s.Label.Name)
	case *ast.RangeStmt:
		return m.rangeLoop(f, s, label)
	case *ast.ReturnStmt:
		m.returns(f, s)
		return ret
	case *ast.SwitchStmt:
		return m.switches(f, s, label)
	default:
		m.fail(s, "a statement outside the subset")
	}
	return next
}

func (m *machine) declStmt(f *frame, d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return // the type checker has dealt with constants
	}
	for _, spec := range d.Specs {
		s := spec.(*ast.ValueSpec)
		if len(s.Values) == 0 {
			for _, id := range s.Names {
				m.declare(f, id, m.zero(id, m.typeOf(s.Type)))
			}
			continue
		}
		for i, v := range m.values(f, s.Values, len(s.Names)) {
			m.declare(f, s.Names[i], v)
		}
	}
}

func (m *machine) returns(f *frame, s *ast.ReturnStmt) {
	if len(s.Results) > 0 {
		values := m.evalAll(f, s.Results)
		for i := range values {
			values[i] = m.stored(s, f.results[i], values[i])
		}
		for i, p := range f.named {
			*p = values[i]
		}
		f.out = pack(values)
	} else if len(f.named) > 0 {
		values := make([]Value, len(f.named))
		for i, p := range f.named {
			values[i] = *p
		}
		f.out = pack(values)
	}
	if m.depth == 1 {
		m.last = s
	}
}

// pack makes the value of a call from its results.
func pack(values []Value) Value {
	if len(values) == 1 {
		return values[0]
	}
	return tuple(values)
}

func (m *machine) switches(f *frame, s *ast.SwitchStmt, label string) ctrl {
	if s.Init != nil {
		m.exec(f, s.Init, "")
	}
	var tag Value = true
	if s.Tag != nil {
		tag = m.eval(f, s.Tag)
	}
	hit := -1
	for i, c := range s.Body.List {
		list := c.(*ast.CaseClause).List
		if list == nil && hit < 0 {
			hit = i // default, unless a case matches
		}
		if slices.ContainsFunc(list, func(e ast.Expr) bool { return m.same(e, tag, m.eval(f, e)) }) {
			hit = i
			break
		}
	}
	if hit < 0 {
		return next
	}
	for _, c := range s.Body.List[hit:] {
		result := m.block(f, c.(*ast.CaseClause).Body)
		if result == fall {
			continue
		}
		if result == brk && (m.label == "" || m.label == label) {
			return next
		}
		return result
	}
	return next
}

// same is the operator == on values that Go can compare.
func (m *machine) same(at ast.Node, a, b Value) bool {
	if a == nil || b == nil {
		return isNil(a) && isNil(b)
	}
	switch a := a.(type) {
	case string:
		m.work(at, min(len(a), len(b.(string)))/8)
	case array:
		m.work(at, len(a))
		return slices.EqualFunc(a, b.(array), func(x, y Value) bool { return m.same(at, x, y) })
	}
	return a == b
}

// isNil reports whether a value is nil, with or without a type.
func isNil(v Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case slice:
		return v == nil
	case *mapping:
		return v == nil
	case *closure:
		return v == nil
	}
	return false
}
