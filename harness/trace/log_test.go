package trace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLog: a log that is opened again knows what it holds, and logs are merged.
func TestLog(t *testing.T) {
	dir := t.TempDir()
	for i, instance := range []string{"a", "b"} {
		l, err := OpenLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		if l.Has("cell", instance) || l.Has("cell", "a") != (i == 1) {
			t.Errorf("session %d: it has a %v and b %v", i, l.Has("cell", "a"), l.Has("cell", "b"))
		}
		if err := l.Write(&Trace{Cell: "cell", Instance: instance, Tokens: []int32{1}, Useful: 1, Budget: 1}); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	out := t.TempDir()
	if err := Merge([]string{dir, t.TempDir(), dir}, out); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := Read(filepath.Join(out, File), func(*Trace) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d traces, %v", n, err)
	}
	none := t.TempDir()
	if err := Merge([]string{t.TempDir()}, none); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(none, File)); err == nil {
		t.Error("a file of no traces")
	}
}

// TestImpossibleTraces: a trace with a number that no decoder gives is refused, with the
// field and what is allowed.
func TestImpossibleTraces(t *testing.T) {
	const good = `{"type":"trace","cell":"c","budget":2,"tokens":[1,2],"useful":1,"finish":"stop","mask":-1,"passes":[{"pass":0,"step":-1,"cache":"none","query_tokens":3,"masked":2,"committed":[{"pos":0,"id":1,"confidence":null}]}]}`
	if _, err := parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][3]string{
		{`"query_tokens":3`, `"query_tokens":-3`, "passes[0].query_tokens is -3; allowed is 0 or more"},
		{`"step":-1`, `"step":-2`, "passes[0].step is -2; allowed is -1 or more"},
		{`"masked":2`, `"masked":-2`, "passes[0].masked is -2"},
		{`"cache":"none"`, `"cache":"some"`, `passes[0].cache is "some"; allowed is none, hit or refresh, or nothing`},
		{`"finish":"stop"`, `"finish":"bored"`, "finish is"},
	} {
		if _, err := parse([]byte(strings.Replace(good, c[0], c[1], 1))); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}
