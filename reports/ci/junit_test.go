package ci

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/harness/gate"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// grammar is the part of the JUnit schema that CI systems read: for each
// element, the elements it may hold and its attributes, those with ! required.
var grammar = map[string]struct{ children, attributes []string }{
	"testsuites": {[]string{"testsuite"}, []string{"name", "tests", "failures", "errors"}},
	"testsuite":  {[]string{"properties", "testcase"}, []string{"name!", "tests!", "failures!", "errors!", "skipped", "timestamp"}},
	"properties": {[]string{"property"}, nil},
	"property":   {nil, []string{"name!", "value!"}},
	"testcase":   {[]string{"skipped", "error", "failure", "system-out"}, []string{"name!", "classname!"}},
	"failure":    {nil, []string{"message", "type"}},
	"error":      {nil, []string{"message", "type"}},
	"skipped":    {nil, []string{"message"}},
	"system-out": {nil, nil},
}

// check reads a document by the grammar and returns how many elements it has of
// each name; the counts that it claims must be right.
func check(t *testing.T, text string) map[string]int {
	t.Helper()
	count, claimed := map[string]int{}, map[string]int{}
	var stack []string
	in := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		switch e := token.(type) {
		case xml.StartElement:
			rule, known := grammar[e.Name.Local]
			if !known || len(stack) == 0 && e.Name.Local != "testsuites" || len(stack) > 0 && !slices.Contains(grammar[stack[len(stack)-1]].children, e.Name.Local) {
				t.Fatalf("element %s in %v", e.Name.Local, stack)
			}
			has := map[string]bool{}
			for _, a := range e.Attr {
				has[a.Name.Local] = true
				if !slices.Contains(rule.attributes, a.Name.Local) && !slices.Contains(rule.attributes, a.Name.Local+"!") {
					t.Errorf("attribute %s of %s", a.Name.Local, e.Name.Local)
				}
				if n, err := strconv.Atoi(a.Value); err == nil && e.Name.Local == "testsuite" {
					claimed[a.Name.Local] = n
				}
			}
			for _, a := range rule.attributes {
				if name, required := strings.CutSuffix(a, "!"); required && !has[name] {
					t.Errorf("%s has no %s", e.Name.Local, name)
				}
			}
			count[e.Name.Local]++
			stack = append(stack, e.Name.Local)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
	for name, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
		if claimed[name] != count[element] {
			t.Errorf("%s says %d, there are %d", name, claimed[name], count[element])
		}
	}
	return count
}

// TestReport checks which verdict becomes what: no verdict at all is an error
// and not a passed test.
func TestJUnit(t *testing.T) {
	for _, c := range []struct {
		verdict gate.Verdict
		accept  bool
		want    string // the element in the case, "" for a passed one
	}{
		{gate.Changed, false, "failure"}, {gate.Regressed, false, "failure"}, {gate.Changed, true, ""},
		{gate.Invalid, false, "error"}, {gate.Insufficient, false, "error"}, {gate.NotComparable, false, "error"},
		{gate.NoChange, false, ""}, {gate.WithinNoise, false, ""}, {gate.Improved, false, ""},
	} {
		r := &gate.Report{Title: "check", Started: "2026-01-02T03:04:05Z", Findings: []gate.Finding{{Cell: "cell", Metric: "e2e", Verdict: c.verdict, Accept: c.accept, Sentence: "it says <&>\x00 so"}}}
		var b bytes.Buffer
		if err := JUnit(&b, r); err != nil {
			t.Fatal(err)
		}
		count := check(t, b.String())
		if count["testcase"] != 1 || count["failure"]+count["error"]+count["skipped"] != len(c.want)/max(1, len(c.want)) || c.want != "" && count[c.want] != 1 {
			t.Errorf("%s: %v", c.verdict, count)
		}
		if !strings.Contains(b.String(), "it says") {
			t.Errorf("%s: the sentence is lost", c.verdict)
		}
	}
	r := &gate.Report{Limits: []gate.LimitMark{{Met: true, Limit: "a"}, {Limit: "b", Sentence: "too slow"}}}
	var b bytes.Buffer
	if err := JUnit(&b, r); err != nil {
		t.Fatal(err)
	}
	if count := check(t, b.String()); count["testcase"] != 2 || count["failure"] != 1 {
		t.Errorf("%v", count)
	}
}

func TestRunJUnit(t *testing.T) {
	f := fixture.New(fixture.Default)
	f.Validity[0].Valid, f.Validity[0].Reasons = false, []string{"it <broke>"}
	f.Requests[len(f.Requests)-1].Status = "error"
	v := view.New(f)
	var b bytes.Buffer
	if err := RunJUnit(&b, v); err != nil {
		t.Fatal(err)
	}
	count := check(t, b.String())
	if count["testcase"] != len(v.Rows) || count["error"] != 1 || count["failure"] != 1 {
		t.Errorf("%v", count)
	}
	if !strings.Contains(b.String(), "it &lt;broke&gt;") {
		t.Error(fmt.Sprint("the reason is lost: ", b.String()[:300]))
	}
}
