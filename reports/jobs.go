package reports

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines/atomicfile"
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
	err = guard.Each(len(work), func(i int) string { return work[i].path }, func(i int) error {
		err := atomicfile.Render(work[i].path, work[i].write)
		done[i] = err == nil
		return err
	})
	for i := 0; i < len(work) && done[i]; i++ {
		written = append(written, work[i].path)
	}
	return written, err
}

// removeStale removes figures of this program with the ending from a folder, except
// those that were written.
func removeStale(folder, ending string, written []string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("report folder: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		name, ours := strings.CutSuffix(e.Name(), ending)
		if ours && plot.IsName(name) && e.Type().IsRegular() && !slices.Contains(written, path) {
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("old figure: %w", err)
			}
		}
	}
	return nil
}
