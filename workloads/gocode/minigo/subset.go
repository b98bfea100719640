package minigo

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

const tooDeep = "nested too deeply"

// maxType bounds a type, in bytes of its text as the type checker would write it
// into a message, where func(a, b T) has T twice.
const maxType = 2048

// dangerous finds what must not reach the type checker, because a short text of
// it can cost exponential time or memory there: types and constants that are
// built from earlier ones (each doubling the last), large types, above all those
// whose parameters share a type whose parameters share one, type parameters, and
// trees so deep that recursion over them is not free.
func dangerous(tree ast.Node) (at ast.Node, msg string) {
	times := []int{0} // for each node under way, how often the type around it holds it; 0 outside types
	size := 0         // of that type, so far
	ast.Inspect(tree, func(n ast.Node) bool {
		if n == nil {
			times = times[:len(times)-1]
			return false
		}
		if at != nil {
			return false // no call with nil follows: times no longer matters
		}
		k := times[len(times)-1]
		size += k * written(n)
		switch n := n.(type) {
		case *ast.Field:
			for _, id := range n.Names {
				size -= k * (len(n.Names) - 1) * written(id) // each name is there once
			}
			k *= max(1, len(n.Names))
		case *ast.FuncType, *ast.StructType, *ast.InterfaceType, *ast.ArrayType, *ast.MapType, *ast.ChanType:
			if k == 0 {
				k, size = 1, 0
			}
			if f, ok := n.(*ast.FuncType); ok && f.TypeParams != nil {
				at, msg = n, "type parameters"
			}
		case *ast.GenDecl:
			switch n.Tok {
			case token.TYPE:
				at, msg = n, "a type declaration"
			case token.CONST:
				if !literals(n) {
					at, msg = n, "a constant that is not a literal"
				}
			}
		case *ast.IndexListExpr:
			at, msg = n, "type arguments"
		}
		times = append(times, k)
		switch {
		case at != nil:
		case len(times)-1 > MaxNesting:
			at, msg = n, tooDeep
		case size > maxType:
			at, msg = n, fmt.Sprintf("a type of more than %d bytes", maxType)
		}
		return at == nil
	})
	return at, msg
}

// written is about how many bytes of a message a node of a type takes.
func written(n ast.Node) int {
	switch n := n.(type) {
	case *ast.Ident:
		return 2 + len(n.Name)
	case *ast.BasicLit:
		return 2 + len(n.Value)
	}
	return 2
}

// literals reports whether the constants of a declaration refer to no other.
func literals(d *ast.GenDecl) bool {
	for _, s := range d.Specs {
		for _, v := range s.(*ast.ValueSpec).Values {
			found := false
			ast.Inspect(v, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.Name != "iota" && id.Name != "true" && id.Name != "false" {
					found = true
				}
				return !found
			})
			if found {
				return false
			}
		}
	}
	return true
}

// builtins that the evaluator knows.
const builtins = " append cap clear copy delete len make max min panic "

// outside finds what is Go but not of the subset.
func (p *Program) outside(tree ast.Node) (at ast.Node, msg string) {
	if file, ok := tree.(*ast.File); ok {
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				return g, "a variable outside functions"
			}
			if f, ok := d.(*ast.FuncDecl); ok && f.Body == nil {
				return f, "a function without a body"
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if at == nil && n != nil {
			if msg = p.unsupported(n); msg != "" {
				at = n
			}
		}
		return at == nil
	})
	return at, msg
}

// unsupported says what a node is when the evaluator cannot run it, or "".
func (p *Program) unsupported(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "a goroutine"
	case *ast.DeferStmt:
		return "defer"
	case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		return "a channel"
	case *ast.StructType:
		return "a struct"
	case *ast.InterfaceType, *ast.TypeAssertExpr, *ast.TypeSwitchStmt:
		return "an interface"
	case *ast.StarExpr:
		return "a pointer"
	case *ast.SelectorExpr:
		return "a selector"
	case *ast.BranchStmt:
		if n.Tok == token.GOTO {
			return "goto"
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND || n.Op == token.ARROW {
			return "a pointer or a channel"
		}
	case *ast.SliceExpr:
		if n.Slice3 {
			return "a slice of three indices"
		}
		if _, ok := p.typeOf(n.X).Underlying().(*types.Array); ok {
			return "a slice of an array"
		}
	case *ast.RangeStmt:
		switch p.typeOf(n.X).Underlying().(type) {
		case *types.Map:
			p.walks = true
		case *types.Signature:
			return "a range over a function"
		}
	case *ast.Ident:
		return p.unsupportedName(n)
	}
	if e, ok := n.(ast.Expr); ok {
		tv := p.info.Types[e]
		if (tv.IsValue() || tv.IsType()) && !supported(tv.Type) {
			return "the type " + tv.Type.String()
		}
	}
	return ""
}

func (p *Program) unsupportedName(id *ast.Ident) string {
	switch obj := p.info.ObjectOf(id).(type) {
	case *types.Builtin:
		if !strings.Contains(builtins, " "+obj.Name()+" ") {
			return "the built-in function " + obj.Name()
		}
	case *types.TypeName, *types.Var:
		if !supported(obj.Type()) {
			return "the type " + obj.Type().String()
		}
	}
	if obj, ok := p.info.Defs[id].(*types.Func); ok {
		switch sig := obj.Signature(); {
		case sig.Recv() != nil:
			return "a method"
		case sig.Variadic():
			return "a variadic function"
		}
	}
	return ""
}

func (p *Program) typeOf(e ast.Expr) types.Type {
	if t := p.info.TypeOf(e); t != nil {
		return t
	}
	return types.Typ[types.Invalid]
}

// supported reports whether values of a type can be held.
func supported(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Uint, types.Uint64, types.Uintptr, types.UnsafePointer, types.Invalid:
			return false
		}
		return t.Info()&(types.IsBoolean|types.IsInteger|types.IsString) != 0 || t.Kind() == types.UntypedNil
	case *types.Slice:
		return supported(t.Elem())
	case *types.Array:
		return supported(t.Elem())
	case *types.Map:
		_, basic := t.Key().Underlying().(*types.Basic)
		return basic && supported(t.Key()) && supported(t.Elem())
	case *types.Signature:
		return !t.Variadic() && supported(t.Params()) && supported(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if !supported(v.Type()) {
				return false
			}
		}
		return true
	}
	return false
}
