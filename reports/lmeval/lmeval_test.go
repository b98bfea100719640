package lmeval

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestSeveralAnswers: a sample holds all answers to an instance and their mean, so that the
// score of the file is that of the run.
func TestSeveralAnswers(t *testing.T) {
	right, wrong := true, false
	answer := func(instance, output string, exact *bool) result.Request {
		return result.Request{Cell: "c", Instance: instance, Item: instance, Status: "success", Exact: exact, Output: output}
	}
	f := &result.File{
		Header:    result.Header{Started: "2026-01-02T03:04:05Z", Cells: []result.Cell{{ID: "c", Label: "ar", Workload: "w"}}},
		Instances: map[string]result.Instance{},
		Requests:  []result.Request{answer("a", "1", &right), answer("b", "2", &right), answer("a", "3", &wrong)},
	}
	files, err := Files(f)
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for i, want := range []string{`"resps":[["1","3"]],"filtered_resps":["1","3"],`, `"exact_match,none": 0.75`} {
		if !strings.Contains(string(files[i].Data), want) {
			t.Errorf("%s lacks %s:\n%s", files[i].Path, want, files[i].Data)
		}
	}
	if n := strings.Count(string(files[0].Data), "\n"); n != 2 {
		t.Errorf("%d samples of 2 instances", n)
	}
}
