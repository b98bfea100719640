package minigo

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
)

// Limits end a call. Each is a number of its own kind, none is a time.
type Limits struct {
	Steps int // expressions and statements evaluated, and eight bytes or items copied or compared
	Bytes int // bytes allocated, with 16 for an item of a slice, array or map; nothing is given back
	Depth int // nested calls
}

// DefaultLimits stop a runaway function after a few milliseconds.
func DefaultLimits() Limits { return Limits{Steps: 50_000, Bytes: 1 << 20, Depth: 200} }

// Outcome is what a call came to.
type Outcome struct {
	Value          Value
	Steps          int // steps taken, of the first of two runs
	Offset, Length int // the return statement that gave Value, in the source
}

// Fault is why a call came to nothing: a limit, or what Go would panic for.
type Fault struct {
	Offset, Length int // where in the source
	Msg            string
	// Internal is true when the evaluator itself is at fault. It should never be.
	Internal bool
}

// Error implements error.
func (f *Fault) Error() string { return f.Msg }

// machine is one run.
type machine struct {
	*Program
	limits       Limits
	steps, bytes int
	depth        int
	backwards    bool   // walk maps from the last key to the first
	label        string // of the break or continue under way
	last         ast.Node
}

// Call calls a function with arguments made by [Of]. The error is a *Fault.
func (p *Program) Call(limits Limits, name string, args ...Value) (Outcome, error) {
	fn, ok := p.pkg.Scope().Lookup(name).(*types.Func)
	if !ok {
		return Outcome{}, &Fault{Msg: fmt.Sprintf("there is no function %s", name)}
	}
	params := fn.Signature().Params()
	if params.Len() != len(args) {
		return Outcome{}, &Fault{Msg: fmt.Sprintf("%s has %d parameters instead of %d", name, params.Len(), len(args))}
	}
	for i, a := range args {
		if !fits(params.At(i).Type(), a) {
			return Outcome{}, &Fault{Msg: fmt.Sprintf("parameter %d of %s has type %s", i+1, name, params.At(i).Type())}
		}
	}
	return p.twice(limits, func(m *machine) Value {
		own := make([]Value, len(args))
		for i, a := range args {
			own[i] = m.deepCopy(a)
		}
		return m.call(p.funcs[fn].body, p.funcs[fn], own)
	})
}

// Eval evaluates an expression in the scope of the program, for example
// "sum([]int{1, 2})". Its own faults have the offset -1.
func (p *Program) Eval(limits Limits, expr string) (Outcome, error) {
	fail := func(format string, args ...any) (Outcome, error) {
		return Outcome{}, &Fault{Offset: -1, Msg: fmt.Sprintf(format, args...)}
	}
	if deepest, _ := new(Report).brackets(expr); deepest > MaxNesting || len(expr) > MaxSource {
		return fail("too long or nested too deeply")
	}
	e, err := parser.ParseExprFrom(p.fset, exprFile, expr, parser.SkipObjectResolution)
	if err != nil {
		return fail("not an expression")
	}
	if n, msg := dangerous(e); n != nil {
		return fail("%s", msg)
	}
	q := &Program{fset: p.fset, pkg: p.pkg, funcs: p.funcs, walks: p.walks, info: &types.Info{
		Types: maps.Clone(p.info.Types), Defs: maps.Clone(p.info.Defs), Uses: maps.Clone(p.info.Uses),
	}}
	if err := types.CheckExpr(q.fset, q.pkg, token.NoPos, e, q.info); err != nil {
		return fail("%s", message(err))
	}
	if n, msg := q.outside(e); n != nil {
		return fail("%s", msg)
	}
	return q.twice(limits, func(m *machine) Value { return m.eval(nil, e) })
}

// exprFile is the file name of expressions for Eval.
const exprFile = "expression"

// twice runs a function, and if the program walks a map once more in the
// opposite order.
func (p *Program) twice(limits Limits, f func(*machine) Value) (Outcome, error) {
	first, err := p.once(limits, false, f)
	if err != nil || !p.walks {
		return first, err
	}
	second, err := p.once(limits, true, f)
	if err != nil {
		return second, err
	}
	if !Equal(first.Value, second.Value) {
		return Outcome{}, &Fault{Offset: first.Offset, Length: first.Length, Msg: "the result depends on the order in which a map is walked"}
	}
	return first, nil
}

func (p *Program) once(limits Limits, backwards bool, f func(*machine) Value) (out Outcome, err error) {
	m := &machine{Program: p, limits: limits, backwards: backwards}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Fault:
			err = r
		default:
			err = &Fault{Msg: fmt.Sprintf("the evaluator failed: %v", r), Internal: true}
		}
	}()
	out.Value = f(m)
	out.Steps = m.steps
	if m.last != nil {
		out.Offset, out.Length = m.place(m.last)
	}
	return out, nil
}

func (m *machine) place(n ast.Node) (offset, length int) {
	if pos := m.fset.PositionFor(n.Pos(), false); pos.Filename == "" {
		return pos.Offset, int(n.End() - n.Pos())
	}
	return -1, 0
}

// fail ends the run.
func (m *machine) fail(at ast.Node, format string, args ...any) {
	f := &Fault{Msg: fmt.Sprintf(format, args...)}
	if at != nil {
		f.Offset, f.Length = m.place(at)
	}
	panic(f)
}

// work counts steps.
func (m *machine) work(at ast.Node, steps int) {
	if m.steps += steps; m.steps > m.limits.Steps {
		m.fail(at, "not done after %d steps", m.limits.Steps)
	}
}

// itemBytes is what an item of a slice, array or map is counted as.
const itemBytes = 16

// alloc counts bytes before they are allocated.
func (m *machine) alloc(at ast.Node, n, each int) {
	if n > (m.limits.Bytes-m.bytes)/each {
		m.fail(at, "more than %d bytes of memory", m.limits.Bytes)
	}
	m.bytes += n * each
	m.work(at, n*each/64)
}

// deepCopy gives a run its own arguments.
func (m *machine) deepCopy(v Value) Value {
	switch v := v.(type) {
	case slice:
		c := make(slice, len(v))
		for i, x := range v {
			c[i] = m.deepCopy(x)
		}
		return c
	case *mapping:
		c := &mapping{at: map[Value]int{}}
		for i, k := range v.keys {
			if v.live[i] {
				c.set(k, m.deepCopy(v.vals[i]))
			}
		}
		return c
	}
	return v
}

// fits reports whether a value made by Of can be an argument of a type.
func fits(t types.Type, v Value) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch v := v.(type) {
		case int64:
			return t.Info()&types.IsInteger != 0 && wrap(t, v) == v
		case bool:
			return t.Info()&types.IsBoolean != 0
		case string:
			return t.Info()&types.IsString != 0
		}
	case *types.Slice:
		s, ok := v.(slice)
		for _, x := range s {
			ok = ok && fits(t.Elem(), x)
		}
		return ok
	case *types.Map:
		m, ok := v.(*mapping)
		if ok {
			for k, i := range m.at {
				ok = ok && fits(t.Key(), k) && fits(t.Elem(), m.vals[i])
			}
		}
		return ok
	}
	return false
}

// wrap cuts an integer to the size of its type.
func wrap(t types.Type, x int64) int64 {
	if b, ok := t.Underlying().(*types.Basic); ok {
		switch b.Kind() {
		case types.Int8:
			return int64(int8(x))
		case types.Int16:
			return int64(int16(x))
		case types.Int32, types.UntypedRune:
			return int64(int32(x))
		case types.Uint8:
			return int64(uint8(x))
		case types.Uint16:
			return int64(uint16(x))
		case types.Uint32:
			return int64(uint32(x))
		}
	}
	return x
}

// zero is the zero value of a type.
func (m *machine) zero(at ast.Node, t types.Type) Value {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsString != 0:
			return ""
		case t.Info()&types.IsBoolean != 0:
			return false
		}
		return int64(0)
	case *types.Slice:
		return slice(nil)
	case *types.Map:
		return (*mapping)(nil)
	case *types.Array:
		n := int(min(t.Len(), 1<<40))
		m.alloc(at, n, itemBytes)
		a := make(array, n)
		for i := range a {
			a[i] = m.zero(at, t.Elem())
		}
		return a
	}
	return (*closure)(nil)
}

// constant is the value that the type checker computed.
func (m *machine) constant(at ast.Node, tv types.TypeAndValue) Value {
	switch v := tv.Value; v.Kind() {
	case constant.Bool:
		return constant.BoolVal(v)
	case constant.String:
		return constant.StringVal(v)
	default:
		n, exact := constant.Int64Val(constant.ToInt(v))
		if !exact {
			m.fail(at, "the constant %s is out of range", v)
		}
		return n
	}
}

// stored is what a variable or an item of type t holds after v was stored in
// it. Arrays are values and are copied, whatever t is: the blank identifier has
// no type. The literal nil, which the type checker leaves without a type,
// becomes the nil of t; items of an array are no such literals.
func (m *machine) stored(at ast.Node, t types.Type, v Value) Value {
	switch v := v.(type) {
	case nil:
		return m.zero(at, t)
	case array:
		m.alloc(at, len(v), itemBytes)
		c := make(array, len(v))
		for i, e := range v {
			c[i] = m.stored(at, nil, e)
		}
		return c
	}
	return v
}
