package minigo

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"
)

// Bounds of the text that is looked at. They keep the recursion of the parser
// and of the type checker shallow; functions worth judging are far below.
const (
	MaxSource  = 32 << 10 // bytes
	MaxNesting = 100      // open brackets at any place, and levels of the syntax tree
)

// Kind says which gate a text did not pass.
type Kind string

// The gates, in order.
const (
	Brackets Kind = "brackets" // a bracket without its partner
	Parse    Kind = "parse"    // not Go, or too long or too deeply nested to be looked at
	Names    Kind = "names"    // an identifier that nothing declares
	Types    Kind = "types"    // any other error of the type checker
	Subset   Kind = "subset"   // Go, but nothing this package runs
)

// Problem is one reason why a text cannot be run.
type Problem struct {
	Kind   Kind
	Offset int // in the source, in bytes
	Length int // bytes that are wrong from Offset on; 0 when unknown
	Msg    string
}

// Report is what [Load] found.
type Report struct {
	Brackets, Unmatched int  // brackets in the text, and those without a partner
	Uses, Undeclared    int  // identifiers used, and those that nothing declares; 0 if the text does not parse
	Parses, TypeChecks  bool // TypeChecks implies Parses
	Problems            []Problem
	Program             *Program // nil if it cannot be run; then there is at least one problem
}

// First returns the first problem of a kind, or nil.
func (r *Report) First(k Kind) *Problem {
	for i := range r.Problems {
		if r.Problems[i].Kind == k {
			return &r.Problems[i]
		}
	}
	return nil
}

// Program is a type-checked text of the subset. It is safe for concurrent use.
type Program struct {
	fset  *token.FileSet
	info  *types.Info
	pkg   *types.Package
	funcs map[types.Object]*closure
	walks bool // some statement walks a map
}

// Load examines the text of one Go file.
func Load(src string) *Report {
	r := &Report{}
	if len(src) > MaxSource {
		r.add(Parse, MaxSource, 0, "longer than %d bytes", MaxSource)
		return r
	}
	if depth, at := r.brackets(src); depth > MaxNesting {
		r.add(Parse, at, 0, "more than %d nested brackets", MaxNesting)
		return r
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		var list scanner.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			r.add(Parse, list[0].Pos.Offset, 0, "%s", list[0].Msg)
		} else {
			r.add(Parse, 0, 0, "%v", err)
		}
		return r
	}
	p := &Program{fset: fset, funcs: map[types.Object]*closure{}}
	if n, msg := dangerous(file); n != nil {
		// Still Go, but nothing to hand to the type checker: see dangerous.
		r.Parses = msg != tooDeep
		k := Subset
		if !r.Parses {
			k = Parse
		}
		r.add(k, p.offset(n.Pos()), 0, "%s", msg)
		return r
	}
	r.Parses = true
	p.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{
		GoVersion: "go1.26",
		Importer:  noImports{},
		Sizes:     types.SizesFor("gc", "amd64"), // int has 64 bits wherever this runs
		Error:     func(err error) { r.typeError(p, err) },
	}
	p.pkg, err = conf.Check("p", fset, []*ast.File{file}, p.info)
	r.Uses = len(p.info.Uses) + r.Undeclared
	if r.TypeChecks = err == nil; !r.TypeChecks {
		return r
	}
	if n, msg := p.outside(file); n != nil {
		r.add(Subset, p.offset(n.Pos()), int(n.End()-n.Pos()), "%s", msg)
		return r
	}
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			p.funcs[p.info.Defs[fn.Name]] = &closure{typ: fn.Type, body: fn.Body}
		}
	}
	r.Program = p
	return r
}

// add files a problem; of hundreds the first are enough.
func (r *Report) add(k Kind, offset, length int, format string, args ...any) {
	const most, longest = 100, 200
	if len(r.Problems) == most {
		return
	}
	msg := fmt.Sprintf(format, args...)
	if len(msg) > longest {
		msg = strings.ToValidUTF8(msg[:longest], "") + "…"
	}
	r.Problems = append(r.Problems, Problem{Kind: k, Offset: offset, Length: length, Msg: msg})
}

// typeError files one error of the type checker.
func (r *Report) typeError(p *Program, err error) {
	var e types.Error
	if !errors.As(err, &e) {
		r.add(Types, 0, 0, "%v", err)
		return
	}
	name, undeclared := strings.CutPrefix(e.Msg, "undefined: ")
	if !undeclared {
		r.add(Types, p.offset(e.Pos), 0, "%s", e.Msg)
		return
	}
	r.Undeclared++
	r.add(Names, p.offset(e.Pos), len(name), "%s is not declared", name)
}

// message is what an error of the type checker says, without its position.
func message(err error) string {
	var e types.Error
	if errors.As(err, &e) {
		return e.Msg
	}
	return err.Error()
}

// offset is the place of a position in the source, whatever //line says.
func (p *Program) offset(pos token.Pos) int { return p.fset.PositionFor(pos, false).Offset }

// brackets pairs up (), [] and {} outside of literals and comments. It returns
// the deepest nesting and where it begins.
func (r *Report) brackets(src string) (deepest, at int) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), nil, 0)
	type open struct {
		tok    token.Token
		offset int
	}
	var stack []open
	closer := map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.EOF:
			for _, o := range stack {
				r.Unmatched++
				r.add(Brackets, o.offset, 1, "%s is never closed", o.tok)
			}
			return deepest, at
		case token.LPAREN, token.LBRACK, token.LBRACE:
			r.Brackets++
			stack = append(stack, open{tok, file.Offset(pos)})
			if len(stack) > deepest {
				deepest, at = len(stack), file.Offset(pos)
			}
		case token.RPAREN, token.RBRACK, token.RBRACE:
			r.Brackets++
			if n := len(stack); n > 0 && stack[n-1].tok == closer[tok] {
				stack = stack[:n-1]
				continue
			}
			r.Unmatched++
			r.add(Brackets, file.Offset(pos), 1, "%s closes nothing", tok)
		}
	}
}

// noImports is the importer: there is nothing to import.
type noImports struct{}

func (noImports) Import(path string) (*types.Package, error) {
	return nil, errors.New("there are no packages here")
}
