package main

import (
	"strings"
	"testing"

	"dllmbench/reports/view"
)

// TestInsertMarks writes two tables into one text, each between its own lines.
func TestInsertMarks(t *testing.T) {
	const plain = "a\n" + insertBegin + "\nold\n" + insertEnd + "\nb\n"
	const named = "<!-- dllmbench report sharing: begin -->\nolder\n<!-- dllmbench report sharing: end -->\nc\n"
	text, err := insertTable([]byte(plain+named), &view.View{}, "sharing")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); !strings.HasPrefix(got, plain) || strings.Contains(got, "older") || !strings.HasSuffix(got, "report sharing: end -->\nc\n") {
		t.Errorf("wrong place for the table:\n%s", got)
	}
	text, err = insertTable([]byte(plain+named), &view.View{}, "ladder")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); strings.Contains(got, "old\n") || !strings.HasSuffix(got, named) {
		t.Errorf("wrong place for the table:\n%s", got)
	}
	if _, err := insertTable([]byte("no marks"), &view.View{}, "full"); err == nil {
		t.Error("a text without marks was accepted")
	}
}
