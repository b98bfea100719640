package minigo

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// list repeats a text n times, with commas between.
func list(n int, text string) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }

// numbered repeats a format n times with the numbers from 0.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, strings.ReplaceAll(format, "#", "%[1]d"), i)
	}
	return b.String()
}

// nested puts a text into itself n times, in the places of #.
func nested(n int, format, inner string) string {
	for range n {
		inner = strings.ReplaceAll(format, "#", inner)
	}
	return inner
}

// TestBounds runs short texts that could take very long: types that double with
// every level or are written into thousands of messages, constants that grow,
// large arrays, deep trees, much to look up. Each took at most a tenth of a second.
func TestBounds(t *testing.T) {
	const large = "a type of more than 2048 bytes"
	for _, tc := range []struct{ body, want string }{
		{"var f " + nested(28, "func(a, b #)", "int") + "; _ = f", large},
		{"var f, g " + nested(28, "func() (a, b #)", "int") + "; f = g", large},
		{"var f " + nested(28, "struct{a, b #}", "int") + "; f = 1", large},
		{"_ = " + nested(28, "struct{a, b #}", "int") + "{}", large},
		{"f := func(a, b " + nested(28, "[]map[string]func(a, b #)", "int") + ") {}; f()", large},
		{"var f interface{ m(a, b " + nested(28, "struct{a, b [3]#}", "int") + ") }; _ = f", large},
		{"var f func(" + list(2500, "[]int") + "); " + strings.Repeat("f=1;", 2000), large},
		{"var f struct{" + numbered(800, "a# int;") + "}; " + strings.Repeat("f=1;", 2000), large},
		{"var f struct{a, b struct{a, b struct{" + strings.Repeat("x", 1000) + " int}}}; " + strings.Repeat("f=1;", 2000), large},
		{"var f func(" + list(250, "int") + "); " + strings.Repeat("f=1;", 2000), "cannot use 1 (untyped int constant) as func(int, int"},
		{"var f, g interface{" + numbered(150, "m#();") + "}; " + strings.Repeat("f=g;", 2000), "declared and not used: f"},
		{"var f func(" + list(60, "a") + ", a int); _ = f", "a redeclared in this block"},
		{"const a = \"" + strings.Repeat("x", 12000) + "\"\nfor { x += len(" + strings.ReplaceAll(list(50, "("+strings.ReplaceAll(list(40, "a"), ",", "+")+")"), ",", "+") + ") }", "not done after 50000 steps"},
		{"x += int(1e1000000000/1e999999999)", "malformed constant"},
		{"x += 1 << 1000000000", "invalid operation: invalid shift count 1000000000"},
		{"x += " + strings.ReplaceAll(list(40, "1<<1000"), ",", "*"), "constant shift overflow"},
		{"x += int(" + strings.ReplaceAll(list(40, "1e300/3.1e-300"), ",", "*") + ")", "cannot convert 1e300 / 3.1e-300 *"},
		{"x += int(" + strings.Repeat("9", 9000) + ".0/" + strings.Repeat("7", 9000) + ".1)", "cannot convert"},
		{"var a " + strings.Repeat("[1<<40]", 90) + "int; return a[0]" + strings.Repeat("[0]", 89), "more than 1048576 bytes of memory"},
		{"var a " + strings.Repeat("[1]", 90) + "int; for { b := a; a = b }", "more than 1048576 bytes of memory"},
		{"var a [60000][0]int; for { b := a; a = b }", "more than 1048576 bytes of memory"},
		{"m := map[int]int{}; for i := range 3000 { m[i] = i }; for { clear(m) }", "not done after 50000 steps"},
		{"for range 1 << 62 { }", "not done after 50000 steps"},
		{"s := \"\\x00\"; for len(s) < 200000 { s += s }; panic(s)", `panic: "\x00`},
		{numbered(1000, "v#:=x;_=v#;") + "f := func() int { return 1 }; for { x += f() }", "not done after 50000 steps"},
		{"return f(f(f(f(x))))", "more than 200 nested calls"},
		{"x = " + nested(45, "(-#)", "1"), ""},
		{"x = " + nested(60, "(-#)", "1"), "nested too deeply"},
		{strings.Repeat("{", 120) + strings.Repeat("}", 120), "more than 100 nested brackets"},
		{nested(120, "if x > 0 { } else #", "{ }"), "nested too deeply"},
		{"f := func(" + list(100, "a") + " int) { }; _ = f", "a redeclared in this block"},
		{"f := func(" + strings.TrimSuffix(numbered(150, "a#,"), ",") + " []int) { }; _ = f", ""},
	} {
		start := time.Now()
		r := Load("package p\nfunc f(x int) int {\n" + tc.body + "\nreturn x }\n")
		got := ""
		if r.Program == nil {
			got = r.Problems[0].Msg
		} else if _, err := r.Program.Call(DefaultLimits(), "f", Of(3)); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, tc.want) || tc.want == "" && got != "" {
			t.Errorf("%.60s…: %s, want %s", tc.body, got, tc.want)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%.60s… takes %v", tc.body, took)
		}
	}
}

// typeOf writes the type that bytes stand for, and says how many it took.
func typeOf(shape []byte, levels int) (text string, used int) {
	if len(shape) == 0 || levels == 0 {
		return "int", 0
	}
	next := func() string {
		t, n := typeOf(shape[min(1+used, len(shape)):], levels-1)
		used += n
		return t
	}
	names := strings.TrimSuffix(numbered(1+int(shape[0]>>4), "a#, "), ", ")
	switch shape[0] & 15 {
	case 0, 1, 2:
		text = "func(" + names + " " + next() + ") " + next()
	case 3, 4:
		text = "struct{" + names + " " + next() + "; b " + next() + "}"
	case 5:
		text = "interface{ m(" + names + " " + next() + ") }"
	case 6, 7:
		text = "map[" + next() + "]" + next()
	case 8:
		text = fmt.Sprintf("[1<<%d]", shape[0]>>3) + next()
	case 9:
		text = fmt.Sprintf("[%d]", shape[0]>>4) + next()
	case 10:
		text = "*" + next()
	case 11:
		text = "chan " + next()
	case 12:
		text = []string{"string", "bool", "error", "any", "uint8", "float64", "uint64", "x"}[shape[0]>>5]
	default:
		text = "[]" + next()
	}
	return text, used + 1
}

// FuzzTypes loads programs whose types are nested in each other and runs those
// that can be run: variables, literals, calls, comparisons, wrong assignments.
func FuzzTypes(f *testing.F) {
	f.Add([]byte{0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10}, byte(0))
	f.Add([]byte{0xf3, 0xf3, 0xf3, 0xf3, 0xf3}, byte(1))
	f.Add([]byte{0x07, 0x2c, 0x0d, 0x39, 0x0d, 0x0c}, byte(2))
	f.Add([]byte{0x39, 0x29, 0x19, 0x0c}, byte(3))
	f.Add([]byte{0x88, 0x48, 0x08}, byte(4))
	f.Fuzz(func(t *testing.T, shape []byte, use byte) {
		typ, n := typeOf(shape, 90)
		other, _ := typeOf(shape[min(n, len(shape)):], 90)
		body := []string{
			"var v " + typ + "; w := v; _, _ = v, w",
			"var v " + typ + "; var w " + other + "; v = w; w = v",
			"v := func(y, z " + typ + ") (r " + typ + ") { r = y; return }; var w " + typ + "; _ = v(w, v(w, w))",
			"var v, w " + typ + "; v = w; if v == w { x++ }; for _, y := range v { _ = y }",
			"v := " + typ + "{}; w := []" + typ + "{v, v}; w = append(w, v); _ = w[0]; _ = len(v)",
			"m := map[" + typ + "]" + other + "{}; _ = m; var k " + typ + "; _ = m[k]; y, ok := m[k]; _, _ = y, ok",
		}[int(use)%6]
		start := time.Now()
		r := Load("package p\n\nfunc f(x int) int {\n" + body + "\nreturn x\n}\n")
		for _, p := range r.Problems {
			if len(p.Msg) > 250 {
				t.Errorf("a message of %d bytes", len(p.Msg))
			}
		}
		if r.Program != nil {
			if _, err := r.Program.Call(Limits{Steps: 5000, Bytes: 1 << 16, Depth: 50}, "f", Of(3)); err != nil && err.(*Fault).Internal {
				t.Errorf("%s: %v", body, err)
			}
		} else if len(r.Problems) == 0 {
			t.Error("no program and no problem")
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%.200s takes %v", body, took)
		}
	})
}
