package main

import (
	"bytes"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/guard"
	"dllmbench/reports/view"
)

// Bad records that break the report name their cell and end with exit code 1, not
// with the stack of a goroutine.
func TestCrashed(t *testing.T) {
	bad := func() (p any) {
		defer func() { p = recover() }()
		guard.Must("cell c0002 (ar)", func() {
			view.New(&result.File{Requests: make([]result.Request, 1), Header: result.Header{Cells: make([]result.Cell, 1)}}).Rows[1].Usable()
		})
		return nil
	}
	var b bytes.Buffer
	if code := crashed(&b, bad()); code != 1 || strings.Count(b.String(), "\n") != 1 || !strings.HasPrefix(b.String(), "dllmbench: cell c0002 (ar): panic: runtime error: index out of range") {
		t.Errorf("exit code %d, %q", code, b.String())
	}
	b.Reset()
	if code := crashed(&b, "defect"); code != 1 || !strings.Contains(b.String(), "internal error: defect\n") || !strings.Contains(b.String(), "goroutine") {
		t.Errorf("exit code %d, %q", code, b.String())
	}
}
