package minigo

import (
	_ "embed"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

//go:embed twins_test.go
var twins string

// TestTwins compares the evaluator with the Go compiler on random arguments.
func TestTwins(t *testing.T) {
	r := Load(twins)
	if r.Program == nil {
		t.Fatalf("the twins do not load: %+v", r.Problems)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for name, f := range map[string]any{
		"twinSum": twinSum, "twinWrap": twinWrap, "twinText": twinText, "twinMap": twinMap, "twinAlias": twinAlias,
		"twinArray": twinArray, "twinSwitch": twinSwitch, "twinLabel": twinLabel, "twinClosure": twinClosure,
		"twinResults": twinResults, "twinBool": twinBool, "twinConst": twinConst, "twinMinMax": twinMinMax,
		"twinGrid": twinGrid, "twinNil": twinNil, "twinMore": twinMore, "twinClear": twinClear,
	} {
		fn := reflect.ValueOf(f)
		for range 150 {
			var in []reflect.Value
			var args []Value
			for i := range fn.Type().NumIn() {
				x := random(rng, fn.Type().In(i))
				args = append(args, Of(x.Interface()))
				in = append(in, x)
			}
			var texts []string
			for _, a := range args {
				texts = append(texts, Text(a))
			}
			want := Of(fn.Call(in)[0].Interface())
			out, err := r.Program.Call(DefaultLimits(), name, args...)
			if err != nil || !Equal(out.Value, want) {
				t.Fatalf("%s(%s) = %s, %v; the compiled function returns %s", name, strings.Join(texts, ", "), Text(out.Value), err, Text(want))
			}
		}
	}
}

func random(rng *rand.Rand, t reflect.Type) reflect.Value {
	x := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Int:
		n := rng.IntN(41) - 8
		if t.Name() == "int" && rng.IntN(4) == 0 {
			n = rng.IntN(2000)
		}
		x.SetInt(int64(max(n, 0)))
	case reflect.Uint8:
		x.SetUint(uint64('a' + rng.IntN(26)))
	case reflect.String:
		s := []rune{}
		for range rng.IntN(6) {
			s = append(s, []rune("abcxyzé世")[rng.IntN(8)])
		}
		x.SetString(string(s))
	case reflect.Slice:
		for range rng.IntN(8) {
			e := random(rng, t.Elem())
			if rng.IntN(3) == 0 {
				e.SetInt(-e.Int())
			}
			x = reflect.Append(x, e)
		}
		x = x.Slice3(0, x.Len(), x.Len()) // capacities are not part of a value
	}
	return x
}

func TestLoad(t *testing.T) {
	const head = "package p\n"
	for _, tc := range []struct {
		src  string
		kind Kind // of the first problem, "" for none
		at   string
		msg  string
	}{
		{"func f() int { return 1 }", "", "", ""},
		{"func f(a []int) int { return a[0 }", Brackets, "}", "} closes nothing"},
		{"func f() int { return 1", Brackets, "{", "{ is never closed"},
		{`func f() string { return ")}" /* ( */ }`, "", "", ""},
		{"func f() int { return 1 +}", Parse, "}", "expected operand, found '}'"},
		{"func f() int { return x }", Names, "x }", "x is not declared"},
		{"func f() int { return strings.Len() }", Names, "strings", "strings is not declared"},
		{"func f() int { x := 1; return 1 }", Types, "x :=", "declared and not used: x"},
		{"func f() int { return \"\" }", Types, `""`, `cannot use "" (untyped string constant) as int value in return statement`},
		{"func f() int { }", Types, "}", "missing return"},
		{"import \"os\"\nfunc f() { os.Exit(1) }", Types, `"os"`, "could not import os (there are no packages here)"},
		{"import \"C\"\nfunc f() { }", Types, `"C"`, "could not import C (there are no packages here)"},
		{"import \"unsafe\"\nfunc f() int { return int(unsafe.Sizeof(1)) }", Types, `"unsafe"`, "could not import unsafe (there are no packages here)"},
		{"func f() { go f() }", Subset, "go", "a goroutine"},
		{"func f() { defer f() }", Subset, "defer", "defer"},
		{"func f() { recover() }", Subset, "recover", "the type interface{}"},
		{"func f() { println(1) }", Subset, "println", "the built-in function println"},
		{"func f() { a: goto a }", Subset, "goto", "goto"},
		{"func f(c chan int) { }", Subset, "c chan", "the type chan int"},
		{"func f(x *int) { }", Subset, "x *", "the type *int"},
		{"func f(x any) { }", Subset, "x any", "the type any"},
		{"func f() error { return nil }", Subset, "error", "the type error"},
		{"func f() float64 { return 1 }", Subset, "float64", "the type float64"},
		{"func f() int { return int(2.5 * float32(2)) }", Subset, "2.5", "the type float32"},
		{"func f() uint64 { return 1 }", Subset, "uint64", "the type uint64"},
		{"func f(x ...int) { }", Subset, "f(", "a variadic function"},
		{"func f() { x := struct{a int}{1}; _ = x.a }", Subset, "x :=", "the type struct{a int}"},
		{"func f() { m := map[[2]int]int{}; _ = m }", Subset, "m :=", "the type map[[2]int]int"},
		{"var x = 1\nfunc f() int { return x }", Subset, "var", "a variable outside functions"},
		{"type t int\nfunc f(x t) { }", Subset, "type", "a type declaration"},
		{"type t int\nfunc (x t) f() { }", Subset, "type", "a type declaration"},
		{"func f[T any](x T) { }", Subset, "func f", "type parameters"},
		{"func f() int", Subset, "func", "a function without a body"},
		{"func f() { for range func(func() bool) {} { } }", Subset, "for", "a range over a function"},
		{"func f() { var a [3]int; _ = a[:] }", Subset, "a[:]", "a slice of an array"},
		{"const a = \"x\"\nconst b = a + a\nfunc f() {}", Subset, "const b", "a constant that is not a literal"},
		{"func f() int { return " + strings.Repeat("(", 101) + "1" + strings.Repeat(")", 101) + " }", Parse, "(1", "more than 100 nested brackets"},
		{"func f() int { return " + strings.Repeat("^", 101) + "1 }", Parse, "", "nested too deeply"},
		{"// " + strings.Repeat("x", MaxSource), Parse, "", "longer than 32768 bytes"},
		{"//line other.go:7\nfunc f() int { return y }", Names, "y }", "y is not declared"},
		{"\x00", Parse, "", "illegal character NUL"},
	} {
		src := head + tc.src
		r := Load(src)
		if tc.kind == "" {
			if r.Program == nil || len(r.Problems) > 0 || !r.Parses || !r.TypeChecks {
				t.Errorf("%s: %+v", tc.src, r.Problems)
			}
			continue
		}
		if r.Program != nil || len(r.Problems) == 0 {
			t.Errorf("%.60s loads", tc.src)
			continue
		}
		p := r.Problems[0]
		if p.Kind != tc.kind || p.Msg != tc.msg || p.Offset+p.Length > len(src) || !strings.HasPrefix(src[p.Offset:], tc.at) {
			t.Errorf("%.60s: %+v at %.20q, want %s %q at %q", tc.src, p, src[p.Offset:], tc.kind, tc.msg, tc.at)
		}
		if want := tc.kind == Names || tc.kind == Types || tc.kind == Subset; r.Parses != want {
			t.Errorf("%.60s: parses %t", tc.src, r.Parses)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct{ body, msg string }{
		{"for { }", "not done after 500000 steps"},
		{"return f(x + 1)", "more than 200 nested calls"},
		{"a := make([]int, 1<<30); return len(a)", "more than 1048576 bytes of memory"},
		{"var a [1<<40]int; return len(a[:0:0])", ""},
		{"var a [1<<40]int; return a[x]", "more than 1048576 bytes of memory"},
		{"a := []int{1 << 50: 1}; return len(a)", "more than 1048576 bytes of memory"},
		{"s := \"ab\"; for { s += s }", "more than 1048576 bytes of memory"},
		{"a := []int{}; for { a = append(a, 1) }", "more than 1048576 bytes of memory"},
		{"m := map[int]int{}; for { m[len(m)] = 1 }", "more than 1048576 bytes of memory"},
		{"a := []int{}; return a[x]", "index 3 out of range, the length is 0"},
		{"return int(\"abc\"[x])", "index 3 out of range, the length is 3"},
		{"a := []int{1}; a = a[x:]; return 1", "slice bound 3 out of range, the most is 1"},
		{"a := []int{1, 2}; i := 1; a = a[i:0]; return 1", "slice bounds 1 and 0 are the wrong way round"},
		{"return 1 / (x - 3)", "division by zero"},
		{"return 1 << (x - 4)", "a shift by a negative number"},
		{"var m map[int]int; m[1] = 2; return 1", "an assignment to a nil map"},
		{"var g func(); g(); return 1", "a call of a nil function"},
		{"a := make([]int, x - 4); return len(a)", "make with the size -1"},
		{"panic(\"no\")", `panic: "no"`},
		{"m := map[int]int{1: 2, 2: 3}; for k := range m { return k }; return 0", "the result depends on the order in which a map is walked"},
	} {
		r := Load("package p\nfunc f(x int) int { " + tc.body + " }")
		if tc.msg == "" {
			if r.Program != nil {
				t.Errorf("%s loads", tc.body)
			}
			continue
		}
		if r.Program == nil {
			t.Fatalf("%s: %+v", tc.body, r.Problems)
		}
		_, err := r.Program.Call(Limits{Steps: 500_000, Bytes: 1 << 20, Depth: 200}, "f", Of(3))
		if err == nil || err.Error() != tc.msg || err.(*Fault).Internal {
			t.Errorf("%s: %v, want %s", tc.body, err, tc.msg)
		}
	}
}

// TestDeterminism runs out of steps at the same place twice, and reports the
// return statement that gave a value.
func TestDeterminism(t *testing.T) {
	const src = "package p\nfunc f(a []int) int {\n\tif len(a) > 2 {\n\t\treturn 5\n\t}\n\treturn g(a)\n}\nfunc g(a []int) int { a[0]++; return a[0] }\n"
	p := Load(src).Program
	arg := Of([]int{1, 2})
	for range 2 {
		out, err := p.Call(DefaultLimits(), "f", arg)
		if err != nil || !Equal(out.Value, Of(2)) { // the argument is a fresh copy
			t.Fatalf("%+v, %v", out, err)
		}
		if got := src[out.Offset : out.Offset+out.Length]; got != "return g(a)" || out.Steps < 10 || out.Steps > 40 {
			t.Errorf("%q after %d steps", got, out.Steps)
		}
	}
	for name, args := range map[string][]Value{"h": {}, "f": {}, "g": {Of("s")}} {
		if _, err := p.Call(DefaultLimits(), name, args...); err == nil {
			t.Errorf("%s with %d arguments is called", name, len(args))
		}
	}
}

func TestEval(t *testing.T) {
	p := Load("package p\nfunc f(a []int) []int { return a[1:] }\nfunc g() (int, string) { return 1, \"\" }\n").Program
	for expr, want := range map[string]string{
		"f([]int{1, 2, 3})":                  "[2 3]",
		"f([]int{1})[0]":                     "fault index 0 out of range, the length is 0",
		"len(f([]int{1, 2})) == 1":           "true",
		"3":                                  "3",
		"map[string]int{\"b\": 1, \"a\": 2}": `{"a": 2, "b": 1}`,
		"func() int { return 4 }()":          "4",
		"g()":                                `1 ""`,
		"h()":                                "fault undefined: h",
		"f(":                                 "fault not an expression",
		"f(1":                                "fault not an expression",
		"1.5":                                "fault the type untyped float",
		"func[T any]() {}":                   "fault not an expression",
	} {
		out, err := p.Eval(DefaultLimits(), expr)
		got := Text(out.Value)
		if err != nil {
			got = "fault " + err.Error()
			if f := err.(*Fault); f.Internal {
				t.Errorf("%s: internal: %v", expr, err)
			}
		}
		if got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}

// FuzzLoad runs whatever loads, by expression and by call.
func FuzzLoad(f *testing.F) {
	f.Add("return x", 3)
	f.Add("s := 0\nfor i := range x { s += i }\nreturn s", 5)
	f.Add("a := []int{x, 2}\nm := map[string][]int{\"k\": a}\nfor k, v := range m { a = append(v, len(k)) }\nreturn a[x]", 1)
	f.Add("g := func(y [2]int) (r int) { y[0] = x; switch { case r < 3: r++; fallthrough; default: r-- }; return }\nreturn g([2]int{})", 1)
	f.Fuzz(func(t *testing.T, body string, x int) {
		r := Load("package p\n\nfunc f(x int) int {\n" + body + "\n}\n")
		if r.Program == nil {
			if len(r.Problems) == 0 {
				t.Fatal("no program and no problem")
			}
			return
		}
		if _, err := r.Program.Call(Limits{Steps: 5000, Bytes: 1 << 16, Depth: 50}, "f", Of(x)); err != nil && err.(*Fault).Internal {
			t.Fatalf("%v", err)
		}
	})
}

// BenchmarkRunaway is the most that one call can take.
func BenchmarkRunaway(b *testing.B) {
	p := Load("package p\nfunc f(x int) int { for { x += x * 3 } }").Program
	for b.Loop() {
		if _, err := p.Call(DefaultLimits(), "f", Of(3)); err == nil {
			b.Fatal("it ended")
		}
	}
}
