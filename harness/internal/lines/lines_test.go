package lines

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEach(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		whole      int64
		torn       bool
		problem    string
	}{
		{"nothing", "", nil, 0, false, ""},
		{"two lines", "{\"a\":1}\n\n{\"b\":2}\r\n", []string{"0 {\"a\":1}", "9 {\"b\":2}"}, 18, false, ""},
		{"torn", "one\ntw", []string{"0 one"}, 4, true, ""},
		{"refused", "one\nbad\nthree\n", []string{"0 one"}, 4, false, "f:2: refused"},
		{"as long as allowed", strings.Repeat("x", 19) + "\n", []string{"0 " + strings.Repeat("x", 19)}, 20, false, ""},
		{"too long", "one\n" + strings.Repeat("x", 20) + "\n", []string{"0 one"}, 4, false, "f:2: the line is longer than the 20 bytes allowed"},
		{"too long and torn", strings.Repeat("x", 1<<19), nil, 0, false, "f:1: the line is longer than the 20 bytes allowed"},
	} {
		var got []string
		whole, torn, err := Each(strings.NewReader(c.text), "f", 20, func(at int64, line []byte) error {
			if string(line) == "bad\n" {
				return errors.New("refused")
			}
			got = append(got, string(rune('0'+at))+" "+strings.TrimSpace(string(line)))
			return nil
		})
		if !slices.Equal(got, c.want) || whole != c.whole || torn != c.torn || (err == nil) != (c.problem == "") || err != nil && err.Error() != c.problem {
			t.Errorf("%s: %q, %d bytes, torn %t, %v", c.name, got, whole, torn, err)
		}
	}
}

// TestAppend continues a file behind a torn line, and refuses one that is broken
// without touching it.
func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	for n := range 3 {
		seen := 0
		w, err := Append(path, 100, func(int64, []byte) error { seen++; return nil })
		if err != nil || seen != n {
			t.Fatalf("%d lines, %v", seen, err)
		}
		if err := w.Write(map[string]string{"a": "<b>"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Write(strings.Repeat("x", 200)); err == nil || !strings.Contains(err.Error(), "longer than the 100 allowed") || w.Close() != err {
			t.Errorf("a line that is too long: %v", err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(`{"torn`); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	before, err := os.ReadFile(path)
	if err != nil || string(before) != strings.Repeat("{\"a\":\"<b>\"}\n", 3)+`{"torn` {
		t.Errorf("the file holds %q, %v", before, err)
	}
	var where *Error
	_, err = Append(path, 100, func(at int64, _ []byte) error {
		if at > 0 {
			return errors.New("no")
		}
		return nil
	})
	if !errors.As(err, &where) || where.Line != 2 || where.Path != path {
		t.Errorf("error %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("a file that was refused has changed")
	}
}
