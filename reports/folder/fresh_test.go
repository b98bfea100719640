package folder

import (
	"path/filepath"
	"sync"
	"testing"
)

// TestFresh has many runs begin in the same second: each gets a folder of its own.
func TestFresh(t *testing.T) {
	base := filepath.Join(t.TempDir(), "results", "run")
	var mu sync.Mutex
	seen := map[string]bool{}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			path, err := Fresh(base)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[path] {
				t.Errorf("%s is given twice, or %v", path, err)
			}
			seen[path] = true
		})
	}
	all.Wait()
}
