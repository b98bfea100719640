package symbols

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
)

func TestSplit(t *testing.T) {
	for _, tc := range []struct {
		text string
		most int
		want []Word
	}{
		{"", 3, nil},
		{" \n\t ", 3, nil},
		{" a bc", 3, []Word{{"a", 1}, {"bc", 3}}},
		{"a\u00a0\u2003b ", 3, []Word{{"a", 0}, {"b", 6}}}, // white space of several bytes
		{"\xff a", 3, []Word{{"\xff", 0}, {"a", 2}}},
		{" a b c d", 2, []Word{{"a", 1}, {"b", 3}}},
		{"a", 0, nil},
	} {
		if got := Split(tc.text, tc.most); !slices.Equal(got, tc.want) {
			t.Errorf("%q, %d: %v, want %v", tc.text, tc.most, got, tc.want)
		}
	}
}

// FuzzSplit compares with strings.Fields and finds every word at its offset.
func FuzzSplit(f *testing.F) {
	f.Add(" a b\xff\u2028c ")
	f.Fuzz(func(t *testing.T, text string) {
		fields := strings.Fields(text)
		words := Split(text, len(text)+1)
		if len(words) != len(fields) {
			t.Fatalf("%q: %d words, want %d", text, len(words), len(fields))
		}
		for i, w := range words {
			if w.Text != fields[i] || text[w.At:w.At+len(w.Text)] != w.Text {
				t.Fatalf("%q: word %d is %+v, want %q", text, i, w, fields[i])
			}
		}
	})
}

func TestJoin(t *testing.T) {
	if got := Join([]byte("ab(")); got != " a b (" {
		t.Errorf("joined %q", got)
	}
	if got := Join(nil); got != "" {
		t.Errorf("joined nothing to %q", got)
	}
}

func TestFail(t *testing.T) {
	v := workloads.Verdict{Total: 4}
	Fail(&v, 2, Word{"xyz", 7}, "%q is wrong", "xyz")
	want := workloads.Violation{Constraint: 2, Offset: 7, Length: 3, Doc: `"xyz" is wrong`}
	if len(v.Violations) != 1 || v.Violations[0] != want {
		t.Errorf("recorded %+v", v.Violations)
	}
}
