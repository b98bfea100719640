// Package folder makes and reads the folder of a run, for the commands that show it. Errors carry exit codes.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"dllmbench/engines/userfile"
	"dllmbench/harness/claims"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports"
	"dllmbench/reports/view"
)

// maxEmbedded is the largest results file, in bytes, that is read once more to
// be put into the page, compressed.
const maxEmbedded = 64 << 20

// maxInMemory is the largest results file, in bytes, whose requests are all
// held in memory; those of a larger one are read when they are asked for.
const maxInMemory = 200 << 20

// open reads results and traces of a folder, derives the view and judges the
// claims that the scenario names. The view may be used until done is called.
func open(dir string, detail view.Detail) (run reports.Run, done func() error, err error) {
	path := filepath.Join(dir, Results)
	info, err := os.Stat(path)
	if err != nil {
		return run, nil, fmt.Errorf("%w; a run is named by its folder", err)
	}
	if info.Size() > maxInMemory {
		run, done, err = Indexed(path, detail)
	}
	if err == nil && run.View == nil {
		done = func() error { return nil }
		if run.File, err = result.ReadFile(path); err == nil {
			run.View = view.NewBounded(run.File, detail)
		}
	}
	if err != nil {
		return run, done, err
	}
	return run, done, complete(&run, dir)
}

// Indexed leaves the requests of a large file on disk. Claims are judged by all
// requests together, and some outputs need them: then there is no view yet.
func Indexed(path string, detail view.Detail) (run reports.Run, done func() error, err error) {
	x, err := result.OpenIndex(path)
	if err != nil {
		return run, nil, err
	}
	if len(x.Header.Claims) > 0 || reports.NeedRequests(x.Header.Outputs) {
		return run, nil, x.Close()
	}
	run.File = &x.File
	if run.View, err = view.Open(x, detail); err != nil {
		x.Close()
		return run, nil, err
	}
	return run, x.Close, nil
}

// complete adds what stands beside the view.
func complete(run *reports.Run, dir string) error {
	file := run.File
	err := trace.Read(filepath.Join(dir, trace.File), func(t *trace.Trace) error {
		run.Traces = append(run.Traces, *t)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	path := filepath.Join(dir, Results)
	if info, err := os.Stat(path); err == nil && info.Size() <= maxEmbedded {
		if run.Records, err = userfile.Read(path, maxEmbedded); err != nil {
			return err
		}
	}
	if len(file.Header.Claims) > 0 {
		run.Verdicts, err = claims.Decide(file, run.Traces, file.Header.Claims)
		return err
	}
	return nil
}

// Inside is the results file of a folder; any other path stays what it is.
func Inside(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, Results)
	}
	return path
}

// Read reads results.jsonl of a folder, or a results file.
func Read(path string) (*result.File, error) {
	f, err := result.ReadFile(Inside(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Errorf(exit.Setup, "%w; a run is named by its folder", err)
	}
	return f, exit.With(exit.Setup, err)
}

// Newest is the folder below root whose results changed last.
func Newest(root string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(root, "*", Results))
	if err != nil {
		return "", err
	}
	newest, at := "", int64(0)
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return "", exit.With(exit.Setup, err)
		}
		if t := info.ModTime().UnixNano(); newest == "" || t > at {
			newest, at = filepath.Dir(path), t
		}
	}
	if newest == "" {
		return "", exit.Errorf(exit.Setup, "there is no run below %s: name the folder of one, or make one with dllmbench run", root)
	}
	return newest, nil
}

// ReadRaw reads a results file with the times that must not be used,
// because a history shows them as such.
func ReadRaw(path string) (*result.File, error) {
	f, err := userfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return result.Read(f, path)
}

// Results is the name of the results in a run's folder.
const Results = "results.jsonl"

// beside reads runs that a run can be drawn beside: under loads, with cells
// in common.
func beside(own *result.Header, dir string, beside []string) ([]*view.View, error) {
	if len(beside) > 0 && own.Load == "" {
		return nil, exit.Errorf(exit.Insufficient, "%s was not run under a load, so there is nothing to draw against other loads: dllmbench run --load makes such a run", dir)
	}
	ours := map[string]bool{}
	for _, c := range own.Cells {
		ours[c.ID] = true
	}
	var list []*view.View
	for _, path := range beside {
		file, err := Read(path)
		if err != nil {
			return nil, err
		}
		if file.Header.Load == "" {
			return nil, exit.Errorf(exit.Insufficient, "%s was not run under a load", path)
		}
		if !slices.ContainsFunc(file.Header.Cells, func(c result.Cell) bool { return ours[c.ID] }) {
			return nil, exit.Errorf(exit.Insufficient, "%s and %s have no cell in common: only runs of one scenario can be drawn against their loads", path, dir)
		}
		list = append(list, view.New(file))
	}
	return list, nil
}

// The heap while a large run is rendered. It would be collected some hundred
// times at twice of what is in use; it may grow to more, up to a bound that
// leaves a page of 10,000 cells below a gigabyte in all.
const (
	largeHeapPercent = 400
	largeHeapBytes   = 700 << 20
)

// heap gives rendering more memory if the results file is so large that its
// requests stay on disk, and returns what takes it back. Who sets GOGC or
// GOMEMLIMIT has decided otherwise.
func heap(results string) (restore func()) {
	info, err := os.Stat(results)
	if err != nil || info.Size() <= maxInMemory || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	limit := debug.SetMemoryLimit(largeHeapBytes)
	percent := debug.SetGCPercent(largeHeapPercent)
	return func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	}
}

// Fresh makes a folder that is not there yet: base, or base with a number.
func Fresh(base string) (path string, err error) {
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		return "", err
	}
	path = base
	for n := 2; ; n++ {
		if err := os.Mkdir(path, 0o755); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
		path = fmt.Sprintf("%s-%d", base, n)
	}
}

// Taken says that a folder holds results already, and what to do instead; nil if it does not.
func Taken(dir, instead string) error {
	if _, err := os.Lstat(filepath.Join(dir, Results)); err != nil {
		return nil
	}
	return exit.Errorf(exit.Usage, "%s holds results already: %s", dir, instead)
}

// Create makes a folder with a results file, which must not be there yet. A folder with a
// checkpoint is not one for results: its digest and its copies would be of both.
func Create(dir string, header result.Header, metrics []result.Metric, instead string, first ...any) (*result.Writer, error) {
	return create(dir, instead, func(path string) (*result.Writer, error) { return result.Create(path, header, metrics, first...) })
}

// CreateWith does the same with the records that fill writes: see [result.CreateWith].
func CreateWith(dir string, header result.Header, metrics []result.Metric, instead string, fill func(*result.Writer, string) error) (*result.Writer, error) {
	return create(dir, instead, func(path string) (*result.Writer, error) { return result.CreateWith(path, header, metrics, fill) })
}

func create(dir, instead string, make func(path string) (*result.Writer, error)) (*result.Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	for _, e := range list {
		if ext := filepath.Ext(e.Name()); ext == ".safetensors" || ext == ".gguf" || e.Name() == "config.json" {
			return nil, exit.Errorf(exit.Usage, "%s holds a checkpoint (%s); choose another --out", dir, e.Name())
		}
	}
	w, err := make(filepath.Join(dir, Results))
	if taken := Taken(dir, instead); errors.Is(err, fs.ErrExist) && taken != nil {
		return nil, taken
	}
	return w, exit.With(exit.Execution, err)
}
