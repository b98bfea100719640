package folder

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dllmbench/harness/exit"
)

// TestFind: a file is itself, a folder all results below it, and nothing an error.
func TestFind(t *testing.T) {
	root := t.TempDir()
	var want []string
	for i, name := range []string{"a", "b/c"} {
		path := filepath.Join(root, name, Results)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		when := time.Unix(int64(1000*i), 0)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		want = append(want, path)
	}
	if got, err := find(root); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	if got, err := find(link); err != nil || len(got) != len(want) {
		t.Errorf("behind a link: %v, %v", got, err)
	}
	if got, err := find(want[0]); err != nil || !slices.Equal(got, want[:1]) {
		t.Errorf("%v, %v", got, err)
	}
	if newest, err := Newest(filepath.Join(root, "b")); err != nil || newest != filepath.Join(root, "b", "c") {
		t.Errorf("newest is %s, %v", newest, err)
	}
	empty := t.TempDir()
	if _, err := find(empty); exit.Code(err) != exit.Setup {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := Newest(empty); exit.Code(err) != exit.Setup {
		t.Errorf("no run: %v", err)
	}
	if _, err := Read(filepath.Join(empty, "none")); exit.Code(err) != exit.Setup {
		t.Errorf("no such folder: %v", err)
	}
}
