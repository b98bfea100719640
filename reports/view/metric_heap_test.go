package view

import (
	"testing"

	"dllmbench/harness/result"
)

// TestAllocated: per request of the counted batch, of the last warm-up; unknown
// without a count.
func TestAllocated(t *testing.T) {
	f := planted(plan{label: "ar", nfe: 1, ms: 1}, plan{label: "d", nfe: 1, ms: 1}, plan{label: "x", nfe: 1, ms: 1})
	f.Allocations = []result.Allocations{
		{Cell: "0", Requests: 4, Earlier: 1, Bytes: 99e9, Objects: 1},
		{Cell: "0", Requests: 4, Earlier: 1, Bytes: 8000, Objects: 10},
		{Cell: "1", Requests: 1, Bytes: 500, Objects: 3},
	}
	rows := New(f).Rows
	if b, o := rows[0].Values["alloc_bytes"], rows[0].Values["alloc_objects"]; b.Value != 2 || o.Value != 2.5 || b.CI != nil || b.Method != "one untimed batch" {
		t.Errorf("bytes %+v, objects %+v", b, o)
	}
	if b := rows[1].Values["alloc_bytes"]; b.Value != 0.5 || b.Method == "one untimed batch" {
		t.Errorf("a first batch is not marked: %+v", b)
	}
	if rows[2].Values["alloc_bytes"] != nil || rows[2].Values["alloc_objects"] != nil {
		t.Error("allocations that nobody counted")
	}
}
