package library

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"dllmbench/engines/model"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// TestDigestsAreRemembered: the digest of large weights is computed once, and again
// when the file is another one.
func TestDigestsAreRemembered(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	dir := filepath.Join(t.TempDir(), "small")
	w, err := Open(weights.Name{Kind: weights.Shape, Name: "2m"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(weights.Parse("shape:2m"), w, dir, "bfloat16"); err != nil {
		t.Fatal(err)
	}
	digest := func(least int64) (string, digests) {
		t.Helper()
		c, err := model.OpenCheckpoint(userfile.Dir(dir))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		remember(c, dir, least)
		m, err := c.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		d, _ := c.Digests.(digests)
		return m.Spec().Weights, d
	}
	first, d := digest(0)
	if plain, none := digest(minRemembered); plain != first || none.folder != "" {
		t.Errorf("digest %s of small weights, and %s remembered in %q", plain, first, none.folder)
	}
	kept, err := filepath.Glob(filepath.Join(d.folder, "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("remembered are %v, %v", kept, err)
	}
	other := "sha256:" + first[len("sha256:")+1:] + "0"
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(kept[0], other)
	if got, _ := digest(0); got != other {
		t.Errorf("digest %s is not the one that is remembered", got)
	}
	write(kept[0], "sha256:0")
	if got, _ := digest(0); got != first {
		t.Errorf("digest %s from a broken memory", got)
	}
	write(kept[0], other)
	path := filepath.Join(dir, model.WeightsFile)
	if err := os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	if got, _ := digest(0); got != first {
		t.Errorf("digest %s of a file that changed", got)
	}
}
