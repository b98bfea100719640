package taskfile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"slices"
)

// hashedFS is a file system that hashes what is read of it.
type hashedFS struct {
	fs.FS
	sums map[string]hash.Hash
}

func newHashedFS(files fs.FS) *hashedFS { return &hashedFS{files, map[string]hash.Hash{}} }

// Open implements fs.FS.
func (h *hashedFS) Open(name string) (fs.File, error) {
	f, err := h.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return f, err
	}
	h.sums[name] = sha256.New()
	return hashedFile{f, io.TeeReader(f, h.sums[name])}, nil
}

// hashedFile is a file that hashes what is read of it.
type hashedFile struct {
	fs.File
	tee io.Reader
}

func (f hashedFile) Read(p []byte) (int, error) { return f.tee.Read(p) }

// Close reads what nobody read, so that the hash is that of the file.
func (f hashedFile) Close() error {
	_, err := io.Copy(io.Discard, f.tee)
	if closed := f.File.Close(); err == nil {
		err = closed
	}
	return err
}

// digest is the SHA-256 in hex of the file that was read. Of several it is that
// of the lines that sha256sum prints of them, in the order of their names.
func (h *hashedFS) digest() string {
	names := slices.Sorted(maps.Keys(h.sums))
	if len(names) == 1 {
		return hex.EncodeToString(h.sums[names[0]].Sum(nil))
	}
	all := sha256.New()
	for _, name := range names {
		fmt.Fprintf(all, "%x  %s\n", h.sums[name].Sum(nil), name)
	}
	return hex.EncodeToString(all.Sum(nil))
}
