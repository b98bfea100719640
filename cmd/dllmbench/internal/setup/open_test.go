package setup

import (
	"bytes"
	"strings"
	"testing"

	"dllmbench/engines/weights"
)

// TestOpen: random weights that have no room are refused before they are drawn.
func TestOpen(t *testing.T) {
	var notes bytes.Buffer
	large := weights.Parse("shape:llada-8b")
	if _, err := Open(large, false, 1<<30, &notes); err == nil || !strings.Contains(err.Error(), "shape:llada-8b: it needs 18.3 GB of memory, and 1.07 GB are available; --large draws it all the same") {
		t.Error(err)
	}
	small := weights.Parse("shape:2m")
	for _, available := range []int64{0, 1 << 30} { // 0 is unknown
		if w, err := Open(small, false, available, &notes); err != nil || w.Model == nil {
			t.Error(err)
		}
	}
	if w, err := Open(small, true, 1, &notes); err != nil || w.Model == nil || notes.Len() > 0 {
		t.Error(err, notes.String())
	}
}
