package jsonl

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
)

// packed is text in gzip.
func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSources: a file may begin with a byte order mark and be packed, in one or
// several parts; answers that are JSON numbers are taken as they are written.
func TestSources(t *testing.T) {
	const a, b = `{"id":"a","prompt":"2+2=","answer":"4","checker":"exact"}` + "\n", `{"id":"b","prompt":"1/2=","answer":0.5,"checker":"numeric"}` + "\n"
	for name, text := range map[string]string{
		"mark":                  "\ufeff" + a + b,
		"packed":                packed(t, a+b),
		"packed in parts":       packed(t, a) + packed(t, b),
		"mark in a packed file": packed(t, "\ufeff"+a+b),
	} {
		items, err := Read(strings.NewReader(text), "f")
		if err != nil || len(items) != 2 || items[0].Answer != "4" || items[1].Answer != "0.5" || !items[1].Check("1/2").Exact {
			t.Errorf("%s: %+v %v", name, items, err)
		}
	}
	const exact = "12345678901234567890.00000000000000000001"
	_, err := Read(strings.NewReader(`{"id":"n","prompt":"p","answer":`+exact+`,"checker":"numeric"}`), "f")
	if err == nil || !strings.Contains(err.Error(), "more than 40 digits") {
		items, err := Read(strings.NewReader(`{"id":"n","prompt":"p","answer":`+exact[:38]+`1,"checker":"numeric"}`), "f")
		if err != nil || items[0].Answer != exact[:38]+"1" || items[0].Check(exact[:38]).Exact {
			t.Errorf("%+v %v", items, err)
		}
	}
	for text, want := range map[string]string{
		"\xff\xfe{\x00":             "f:1: UTF-16, which is not read: save the file as UTF-8",
		"\xfe\xff\x00{":             "f:1: UTF-16, which is not read: save the file as UTF-8",
		packed(t, a)[:30]:           "f:1: packed with gzip, and broken: unexpected EOF",
		packed(t, a) + "rest of it": "f:2: packed with gzip, and broken: gzip: invalid header",
		"\x1f\x8b":                  "f:1: packed with gzip, and broken: unexpected EOF",
		packed(t, packed(t, a)):     "f:1: not UTF-8",
		`{"id":"a","answer":true}`:  `f:1: the field "answer" is neither a text nor a number`,
		`{"id":"a","prompt":"p","answer":4,"checker":"exact"}`: `f:1: the answer is a number; the checker exact needs a text, "4"`,
		"\ufeff\ufeff" + a: "f:1: not a JSON object: a line begins with {",
	} {
		if _, err := Read(strings.NewReader(text), "f"); err == nil || err.Error() != want {
			t.Errorf("%.30q: %v, want %s", text, err, want)
		}
	}
	for unit, want := range map[string]string{strings.Repeat(" ", MaxLine-1) + "\n": "the file has more than 268435456 bytes", strings.Repeat("\n", MaxLine): "more than 2000000 lines"} {
		if _, err := Read(strings.NewReader(strings.Repeat(packed(t, unit), MaxFile/MaxLine+1)), "f"); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%.200v", err)
		}
	}
}

// TestMistakes: all mistakes of a file are reported, the first ones in words.
func TestMistakes(t *testing.T) {
	good := `{"id": "ok", "prompt": "p", "answer": "1", "checker": "exact"}`
	_, err := Read(strings.NewReader("{}\n"+good+"\n\n[]\n"+good+"\n\xff\n"), "f")
	want := "f:1: the field \"id\" is missing (needed are id, prompt, answer, checker)\nf:4: not a JSON object: a line begins with {\nf:5: the id \"ok\" is that of line 2\nf:6: not UTF-8"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if many, ok := err.(interface{ Unwrap() []error }); !ok || len(many.Unwrap()) != 4 {
		t.Errorf("%T", err)
	}
	_, err = Read(strings.NewReader(strings.Repeat("[]\n", 50)), "f")
	lines := strings.Split(fmt.Sprint(err), "\n")
	if len(lines) != maxMistakes+1 || lines[maxMistakes-1] != "f:20: not a JSON object: a line begins with {" || lines[maxMistakes] != "f: and 30 more" {
		t.Errorf("%q", lines)
	}
}
