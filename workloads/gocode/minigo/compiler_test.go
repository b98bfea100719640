package minigo

import (
	"bytes"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	programs = flag.Int("programs", 300, "random programs to compare with the compiler")
	seed     = flag.Uint64("seed", 1, "of the random programs")
)

// TestCompiler compares this package with the Go compiler on random programs,
// half of them spoilt: both have to accept or reject a program, and what both
// accept has to return the same, or to fail, for the same arguments.
func TestCompiler(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("go.mod", "module p\n\ngo 1.26\n")
	var main strings.Builder
	fmt.Fprintf(&main, "%s\nfunc main() {\n", driver)
	rejected := map[Kind][]string{}
	var calls, results []string
	limits, plain := 0, 0
	for i := range *programs {
		rng := rand.New(rand.NewPCG(*seed, uint64(i)))
		a := &author{rng: rng}
		a.file(fmt.Sprintf("f%d_", i), 3)
		src := a.b.String()
		if i%2 == 1 {
			src = spoil(rng, src)
		}
		r := Load("package main\n" + src)
		name := fmt.Sprintf("p%d.go", i)
		if !r.TypeChecks {
			k := r.Problems[0].Kind
			if k == Brackets {
				k = Parse
			}
			if k == Names {
				k = Types
			}
			if k != Subset { // what did not reach the type checker is none of either's
				rejected[k] = append(rejected[k], write(name, "package main\n"+src))
			}
			continue
		}
		write(name, "package main\n"+src)
		if r.Program == nil {
			continue
		}
		if i%2 == 0 {
			plain++
		}
		last := a.funcs[len(a.funcs)-1]
		for range 6 {
			call := last.name + "(" + arguments(rng, last.params) + ")"
			out, err := r.Program.Eval(Limits{Steps: 500_000, Bytes: 4 << 20, Depth: 200}, call)
			got := "panic"
			if err == nil {
				got = show(out.Value)
			} else if f := err.(*Fault); f.Offset < 0 && i%2 == 1 {
				break // the function was spoilt in its name or its parameters
			} else if f.Internal || strings.Contains(f.Msg, "subset") || strings.Contains(f.Msg, "no value") {
				t.Errorf("%s: %v\n%s", call, err, numberedLines(src))
				break
			} else if strings.HasPrefix(f.Msg, "not done") || strings.HasPrefix(f.Msg, "more than") || strings.HasPrefix(f.Msg, "the result depends") {
				limits++
				continue
			}
			fmt.Fprintf(&main, "\tcall(func() any { return %s })\n", call)
			calls, results = append(calls, call), append(results, got)
		}
	}
	write("main.go", main.String()+"}\n")
	t.Logf("%d calls, %d over a limit; %d of %d programs run, %d do not parse, %d are rejected by their types", len(calls), limits, plain, (*programs+1)/2, len(rejected[Parse]), len(rejected[Types]))
	if plain < *programs/2*9/10 || limits > len(calls)/10 {
		t.Error("the programs are not what they are meant to be")
	}
	for k, files := range rejected {
		for left := files; len(left) > 0; {
			var out bytes.Buffer
			cmd := exec.Command("go", append([]string{"tool", "compile", "-e", "-p", "main", "-lang=go1.26", "-o", filepath.Join(dir, "out")}, left...)...)
			cmd.Stdout, cmd.Stderr = &out, &out
			_ = cmd.Run() // it fails
			before := len(left)
			left = slices.DeleteFunc(slices.Clone(left), func(file string) bool { return strings.Contains(out.String(), file+":") })
			if len(left) == before { // a file that does not parse hides what is wrong in others
				for _, file := range left {
					text, _ := os.ReadFile(file)
					t.Errorf("%s is rejected here (%s: %+v), not by the compiler\n%s", filepath.Base(file), k, Load(string(text)).Problems[0], numberedLines(string(text)))
				}
				break
			}
		}
		for _, file := range files {
			os.Remove(file)
		}
	}
	binary := filepath.Join(dir, "program.exe")
	cmd := exec.Command("go", "build", "-gcflags=-e", "-o", binary)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the compiler rejects what is accepted here: %v\n%s", err, out)
	}
	out, err := exec.Command(binary).Output()
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if err != nil || len(lines) != len(calls) {
		t.Fatalf("%d results of %d calls: %v", len(lines), len(calls), err)
	}
	for i, want := range lines {
		if results[i] != want {
			n, _, _ := strings.Cut(calls[i][1:], "_")
			text, _ := os.ReadFile(filepath.Join(dir, "p"+n+".go"))
			t.Errorf("%s = %s here and %s when it is compiled\n%s", calls[i], results[i], want, numberedLines(string(text)))
		}
	}
}

func numberedLines(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		fmt.Fprintf(&b, "%4d %s\n", i+1, line)
	}
	return b.String()
}

// spoil changes one or two tokens of a program.
func spoil(rng *rand.Rand, src string) string {
	for range 1 + rng.IntN(2) {
		var s scanner.Scanner
		s.Init(token.NewFileSet().AddFile("", -1, len(src)), []byte(src), nil, 0)
		type item struct {
			at   int
			tok  token.Token
			text string
		}
		var items []item
		for {
			pos, tok, text := s.Scan()
			if tok == token.EOF {
				break
			}
			if tok == token.SEMICOLON && text == "\n" {
				continue
			}
			if text == "" {
				text = tok.String()
			}
			items = append(items, item{int(pos) - 1, tok, text})
		}
		old := items[rng.IntN(len(items))]
		for !old.tok.IsLiteral() && rng.IntN(5) > 0 { // what is spoilt should still parse more often than not
			old = items[rng.IntN(len(items))]
		}
		text := ""
		if n := rng.IntN(12); n > 1 { // another one of its kind
			for {
				other := items[rng.IntN(len(items))]
				if other.tok.IsLiteral() == old.tok.IsLiteral() && other.tok.IsOperator() == old.tok.IsOperator() {
					text = other.text
					break
				}
			}
		} else if n == 1 {
			text = old.text + " " + old.text
		}
		src = src[:old.at] + text + src[old.at+len(old.text):]
	}
	return src
}

// arguments are literals for parameters.
func arguments(rng *rand.Rand, types []string) string {
	var list []string
	for _, t := range types {
		list = append(list, argument(rng, t))
	}
	return strings.Join(list, ", ")
}

func argument(rng *rand.Rand, t string) string {
	kind, key, elem := parts(t)
	switch kind {
	case "integer":
		if t == "int" && rng.IntN(3) == 0 {
			return strconv.Itoa(rng.IntN(400) - 200)
		}
		return strconv.Itoa(rng.IntN(12))
	case "bool":
		return strconv.FormatBool(rng.IntN(2) == 0)
	case "string":
		return strconv.Quote([]string{"", "a", "xyz", "né世", "\xff\x00", "hello"}[rng.IntN(6)])
	}
	var items []string
	for i := range rng.IntN(5) {
		item := argument(rng, elem)
		if kind == "map" {
			item = fmt.Sprintf("%q: %s", string(rune('a'+i)), item)
		}
		items = append(items, item)
	}
	if len(items) == 0 && rng.IntN(2) == 0 && key != "" {
		return t + "(nil)"
	}
	return t + "{" + strings.Join(items, ", ") + "}"
}

// show writes a value as the driver does.
func show(v Value) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case array:
		return show(append(slice{}, v...))
	case slice:
		if v == nil {
			return "nil"
		}
		var list []string
		for _, x := range v {
			list = append(list, show(x))
		}
		return "[" + strings.Join(list, " ") + "]"
	case *mapping:
		if v == nil {
			return "nil"
		}
		var list []string
		for k, i := range v.at {
			list = append(list, show(k)+":"+show(v.vals[i]))
		}
		slices.Sort(list)
		return "{" + strings.Join(list, " ") + "}"
	case *closure:
		return "func"
	}
	return fmt.Sprint(v)
}

// driver is the head of the program that the compiler makes.
const driver = `package main

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

func call(f func() any) {
	defer func() {
		if recover() != nil {
			fmt.Println("panic")
		}
	}()
	fmt.Println(show(reflect.ValueOf(f())))
}

func show(v reflect.Value) string {
	var list []string
	switch v.Kind() {
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return "nil"
		}
		for i := range v.Len() {
			list = append(list, show(v.Index(i)))
		}
		return "[" + strings.Join(list, " ") + "]"
	case reflect.Map:
		if v.IsNil() {
			return "nil"
		}
		for _, k := range v.MapKeys() {
			list = append(list, show(k)+":"+show(v.MapIndex(k)))
		}
		slices.Sort(list)
		return "{" + strings.Join(list, " ") + "}"
	case reflect.Func:
		return "func"
	}
	return fmt.Sprint(v)
}
`
