package taskfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/userfile"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/public"
)

// Formats lists the formats of task files.
func Formats() []string {
	var names []string
	for _, f := range taskFormats() {
		names = append(names, f.name)
	}
	return names
}

// Asks reports whether the prompts of a format are questions, not texts to continue.
func Asks(format string) bool {
	return slices.ContainsFunc(taskFormats(), func(f taskFormat) bool { return f.name == format && f.asks })
}

// Open reads a task file, or the folder of one where the format has
// folders, and hashes it. name is that of the workload, "" for the format's own.
func Open(format, path, name string) (task *jsonl.Workload, sha256 string, err error) {
	formats := taskFormats()
	i := slices.IndexFunc(formats, func(f taskFormat) bool { return f.name == format })
	if i < 0 {
		return nil, "", engines.UnknownName("format of task files", format, Formats())
	}
	f := formats[i]
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, "", err
	case f.folder && !info.IsDir():
		return nil, "", fmt.Errorf("%s is a file; the format %s is a folder of group/task.jsonl and group/task_config.yaml", path, format)
	case !f.folder:
		err = userfile.Regular(path, info)
	}
	if err != nil {
		return nil, "", err
	}
	dir, base := filepath.Split(path)
	if f.folder {
		dir, base = path, "."
	}
	files := &hashedFS{userfile.Dir(filepath.Clean(dir)), map[string]hash.Hash{}}
	task, err = f.read(files, base)
	if err == nil && name != "" {
		task, err = task.Named(name)
	}
	if many := (jsonl.Mistakes)(nil); errors.As(err, &many) {
		for i, err := range many {
			many[i] = fmt.Errorf("%s: %w", format, err)
		}
		return nil, "", many
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", format, err)
	}
	return task, files.digest(), nil
}

// taskName makes the name of a workload of the name of a file.
func taskName(path string) string {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	name = strings.TrimSuffix(name, filepath.Ext(name))
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
	return name[:min(len(name), 64)]
}

// hashedFS is a file system that hashes what is read of it.
type hashedFS struct {
	fs.FS
	sums map[string]hash.Hash
}

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

// taskFormat is a format of task files.
type taskFormat struct {
	name   string
	folder bool // the tasks are in a folder, not in one file
	asks   bool // prompts are questions, not texts to continue
	read   func(files fs.FS, path string) (*jsonl.Workload, error)
}

// taskFormats lists the formats that a scenario may name.
func taskFormats() []taskFormat {
	return []taskFormat{
		{"jsonl", false, true, func(files fs.FS, path string) (*jsonl.Workload, error) {
			return jsonl.Open(files, path, taskName(path))
		}},
		{"gsm8k", false, true, public.GSM8K},
		{"humaneval", false, false, public.HumanEval},
		{"humaneval-infilling", false, false, public.HumanEvalInfilling},
		{"santacoder-fim", false, false, public.SantaCoderFIM},
		{"parallelbench", true, true, func(files fs.FS, _ string) (*jsonl.Workload, error) { return public.ParallelBench(files) }},
	}
}
