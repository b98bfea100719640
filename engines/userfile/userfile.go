// Package userfile opens the files that a user names. Such a path may lead
// anywhere: to a pipe that nobody writes to, to a device without an end, to a
// folder, to a file that does not fit into memory. This package opens regular
// files only, never waits for another program, and reads whole files up to a
// stated number of bytes only. Its errors name the file.
//
// Standard input has no name. A command that takes it reads it with [ReadAll].
package userfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Open opens a regular file for reading, whole or by offset.
func Open(path string) (*os.File, error) { return OpenFile(path, os.O_RDONLY, 0) }

// OpenFile is [os.OpenFile] for regular files, and for files that are yet to be made.
func OpenFile(path string, flag int, perm fs.FileMode) (*os.File, error) {
	// Opening a device can already do something, and opening a pipe can wait.
	if info, err := os.Stat(path); err == nil {
		if err := Regular(path, info); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, flag|nonblock, perm) // it may be another file by now
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = Regular(path, info)
	}
	// Some files of the kernel are called regular and yet wait for events.
	if err == nil && f.SetReadDeadline(time.Time{}) == nil {
		err = refuse(path, "a file that waits for events")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Regular returns an error that names the file and what it is, unless it is a regular file.
func Regular(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return refuse(path, "a folder")
	case mode&fs.ModeNamedPipe != 0:
		return refuse(path, "a pipe")
	case mode&fs.ModeDevice != 0:
		return refuse(path, "a device")
	case mode&fs.ModeSocket != 0:
		return refuse(path, "a socket")
	}
	return refuse(path, "something else")
}

// ErrKind says that a path does not lead to a regular file.
var ErrKind = errors.New("not a regular file")

func refuse(path, kind string) error {
	return &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("%w but %s", ErrKind, kind)}
}

// Read returns the content of a regular file of at most limit bytes.
func Read(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(f, path, limit)
}

// ReadIn returns the content of a file of at most limit bytes in a file system,
// which is one of [Dir] or one without pipes and devices.
func ReadIn(files fs.FS, name string, limit int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(f, name, limit)
}

func readFile(f fs.File, name string, limit int64) ([]byte, error) {
	// A file that says it is too long need not be read. One that says less may yet grow.
	info, err := f.Stat()
	if err == nil {
		err = Regular(name, info)
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, tooLong(name, limit)
	}
	return ReadAll(f, name, limit)
}

// ReadAll reads to the end, at most limit bytes; name stands in errors.
func ReadAll(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = tooLong(name, limit)
	}
	var named *fs.PathError
	if err != nil && !errors.As(err, &named) {
		err = &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, err
}

func tooLong(name string, limit int64) error {
	return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("more than %d bytes", limit)}
}

// Dir is the file system of a folder, as [os.DirFS] is, in which files open as
// [Open] opens them.
func Dir(path string) fs.FS { return dir(path) }

type dir string

// Open implements [fs.FS].
func (d dir) Open(name string) (fs.File, error) {
	local, err := filepath.Localize(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	path := filepath.Join(string(d), local)
	open := Open
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		open = os.Open
	}
	f, err := open(path)
	if err != nil {
		var where *fs.PathError
		if errors.As(err, &where) {
			where.Path = name
		}
		return nil, err
	}
	return f, nil
}
