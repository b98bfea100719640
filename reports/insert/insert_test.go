package insert

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/harness/exit"
	"dllmbench/reports/view"
)

// TestInsertMarks writes two tables into one text, each between its own lines.
func TestInsertMarks(t *testing.T) {
	plainMark := MarkOf("report")
	plain := "a\n" + plainMark.Begin + "\nold\n" + plainMark.End + "\nb\n"
	const named = "<!-- dllmbench report sharing: begin -->\nolder\n<!-- dllmbench report sharing: end -->\nc\n"
	text, err := Table([]byte(plain+named), &view.View{}, "sharing")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); !strings.HasPrefix(got, plain) || strings.Contains(got, "older") || !strings.HasSuffix(got, "report sharing: end -->\nc\n") {
		t.Errorf("wrong place for the table:\n%s", got)
	}
	text, err = Table([]byte(plain+named), &view.View{}, "ladder")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); strings.Contains(got, "old\n") || !strings.HasSuffix(got, named) {
		t.Errorf("wrong place for the table:\n%s", got)
	}
	windows, err := plainMark.Insert([]byte("a\r\n"+plainMark.Begin+"\r\nold\r\n"+plainMark.End), "new\n")
	if want := "a\r\n" + plainMark.Begin + "\r\nnew\r\n" + plainMark.End; err != nil || string(windows) != want {
		t.Errorf("lines as on Windows, the last without an end: %v\n%q", err, windows)
	}
	if _, err := Table([]byte("no marks"), &view.View{}, "full"); err == nil {
		t.Error("a text without marks was accepted")
	}
}

// TestChangeFile: what lies outside of a mark is not touched.
func TestChangeFile(t *testing.T) {
	page, m := filepath.Join(t.TempDir(), "page.md"), MarkOf("check --self-test")
	text := "before\n" + m.Begin + "\nold\n" + m.End + "\nafter, which is longer than what was between the marks, and must not be touched\n"
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Change(page, func(text []byte) ([]byte, error) { return m.Insert(text, "new\n") }); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(page); string(got) != strings.Replace(text, "old", "new", 1) {
		t.Errorf("%s", got)
	}
	if err := Change(filepath.Join(t.TempDir(), "none"), nil); exit.Code(err) != exit.Usage {
		t.Errorf("no file: %v", err)
	}
}
