package userfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// TestRead: whole regular files, through links too, and nothing else.
func TestRead(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "f"), filepath.Join(folder, "link")
	if err := os.WriteFile(file, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	huge := filepath.Join(folder, "huge")
	if err := os.WriteFile(huge, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Skip(err)
	}
	if _, err := Read(filepath.Join(folder, "none"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	for _, c := range []struct {
		path  string
		limit int64
		want  string
		err   string // behind the path
	}{
		{file, 5, "12345", ""},
		{link, 100, "12345", ""},
		{file, 4, "", "more than 4 bytes"},
		{huge, 1 << 20, "", "more than 1048576 bytes"},
		{folder, 100, "", "not a regular file but a folder"},
		{os.DevNull, 100, "", "not a regular file but a device"},
	} {
		got, err := Read(c.path, c.limit)
		if c.err == "" && (err != nil || string(got) != c.want) || c.err != "" && (err == nil || !strings.HasSuffix(err.Error(), " "+c.path+": "+c.err)) {
			t.Errorf("%s, limit %d: %q, %v; want %q, %s", c.path, c.limit, got, err, c.want, c.err)
		}
	}
}

// TestDir reads files of a folder by their names in it.
func TestDir(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "sub", "f"), []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(Dir(folder), "sub/f"); err != nil {
		t.Error(err)
	}
	if _, err := ReadIn(Dir(folder), "sub", 10); !errors.Is(err, ErrKind) {
		t.Errorf("a folder was read: %v", err)
	}
	if _, err := ReadIn(Dir(folder), "sub/none", 10); err == nil || strings.Contains(err.Error(), folder) {
		t.Errorf("the error should name the file within the folder: %v", err)
	}
	if _, err := ReadIn(fstest.MapFS{"f": {Data: []byte("text")}}, "f", 3); err == nil {
		t.Errorf("limit in another file system: %v", err)
	}
}

// TestReadAll bounds what is read of a stream.
func TestReadAll(t *testing.T) {
	if got, err := ReadAll(strings.NewReader("abc"), "standard input", 3); string(got) != "abc" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	_, err := ReadAll(bytes.NewReader(make([]byte, 4)), "standard input", 3)
	if err == nil || err.Error() != "read standard input: more than 3 bytes" {
		t.Errorf("%v", err)
	}
}
