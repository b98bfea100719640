package extract

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// goldens calls f with every line of the files of testdata.
func goldens(t testing.TB, f func(line golden)) {
	t.Helper()
	for _, name := range []string{"golden", "bbh"} {
		data, err := os.Open("testdata/" + name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		s := bufio.NewScanner(data)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			var g golden
			if err := json.Unmarshal(s.Bytes(), &g); err != nil {
				t.Fatal(err)
			}
			f(g)
		}
	}
}

// golden is what the sources' own functions find in a text, or which comparisons take
// two answers for equal.
type golden struct {
	Text, Answer, Reference string
	Question, Of            string // what the text answers, and the reference of that
	Found                   map[string]*string
	Equal                   map[string]bool
}

// choices are those of the script that made the file.
var choices = []string{"a red fox", "Two hens", "Paris, France", "none of them."}

// sympyAlone are pairs that only a computer algebra system takes for equal.
var sympyAlone = map[string]bool{"x+1 1+x": true, "x^2+1 x^{2}+1": true, "1.00x 1x": true, `2\pi \pi2`: true, `\text{(A)} A`: true}

// known reports whether a comparison judges a pair unlike its source on purpose.
func known(name string, g golden, want bool) bool {
	if name != "minerva" {
		return false
	}
	return want && sympyAlone[g.Answer+" "+g.Reference] || !want && strip(inMinerva(g.Answer)) == strip(inMinerva(g.Reference))
}

func TestGolden(t *testing.T) {
	rules, comparisons := map[string]Rule{}, map[string]Comparison{}
	unseen := map[string]bool{}
	for _, r := range Rules() {
		rules[r.Name], unseen[r.Name] = r, r.Source[:len(own)] != own
	}
	for _, c := range Comparisons() {
		comparisons[c.Name], unseen[c.Name] = c, c.Name != "number"
	}
	goldens(t, func(g golden) {
		for name, want := range g.Found {
			delete(unseen, name)
			got, ok := rules[name].find(g.Text, asked{choices, g.Question, g.Of})
			if ok != (want != nil) || ok && !sameFound(name, got, *want) {
				t.Errorf("%s: %q gives %q %v, the source %s", name, g.Text, got, ok, show(want))
			}
		}
		for name, want := range g.Equal {
			delete(unseen, name)
			if got := comparisons[name].equal(g.Answer, g.Reference); got != want && !known(name, g, want) {
				t.Errorf("%s: %q and %q: %v, the source says %v", name, g.Answer, g.Reference, got, want)
			}
		}
	})
	for name, is := range unseen {
		if is {
			t.Errorf("%s has no golden case", name)
		}
	}
}

// sameFound compares answers; d1 makes numbers of 64 bits and grids of 16 cells of them.
func sameFound(rule, got, want string) bool {
	switch rule {
	case "gsm8k-d1":
		a, _ := float(got)
		b, _ := float(want)
		return a == b || math.IsNaN(a) && math.IsNaN(b)
	case "sudoku-d1":
		return string([]rune(got + strings.Repeat("0", 16))[:16]) == want
	}
	return got == want
}

func show(s *string) string {
	if s == nil {
		return "nothing"
	}
	return *s
}

func TestChecker(t *testing.T) {
	both := []string{"gsm8k-flexible", "gsm8k-strict"}
	for _, tc := range []struct {
		output  string
		exact   bool
		aspects map[string]float64
		says    string
	}{
		{"so 12\n#### 12", true, map[string]float64{"gsm8k-strict": 1, "gsm8k-flexible": 1}, ""},
		{"so 12.", false, map[string]float64{"gsm8k-strict": 0, "gsm8k-flexible": 1}, "the rule gsm8k-strict finds no answer"},
		{"#### 11\nor 12", false, map[string]float64{"gsm8k-strict": 0, "gsm8k-flexible": 1}, `"11" instead of "12"`},
		{strings.Repeat("12 ", maxOutput), false, map[string]float64{"gsm8k-strict": 0, "gsm8k-flexible": 0}, "more than 65536 bytes"},
	} {
		c, err := New(both, "gsm8k-strict", "", "12")
		if err != nil {
			t.Fatal(err)
		}
		s := c.Check(tc.output)
		if s.Exact != tc.exact || len(s.Aspects) != 2 || s.Aspects["gsm8k-strict"] != tc.aspects["gsm8k-strict"] || s.Aspects["gsm8k-flexible"] != tc.aspects["gsm8k-flexible"] {
			t.Errorf("%.40q: %+v", tc.output, s)
		}
		if !s.Exact && s.Violations[0].Doc != tc.says {
			t.Errorf("%.40q: says %q", tc.output, s.Violations[0].Doc)
		}
		if msg := workloadtest.WellFormed(workloads.Instance{Constraints: c.Constraints()}, tc.output, s); msg != "" {
			t.Error(msg)
		}
	}
	for _, tc := range []struct {
		rules                    []string
		primary, compare, answer string
		want                     string
	}{
		{nil, "", "", "1", "no extraction rule"},
		{[]string{"boxd"}, "", "", "1", `"boxd" is not a known extraction rule; did you mean boxed?`},
		{both, "boxed", "", "1", `the primary rule "boxed" is not one of the rules (gsm8k-flexible, gsm8k-strict)`},
		{both, "", "mth", "1", `"mth" is not a known comparison of answers; did you mean math?`},
		{both, "", "", " ", "the reference answer is empty"},
		{[]string{"boxed", "boxed"}, "", "", "1", `the rule "boxed" is named twice`},
		{[]string{"code-block"}, "", "", "1", `what the rule "code-block" finds is run or worked out, not compared`},
	} {
		if _, err := New(tc.rules, tc.primary, tc.compare, tc.answer); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("got %v, want %s", err, tc.want)
		}
	}
}

// TestNumber: the rule of this project, side by side with the others.
func TestNumber(t *testing.T) {
	c, err := New([]string{"number"}, "", "", "1/2")
	if err != nil {
		t.Fatal(err)
	}
	for output, want := range map[string]bool{"it is 0.5": true, "\\boxed{\\frac{2}{4}}": true, "0.5 or 0.6": false, "none": false} {
		if s := c.Check(output); s.Exact != want || s.Aspects != nil {
			t.Errorf("%q: %+v", output, s)
		}
	}
}

// FuzzRules: no text makes a rule or a comparison panic or take long, and a text is
// itself.
func FuzzRules(f *testing.F) {
	n := 0
	goldens(f, func(g golden) {
		if n++; n%8 == 0 {
			f.Add(g.Text+g.Answer, g.Reference)
		}
	})
	f.Add(strings.Repeat("$\\boxed{\\frac", 100), strings.Repeat("((-\\sqrt", 60))
	reflexive := []string{"exact", "gsm8k", "openai", "math", "minerva", "opencompass-math", "letter", "bbh-zeroshot", "opencompass-bbh"}
	f.Fuzz(func(t *testing.T, text, other string) {
		for _, r := range Rules() {
			got, ok := r.find(text, asked{[]string{"x", other, "y"}, other, other})
			for _, c := range Comparisons() {
				if ok && r.Compare != "" {
					c.equal(got, other)
				}
			}
		}
		for _, c := range Comparisons() {
			if slices.Contains(reflexive, c.Name) && !c.equal(text, text) {
				t.Errorf("%s: %.80q is not itself", c.Name, text)
			}
		}
	})
}

// TestTime: 64 KiB of what patterns like least take a moment.
func TestTime(t *testing.T) {
	for _, piece := range []string{"$\\boxed{BEGIN ' answer is 1."} {
		text := strings.Repeat(piece, maxOutput/len(piece))
		start := time.Now()
		for _, r := range Rules() {
			got, _ := r.Find(text, "x", "y")
			for _, c := range Comparisons() {
				if c.Name == r.Compare {
					c.equal(got, text)
				}
			}
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%q: %v", piece, d)
		}
	}
}

// TestPossible: each rule finds some reference in one of the usual forms of writing it, and one
// that it cannot find is known to be such.
func TestPossible(t *testing.T) {
	possible := func(rule, reference string) bool {
		c, err := New([]string{rule}, "", "", reference)
		if err != nil {
			t.Fatal(err)
		}
		return c.Possible()
	}
	for _, r := range Rules() {
		if r.Compare != "" && !slices.ContainsFunc([]string{"42", "A", "(A)", "True"}, func(s string) bool { return possible(r.Name, s) }) {
			t.Errorf("%s finds no reference in any form", r.Name)
		}
	}
	for _, c := range [][2]string{{"number", "Paris"}, {"gsm8k-strict", "blue"}, {"choice-opencompass", "fire"}} {
		if possible(c[0], c[1]) {
			t.Errorf("%s is said to find %q", c[0], c[1])
		}
	}
}
