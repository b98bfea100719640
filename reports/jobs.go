package reports

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/reports/guard"
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
	done := make([]bool, len(work))
	err = guard.Each(len(work), func(i int) error {
		err := guard.Call(work[i].path, func() error { return writeFile(work[i].path, work[i].write) })
		done[i] = err == nil
		return err
	})
	for i := 0; i < len(work) && done[i]; i++ {
		written = append(written, work[i].path)
	}
	return written, err
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
