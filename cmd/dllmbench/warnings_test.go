package main

import (
	"bytes"
	"strings"
	"testing"

	"dllmbench/harness"
	"dllmbench/harness/result"
)

// TestWarningsNameCellsInWords: a warning says which decoder on which task it is
// about, not the id of a cell.
func TestWarningsNameCellsInWords(t *testing.T) {
	var log bytes.Buffer
	names := map[string]string{"20d4bb3627f6923a": "ar, lists sort-8, budget 9"}
	err := (&runCmd{}).verdict(&console{stderr: &log}, harness.Summary{Untimed: []result.Validity{{Cell: "20d4bb3627f6923a", Valid: true, Timing: []string{"too loud", "asleep"}}}}, names)
	if want := "warning: the times of ar, lists sort-8, budget 9 are invalid and not used: too loud; asleep\n"; err != nil || log.String() != want {
		t.Errorf("%v, %q", err, strings.TrimSpace(log.String()))
	}
}
