package reports

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/trace"
	"dllmbench/reports/guard"
	"dllmbench/reports/internal/fixture"
)

// A panic while a file is made is an error that names the file and the place.
func TestDoPanics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "figure.png")
	written, err := do([]job{{path, func(io.Writer) error { panic("bad record") }}})
	if err == nil || len(written) != 0 || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "bad record") || !strings.Contains(err.Error(), "jobs_test.go:") {
		t.Errorf("wrote %v, error %v", written, err)
	}
}

// A trace that contradicts itself ends neither the program nor the goroutine that
// draws: the error names the figure.
func TestWritePanics(t *testing.T) {
	run := Run{File: fixture.New(small)}
	run.Traces = []trace.Trace{{Cell: run.File.Header.Cells[0].ID, Budget: 2, Useful: 9, Tokens: []int32{1, 2}}}
	_, err := Write(t.TempDir(), run)
	if defect := (*guard.Failure)(nil); !errors.As(err, &defect) || !strings.Contains(err.Error(), "figure emergence: panic: ") {
		t.Errorf("error %v", err)
	}
}

// Files are made at the same time; after a failure all before it are there, and
// they alone are named.
func TestDo(t *testing.T) {
	dir := t.TempDir()
	broken := errors.New("broken")
	for _, fails := range []int{-1, 0, 6, 19} {
		var work []job
		var want []string
		for i := range 20 {
			path := filepath.Join(dir, fmt.Sprintf("%d-%d", fails, i))
			work = append(work, job{path, func(w io.Writer) error {
				if i == fails {
					return broken
				}
				_, err := fmt.Fprintln(w, i)
				return err
			}})
			if fails < 0 || i < fails {
				want = append(want, path)
			}
		}
		written, err := do(work)
		if !slices.Equal(written, want) || errors.Is(err, broken) != (fails >= 0) {
			t.Errorf("failure of %d: wrote %v, error %v", fails, written, err)
		}
		for i, path := range want {
			if data, err := os.ReadFile(path); err != nil || string(data) != fmt.Sprintln(i) {
				t.Errorf("failure of %d: file %d holds %q (%v)", fails, i, data, err)
			}
		}
	}
}
