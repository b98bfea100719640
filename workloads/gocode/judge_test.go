package gocode

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// find returns the first test instance whose prompt holds a text, and the names
// of function and first parameter.
func find(t *testing.T, w *Workload, rung, text string) (inst workloads.Instance, name, param string) {
	t.Helper()
	for r := range w.rungs {
		for i := range 3000 {
			if w.rungs[r].name != rung {
				break
			}
			inst = w.Generate(workloads.Test, r, i)
			if strings.Contains(inst.Prompt, text) {
				words := identifier.FindAllString(inst.Prompt[strings.Index(inst.Prompt, "func ")+5:], 2)
				return inst, words[0], words[1]
			}
		}
	}
	t.Fatalf("no instance of %s with %q", rung, text)
	return inst, "", ""
}

// TestRightBodies gives bodies that a reference never has. In them @ is the
// first parameter and # the function.
func TestRightBodies(t *testing.T) {
	w := New()
	for _, tc := range []struct{ rung, text, body string }{
		{"branch", "in upper case", "if 'a' <= @ && @ <= 'z' { @ -= 'a' - 'A' }\nreturn @ }"},
		{"branch", "in upper case", "const d = 'a' - 'A'\nif @ > 96 && @ < 123 { return byte(int(@) - d) }\nreturn @ }"},
		{"branch", "in upper case", "from, to := \"abcdefghijklmnopqrstuvwxyz\", []byte(\"ABCDEFGHIJKLMNOPQRSTUVWXYZ\")\nfor i := range from { if from[i] == @ { return to[i] } }\nreturn @ }"},
		{"build", "in reverse order", "n := len(@)\nr := make([]int, n)\nfor i, e := range @ { r[n-1-i] = e }\nreturn r }"},
		{"build", "in reverse order", "if len(@) == 0 { return nil }\nreturn append(#(@[1:]), @[0]) }"},
		{"build", "in reverse order", "return rev(@, []int{}) }\nfunc rev(a, b []int) []int {\n\tif len(a) == 0 { return b }\n\treturn rev(a[:len(a)-1], append(b, a[len(a)-1]))\n}"},
		{"build", "in reverse order", "var r []int\nwalk := func(e int) { r = append([]int{e}, r...) }\nfor _, e := range @ { walk(e) }\nreturn r }"},
		{"build", "each only once", "r := @[:0:0]\nreturn @ }"},
		{"build", "each only once", "r := []int{}\nouter:\nfor _, e := range @ {\n\tfor _, f := range r { if e == f { continue outer } }\n\tr = append(r, e)\n}\nreturn r }"},
		{"build", "each only once", "m := map[int]bool{}\nr := 0\nfor _, e := range @ { if _, ok := m[e]; !ok { @[r] = e; r++ }\nm[e] = true }\nreturn @[:r] }"},
		{"nest", "smallest first", "switch n := len(@); {\ncase n < 2: return @\n}\np, l, r := @[0], []int{}, []int{}\nfor _, e := range @[1:] { if e < p { l = append(l, e) } else { r = append(r, e) } }\nreturn append(append(#(l), p), #(r)...) }"},
		{"nest", "smallest first", "for n := len(@); n > 1; n-- { for i := 1; i < n; i++ { if @[i-1] > @[i] { @[i-1], @[i] = @[i], @[i-1] } } }\nreturn @ }"},
	} {
		inst, name, param := find(t, w, tc.rung, tc.text)
		body := strings.NewReplacer("@", param, "#", name).Replace(tc.body)
		s := w.Check(inst, body)
		wrong := strings.Contains(tc.body, "[:0:0]") // outside the subset
		if s.Exact == wrong {
			t.Errorf("%s%s\n%+v", inst.Prompt, body, s)
		}
	}
}

// TestWrongBodies looks at constraints, aspects and places.
func TestWrongBodies(t *testing.T) {
	w := New()
	inst, _, param := find(t, w, "loop", "whether any item")
	all := make([]int, len(inst.Constraints))
	for i := range all {
		all[i] = i
	}
	n := len(all)
	for _, tc := range []struct {
		name, body string
		broken     []int // constraints; the calls only where fails is set
		at         string
		aspects    [5]float64 // parses, type_checks, passes, brackets, declared
	}{
		{"empty", "", append([]int{brackets, parses, names, typed}, all[firstCall:]...), "", [5]float64{0, 0, 0, 0, 0}},
		{"bracket", "for _, e := range @ { if e > 1 { return true }\nreturn false }", append([]int{brackets, parses, names, typed}, all[firstCall:]...), "", [5]float64{0, 0, 0, 1 - 1./9, 0}},
		{"too many", "return false } }", append([]int{brackets, parses, names, typed}, all[firstCall:]...), "}", [5]float64{0, 0, 0, 1 - 1./7, 0}},
		{"words", "the items are }", append([]int{parses, names, typed}, all[firstCall:]...), "items", [5]float64{0, 0, 0, 1, 0}},
		{"undeclared", "return foo }", append([]int{names}, all[firstCall:]...), "foo", [5]float64{1, 0, 0, 1, 2. / 3}},
		{"type", "return 1 }", append([]int{typed}, all[firstCall:]...), "1", [5]float64{1, 0, 0, 1, 1}},
		{"unused", "x1 := 1\nreturn true }", append([]int{typed}, all[firstCall:]...), "x1", [5]float64{1, 0, 0, 1, 1}},
		{"no return", "}", append([]int{typed}, all[firstCall:]...), "}", [5]float64{1, 0, 0, 1, 1}},
		{"both", "x1 := bar\nreturn 1 }", append([]int{names, typed}, all[firstCall:]...), "bar", [5]float64{1, 0, 0, 1, 2. / 3}},
		{"import", "return os.Exit(1) }", append([]int{names}, all[firstCall:]...), "os", [5]float64{1, 0, 0, 1, 2. / 3}},
		{"goroutine", "go func() {}()\nreturn true }", all[firstCall:], "", [5]float64{1, 1, 0, 1, 1}},
		{"type declaration", "type t int\nreturn true }", append([]int{typed}, all[firstCall:]...), "type", [5]float64{1, 0, 0, 1, 1}},
		{"endless", "for { } }", all[firstCall:], "for", [5]float64{1, 1, 0, 1, 1}},
		{"greedy", "x1 := make([]bool, 1 << 40)\nreturn x1[0] }", all[firstCall:], "make", [5]float64{1, 1, 0, 1, 1}},
		{"deep", "return #(@) }", all[firstCall:], "#(@)", [5]float64{1, 1, 0, 1, 1}},
		{"panics", "panic(1) }", all[firstCall:], "panic", [5]float64{1, 1, 0, 1, 1}},
		{"a second one", "return true }\nfunc #() {}", append([]int{typed}, all[firstCall:]...), "#() {}", [5]float64{1, 0, 0, 1, 1}},
	} {
		_, name, _ := find(t, w, "loop", "whether any item")
		change := strings.NewReplacer("@", param, "#", name)
		output := "\t" + change.Replace(tc.body)
		s := w.Check(inst, output)
		if msg := workloadtest.WellFormed(inst, output, s); msg != "" {
			t.Errorf("%s: %s", tc.name, msg)
		}
		if got := workloadtest.Broken(s); !slices.Equal(got, tc.broken) {
			t.Errorf("%s: broken %v, want %v of %d: %+v", tc.name, got, tc.broken, n, s.Violations[0])
		}
		for i, a := range []string{AspectParses, AspectTypeChecks, AspectPasses, AspectBrackets, AspectDeclared} {
			if d := s.Aspects[a] - tc.aspects[i]; d > 1e-9 || d < -1e-9 {
				t.Errorf("%s: %s is %g, want %g", tc.name, a, s.Aspects[a], tc.aspects[i])
			}
		}
		if at := s.Violations[0].Offset; tc.at != "" && (at < 0 || !strings.HasPrefix(output[at:], change.Replace(tc.at))) {
			t.Errorf("%s: shown at %d", tc.name, at)
		}
		if s.Partial != 0 {
			t.Errorf("%s: partial %g", tc.name, s.Partial)
		}
	}
}

// TestPartial counts the calls that a constant gets right.
func TestPartial(t *testing.T) {
	w := New()
	inst, _, _ := find(t, w, "loop", "whether any item")
	yes, no := w.Check(inst, "return true }"), w.Check(inst, "return false }")
	if yes.Partial+no.Partial != 1 || yes.Partial < 0.25 || no.Partial < 0.25 {
		t.Errorf("true is right in %g of the calls and false in %g", yes.Partial, no.Partial)
	}
	v := no.Violations[0]
	if !strings.HasSuffix(v.Doc, " is false instead of true") || v.Offset != 0 || v.Length != len("return false") {
		t.Errorf("%+v", v)
	}
	defer func() {
		if recover() == nil {
			t.Error("an instance of another workload is judged")
		}
	}()
	w.Check(workloads.Instance{ID: "lists/copy-3/test/0"}, "")
}
