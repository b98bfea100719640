package library

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/weights"
)

// TestExplain: what people have on their disks in place of a checkpoint is answered with
// what to do.
func TestExplain(t *testing.T) {
	from := filepath.Join(t.TempDir(), "v1")
	w, err := Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(weights.Parse("builtin:v1"), w, from, "bfloat16"); err != nil {
		t.Fatal(err)
	}
	const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
	type step func(dir string) error
	put := func(name, text string) step {
		return func(dir string) error {
			path := filepath.Join(dir, name)
			return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
		}
	}
	move := func(old, new string) step {
		return func(dir string) error {
			path := filepath.Join(dir, new)
			return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Rename(filepath.Join(dir, old), path))
		}
	}
	const snapshot = "models--a--b/snapshots/0"
	for _, c := range []struct {
		open  string
		want  string
		steps []step
	}{
		{"none", "none: there is no such file or folder", nil},
		{"", "this is a hub cache: name the folder of " + snapshot + "/config.json", []step{move("v1", snapshot)}},
		{"models--a--b", "this is the folder of a hub cache: name the folder of snapshots/0/config.json", []step{move("v1", snapshot)}},
		{"", "name the folder of v1/config.json", nil},
		{"v1", "; a checkpoint is a folder with config.json, model.safetensors (or its parts", []step{move("v1/tokenizer.json", "v1/x")}},
		{"v1/config.json", "it is a file of a checkpoint in several files: name their folder, ", nil},
		{"v1", "model.safetensors is a link to a file that is not there: fetch it again", []step{move("v1/model.safetensors", "x"),
			func(dir string) error { return os.Symlink("../blobs/0", filepath.Join(dir, "v1/model.safetensors")) }}},
		{"v1", "model.safetensors.incomplete shows that a download was interrupted", []step{move("v1/model.safetensors", "v1/model.safetensors.incomplete")}},
		{"v1", "x.incomplete shows that a download was interrupted", []step{move("v1/model.safetensors", "v1/.cache/huggingface/download/x.incomplete")}},
		{"v1", "model.safetensors: it is a Git LFS pointer and not the file; fetch it with git lfs pull", []step{put("v1/model.safetensors", lfs)}},
		{"v1", "tokenizer.json: it is a Git LFS pointer", []step{put("v1/tokenizer.json", lfs)}},
		{"m.gguf", "m.gguf: it is a Git LFS pointer and not the weights", []step{put("m.gguf", lfs)}},
		{"", "there is m.gguf: name the file itself", []step{put("m.gguf", "")}},
		{"v1", "tokenizer.model is not read: AutoTokenizer of transformers reads it", []step{move("v1/tokenizer.json", "v1/tokenizer.model")}},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "v1"), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		for _, step := range c.steps {
			if err := step(dir); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Open(weights.Parse(filepath.Join(dir, c.open))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, which should say %q", err, c.want)
		}
	}
}

// TestLookedFor: a path that starts nowhere in particular is shown as it was looked for.
func TestLookedFor(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(weights.Parse("nowhere/v1")); err == nil || !strings.Contains(err.Error(), "looked for at "+filepath.Join(dir, "nowhere", "v1")) {
		t.Error(err)
	}
}
