package reports

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"dllmbench/reports/plot"
)

// job is a file to be made.
type job struct {
	path  string
	write func(io.Writer) error
}

// do makes the files on all processors, in order as far as that goes, and stops
// after a failure. It returns the paths before the first one that failed.
func do(work []job) (written []string, err error) {
	errs := make([]error, len(work))
	var next atomic.Int64
	var failed atomic.Bool
	var wg sync.WaitGroup
	for range min(len(work), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for !failed.Load() { // what is taken is done, so that all before a failure are
				i := int(next.Add(1)) - 1
				if i >= len(work) {
					return
				}
				if errs[i] = writeFile(work[i].path, work[i].write); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	wg.Wait()
	for i, j := range work {
		if errs[i] != nil {
			return written, errs[i]
		}
		written = append(written, j.path)
	}
	return written, nil
}

// folder is a folder of figures.
type folder struct {
	path    string
	ending  string          // of the names of figures
	current map[string]bool // names of those that were made
}

// removeStale removes figures of this program that are not current.
func (f folder) removeStale() error {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return fmt.Errorf("report folder: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		ours := strings.HasSuffix(name, f.ending) && plot.IsName(strings.TrimSuffix(name, f.ending))
		if ours && !f.current[name] && e.Type().IsRegular() {
			if err := os.Remove(filepath.Join(f.path, name)); err != nil {
				return fmt.Errorf("old figure: %w", err)
			}
		}
	}
	return nil
}
