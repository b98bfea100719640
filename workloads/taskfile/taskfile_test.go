package taskfile

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOpen: the hash is that of the file, the name of the workload that of the file
// unless another is given, and what does not suit the format is refused.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "My Tasks.jsonl")
	text := `{"id":"a","prompt":"2+2=","answer":"4","checker":"exact"}` + "\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	for given, want := range map[string]string{"": "my-tasks", "other": "other"} {
		task, err := Open(Source{Format: "jsonl", Path: path, Name: given})
		if err != nil {
			t.Fatal(err)
		}
		if task.Name() != want || task.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s, %s", task.Name(), task.SHA256)
		}
	}
	for want, at := range map[string][2]string{"did you mean jsonl?": {"jsonnl", path}, "not a regular file but a folder": {"jsonl", dir}, "is a file": {"parallelbench", path}} {
		if _, err := Open(Source{Format: at[0], Path: at[1]}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", at, err, want)
		}
	}
}
