package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, text := range []string{"old", "", "the new content"} {
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != text {
			t.Errorf("read %q, %v, want %q", got, err, text)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := Write(filepath.Join(dir, "missing", "f"), nil); err == nil {
		t.Error("a file in a missing folder was written")
	}
	if err := Write(dir, nil); err == nil { // a folder cannot be replaced
		t.Error("a folder was replaced")
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("temporary files are left: %v", list)
	}
}

// TestKeepsLinksAndModes: a link stays a link, a file keeps its mode, and what is
// read-only or no file stays as it is.
func TestKeepsLinksAndModes(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "f"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, []byte("old"), 0o600), os.Symlink("f", link), os.Symlink("none", filepath.Join(dir, "dangling"))); err != nil {
		t.Skip(err)
	}
	if err := Write(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(file)
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 || string(got) != "new" {
		t.Errorf("the link is gone, or leads to %q: %v", got, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, link, filepath.Join(dir, "dangling"), dir} {
		if err := Write(path, []byte("newer")); err == nil {
			t.Errorf("%s was written", path)
		}
	}
}

// TestKeepsRecords: what begins like the records of a measurement is not replaced,
// under whichever name it is reached.
func TestKeepsRecords(t *testing.T) {
	for _, text := range []string{
		`{"type":"header","schema":"dllmbench/v2"}` + "\n", `{"type":"trace","cell":"c"}` + "\n",
		"{\n \"schema\": \"dllmbench-baseline/v1\",\n", `{"schema":"dllmbench-baseline/v1"}`,
	} {
		dir := t.TempDir()
		file, link, hard := filepath.Join(dir, "f"), filepath.Join(dir, "link"), filepath.Join(dir, "hard")
		if err := errors.Join(os.WriteFile(file, []byte(text), 0o644), os.Symlink("f", link), os.Link(file, hard)); err != nil {
			t.Skip(err)
		}
		for _, path := range []string{file, link, hard, filepath.Join(dir, ".", "..", filepath.Base(dir), "f")} {
			if err := Write(path, nil); !errors.Is(err, ErrRecords) {
				t.Errorf("%s was replaced: %v", path, err)
			}
		}
		if err := Update(file, []byte("new")); err != nil {
			t.Error(err)
		}
	}
}
