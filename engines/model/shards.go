package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/userfile"
)

// indexFile says which tensor is in which file, where there are several.
const indexFile = WeightsFile + ".index.json"

// shards are the files of weights of a folder: one, or those of an index. They
// are one set of tensors.
type shards struct {
	index string // the file that says what belongs to it
	files []shard
	of    map[string]*safetensors.File
	bytes int64
}

type shard struct {
	name string
	info fs.FileInfo
	data interface {
		fs.File
		io.ReaderAt
	}
	*safetensors.File
}

// openShards opens the files of weights of a folder.
func openShards(fsys fs.FS) (s *shards, err error) {
	s = &shards{of: map[string]*safetensors.File{}}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	there := func(name string) bool {
		_, err := fs.Stat(fsys, name)
		return !errors.Is(err, fs.ErrNotExist)
	}
	if name := "adapter_config.json"; there(name) {
		return s, fmt.Errorf("%s: it names weights that are added to others, which are not read; merge them into %s", name, WeightsFile)
	}
	where := map[string]string{} // the file of each tensor, by the index
	names := []string{WeightsFile}
	switch s.index = WeightsFile; {
	case there(indexFile):
		if there(WeightsFile) {
			return s, fmt.Errorf("%s: %s is there too; remove the one that is not meant", indexFile, WeightsFile)
		}
		if where, err = readIndex(fsys); err != nil {
			return s, fmt.Errorf("%s: %w", indexFile, err)
		}
		s.index, names = indexFile, slices.Compact(slices.Sorted(maps.Values(where)))
	case !there(WeightsFile):
		for _, other := range []struct{ pattern, say string }{
			{"*.bin", "such a file can run code; load it with transformers and write it with save_pretrained"},
			{"*.pth", "such a file can run code; load it with transformers and write it with save_pretrained"},
			{"model-*.safetensors", indexFile + " has to say which file holds which tensor; fetch it too"},
		} {
			if list, _ := fs.Glob(fsys, other.pattern); len(list) > 0 {
				return s, fmt.Errorf("%s: is not there, and %s is not read: %s", WeightsFile, list[0], other.say)
			}
		}
	}
	for _, name := range names {
		if s.index == indexFile && !there(name) {
			return s, fmt.Errorf("%s: %s is not there, of %d files; fetch it again", indexFile, name, len(names))
		}
		if err := s.open(fsys, name); err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(where)) {
		file := where[name]
		if i := slices.IndexFunc(s.files, func(f shard) bool { return f.name == file }); s.of[name] != s.files[i].File {
			return s, fmt.Errorf("%s: tensor %q is not in %s", indexFile, name, file)
		}
	}
	return s, nil
}

// readIndex reads which file holds each tensor.
func readIndex(fsys fs.FS) (map[string]string, error) {
	var index struct {
		Files map[string]string `json:"weight_map"`
	}
	text, err := userfile.ReadIn(fsys, indexFile, maxConfig)
	if err == nil {
		err = json.Unmarshal(text, &index)
	}
	if err != nil {
		return nil, err
	}
	if len(index.Files) == 0 {
		return nil, errors.New("it has no weight_map")
	}
	for name, file := range index.Files {
		if !fs.ValidPath(file) || strings.ContainsAny(file, `/\`) {
			return nil, fmt.Errorf("tensor %q is in %q, which is no file of this folder", name, file)
		}
	}
	return index.Files, nil
}

func (s *shards) open(fsys fs.FS, name string) error {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	data, ok := file.(interface {
		fs.File
		io.ReaderAt
	})
	if !ok {
		file.Close()
		return errors.New("the file system cannot read from within a file")
	}
	s.files = append(s.files, shard{name: name, data: data})
	info, err := file.Stat()
	if err == nil {
		err = userfile.Regular(name, info)
	}
	if err != nil {
		return err
	}
	opened, err := safetensors.Open(data, info.Size())
	if err != nil {
		return err
	}
	s.files[len(s.files)-1].File, s.files[len(s.files)-1].info = opened, info
	s.bytes += info.Size()
	for _, tensor := range opened.Names() {
		if s.of[tensor] != nil {
			return fmt.Errorf("tensor %q is in another file too", tensor)
		}
		s.of[tensor] = opened
	}
	return nil
}

// Close implements io.Closer.
func (s *shards) Close() (err error) {
	for _, f := range s.files {
		err = errors.Join(err, f.data.Close())
	}
	return err
}

// Names lists all tensors.
func (s *shards) Names() []string { return slices.Sorted(maps.Keys(s.of)) }

// Shape is that of a tensor.
func (s *shards) Shape(name string) ([]int, bool) {
	if f := s.of[name]; f != nil {
		return f.Shape(name)
	}
	return nil, false
}

// Check reports whether a tensor can be read in a shape.
func (s *shards) Check(name string, shape ...int) error {
	f := s.of[name]
	if f == nil && len(s.files) > 1 {
		return fmt.Errorf("no tensor %q; the nearest name is %q", name, engines.Nearest(name, s.Names()))
	} else if f == nil {
		f = s.files[0].File
	}
	return f.Check(name, shape...)
}

// Read fills dst with the numbers of a tensor.
func (s *shards) Read(dst []float32, name string, shape ...int) error {
	if err := s.Check(name, shape...); err != nil {
		return fmt.Errorf("%s: %w", s.index, err)
	}
	return s.named(name, s.of[name].Read(dst, name, shape...))
}

// ReadFrom is Read for numbers from a given one on.
func (s *shards) ReadFrom(dst []float32, name string, from int) error {
	return s.named(name, s.of[name].ReadFrom(dst, name, from))
}

// ReadRaw is ReadFrom for the bytes of the file.
func (s *shards) ReadRaw(dst []byte, name string, from int) error {
	return s.named(name, s.of[name].ReadRaw(dst, name, from))
}

// Type is that of a tensor.
func (s *shards) Type(name string) string { return s.of[name].Type(name) }

// named puts the name of the file of a tensor in front of an error.
func (s *shards) named(tensor string, err error) error {
	if err == nil {
		return nil
	}
	file := slices.IndexFunc(s.files, func(f shard) bool { return f.File == s.of[tensor] })
	return fmt.Errorf("%s: %w", s.files[file].name, err)
}
