package result

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An index gives the records that ReadFile gives: of a repeated request the last
// one, without times where these are forbidden.
func TestIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := Create(path, Header{Cells: []Cell{{ID: "a"}, {ID: "b"}}, Scenario: "s"}, Metrics()[:2])
	if err != nil {
		t.Fatal(err)
	}
	ns := int64(5)
	for _, record := range []any{
		Instance{ID: "i"}, Request{Cell: "a", Instance: "i", Status: "error"}, Request{Cell: "b", Instance: "i", Status: "success", E2ENs: &ns},
		Request{Cell: "a", Instance: "j", Status: "success", E2ENs: &ns, Output: "line\nbreak"}, Request{Cell: "a", Instance: "i", Status: "success", E2ENs: &ns},
		Validity{Cell: "b", Valid: true, Timing: []string{"the machine slept"}}, Session{Session: 1},
	} {
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := OpenIndex(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var got []Request
	for _, cell := range []string{"a", "b", "c"} {
		list, err := x.RequestsOf(cell)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, list...)
	}
	want := []Request{whole.Requests[0], whole.Requests[2], whole.Requests[1]} // by cell
	if diff := cmp.Diff(want, got, counts); diff != "" || got[2].E2ENs != nil || got[0].Status != "success" {
		t.Errorf("other requests:\n%s", diff)
	}
	rest := *whole
	rest.Requests, rest.Instances = nil, nil
	if diff := cmp.Diff(rest, x.File, counts); diff != "" {
		t.Errorf("another file:\n%s", diff)
	}
	if all, err := x.InstancesOf([]*Request{&got[0], &got[1], &got[2]}); err != nil || !cmp.Equal(whole.Instances, all) {
		t.Errorf("instances %v, %v", all, err)
	}
	n := map[string]int{}
	x.Each(func(cell string, requests int) { n[cell] = requests })
	if diff := cmp.Diff(map[string]int{"a": 3, "b": 1}, n); diff != "" {
		t.Error(diff)
	}
}

// A broken request is named by its line when its cell is read.
func TestIndexOfBrokenRequest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.jsonl")
	text := `{"type":"header","schema":"` + Schema + `","cells":[{"id":"a"}]}` + "\n" +
		`{"type":"request","cell":"a","instance":"i","status":"success"}` + "\n" + `{"type":"request","cell":"a","usage":{"nfe":"many"}}` + "\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	x, err := OpenIndex(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.RequestsOf("a"); err == nil || !strings.Contains(err.Error(), path+":3: broken record") {
		t.Errorf("error %v", err)
	}
}
