package library

import (
	"runtime/debug"
	"testing"

	"dllmbench/engines/weights"
)

// TestGarbage: beside large weights less garbage waits, and as much as ever once they
// are let go.
func TestGarbage(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	var shelf Shelf
	for bytes, want := range map[int64]int{0: 100, minGarbage: 100, 1 << 27: 50, 4e9: 5, 16 << 30: 5, 1 << 40: 5} {
		if collect(bytes); debug.SetGCPercent(100) != want {
			t.Errorf("%d bytes of weights: not %d%%", bytes, want)
		}
		collect(bytes)
		if _, err := shelf.Open(weights.Parse("shape:2m")); err != nil || debug.SetGCPercent(100) != 100 {
			t.Errorf("small weights: not 100%%, %v", err)
		}
	}
	t.Setenv("GOGC", "50")
	if collect(16 << 30); debug.SetGCPercent(100) != 100 {
		t.Error("what a user says is changed")
	}
}
