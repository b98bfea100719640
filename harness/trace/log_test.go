package trace

import (
	"os"
	"path/filepath"
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
