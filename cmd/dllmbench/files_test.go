package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// opens are the functions of package os that open whatever a path leads to.
var opens = []string{"Create", "DirFS", "Open", "OpenFile", "ReadFile"}

// mayOpen lists the packages that may call them, and why.
var mayOpen = map[string]string{
	"engines/userfile":             "it is the one reader of files that a user names",
	"engines/atomicfile":           "it makes files under names of its own",
	"harness/measure":              "it reads this machine and this binary",
	"cmd/dllmbench":                "env reads this machine",
	"cmd/dllmbench/internal/setup": "it reads this machine",
	"show":                         "it reads what the Go tool built, and a file of Go itself",
}

// TestFilesOpenInOnePlace: a path that a user names may lead to a pipe, a device or a
// file without an end, and one package knows that.
func TestFilesOpenInOnePlace(t *testing.T) {
	used := map[string]bool{}
	for _, p := range listPackages(t) {
		for _, name := range p.GoFiles {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if pkg, ok := call.X.(*ast.Ident); ok && pkg.Name == "os" && slices.Contains(opens, call.Sel.Name) {
					from := relative(p.ImportPath)
					used[from] = true
					if mayOpen[from] == "" || from == "cmd/dllmbench" && call.Sel.Name != "DirFS" {
						t.Errorf("%s/%s calls os.%s: open what a user names with engines/userfile", from, name, call.Sel.Name)
					}
				}
				return true
			})
		}
	}
	for name := range mayOpen {
		if !used[name] {
			t.Errorf("%s opens no file: take it out of the list", name)
		}
	}
}
