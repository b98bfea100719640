//go:build unix

package userfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipe: a pipe without another end is refused at once, for reading and for writing.
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip(err)
	}
	for _, flag := range []int{os.O_RDONLY, os.O_WRONLY | os.O_CREATE, os.O_RDWR} {
		if _, err := OpenFile(pipe, flag, 0o644); !errors.Is(err, ErrKind) {
			t.Errorf("flag %d: %v", flag, err)
		}
	}
	if _, err := ReadIn(Dir(filepath.Dir(pipe)), "pipe", 10); !errors.Is(err, ErrKind) {
		t.Errorf("in a folder: %v", err)
	}
}
