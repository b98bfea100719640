package view

import (
	"encoding/json"
	"testing"

	"dllmbench/harness/result"
)

// TestSamplesBeginWithDisagreement: an instance that some decoders solve comes before
// all others, also where its prompt was not kept; then come different texts.
func TestSamplesBeginWithDisagreement(t *testing.T) {
	f := &result.File{Header: result.Header{Cells: []result.Cell{{ID: "a", Label: "a", Engine: "block"}, {ID: "b", Label: "b", Engine: "block"}}}}
	for _, x := range []struct {
		instance string
		texts    [2]string
		exact    [2]bool
		prompt   bool
	}{
		{"0 same", [2]string{"x", "x"}, [2]bool{true, true}, true},
		{"1 texts", [2]string{"x", "y"}, [2]bool{false, false}, true},
		{"2 scores, no prompt", [2]string{"x", "y"}, [2]bool{true, false}, false},
		{"3 scores", [2]string{"x", "y"}, [2]bool{false, true}, true},
	} {
		for i, cell := range []string{"a", "b"} {
			q := result.Request{Cell: cell, Instance: x.instance, Status: "success", Output: x.texts[i], Exact: &x.exact[i]}
			if x.prompt {
				q.Extra, _ = json.Marshal(result.Sample{Prompt: "p"})
			}
			f.Requests = append(f.Requests, q)
		}
	}
	v := New(f)
	var got []string
	for _, s := range v.SamplesOf(v.Points[0], 9) {
		got = append(got, s.Instance)
	}
	if want := []string{"3 scores", "2 scores, no prompt", "1 texts", "0 same"}; len(got) != 4 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || got[3] != want[3] {
		t.Errorf("order %q, want %q", got, want)
	}
}
