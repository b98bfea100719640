// Package atomicfile replaces files in one step: a reader sees the old content
// or the new, never a part of it, even if the disk fills up, the process is
// killed or the power fails.
//
// It is the one writer of files that can be made again, and keeps away from what
// cannot: the records of a measurement are never replaced. A link stays a link, and
// a file keeps its mode.
package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"dllmbench/engines/userfile"
)

// Write replaces the file at path. It writes a temporary file in the same
// folder, flushes it to the disk and renames it.
func Write(path string, data []byte) error {
	if err := Check(path); err != nil {
		return err
	}
	return Update(path, data)
}

// Update is Write for who knows that the file at path is its own.
func Update(path string, data []byte) error {
	return update(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Stream is [Render] without keeping what is written in memory.
func Stream(path string, write func(io.Writer) error) error {
	if err := Check(path); err != nil {
		return err
	}
	return update(path, write)
}

func update(path string, write func(io.Writer) error) error {
	if err := replace(path, write); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func replace(path string, write func(io.Writer) error) error {
	mode := fs.FileMode(0o644)
	info, err := os.Stat(path)
	switch {
	case err == nil:
		if err = userfile.Regular(path, info); err != nil {
			return err
		}
		if mode = info.Mode().Perm(); mode&0o200 == 0 {
			return fs.ErrPermission
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	default:
		if _, err := os.Lstat(path); err == nil {
			return errors.New("it is a link to what is not there")
		}
	}
	name := fmt.Sprintf("%s.tmp-%d-%d", path, os.Getpid(), rand.Uint64())
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	err = write(f)
	if err == nil && info != nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(name, path)
	}
	return err
}

// ErrRecords says that a file holds what a run or a baseline keeps.
var ErrRecords = errors.New("it would be lost")

// Check returns why Write does not replace the file at path.
func Check(path string) error {
	f, err := userfile.Open(path)
	if errors.Is(err, userfile.ErrKind) {
		return err
	} else if err != nil {
		return nil // there is none, or writing it says more
	}
	defer f.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	for _, kind := range []struct{ begin, what string }{
		{`{"type":"header"`, "the results of a run"},
		{`{"type":"trace"`, "the traces of a run"},
		{`{"schema":"dllmbench-baseline/`, "a baseline"},
	} {
		if bytes.HasPrefix(squeezed(head[:n]), []byte(kind.begin)) {
			return fmt.Errorf("%s holds %s, and %w", path, kind.what, ErrRecords)
		}
	}
	return nil
}

// squeezed is JSON without the space between its words.
func squeezed(text []byte) []byte {
	return bytes.Join(bytes.Fields(text), nil)
}

// Sweep removes the temporary files of this process from a folder and the folders in
// it, which only has to be done where the process ends in the middle of writing.
func Sweep(dir string) {
	mine := fmt.Sprintf("*.tmp-%d-*", os.Getpid())
	for _, pattern := range []string{filepath.Join(dir, mine), filepath.Join(dir, "*", mine)} {
		paths, _ := filepath.Glob(pattern) // nil for a folder whose name is no pattern
		for _, path := range paths {
			os.Remove(path)
		}
	}
}

// Render replaces the file at path by what write writes; on an error the file stays.
func Render(path string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	return Write(path, b.Bytes())
}
