package reports

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

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
