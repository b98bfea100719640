package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// pointer is how a file begins in whose place Git LFS keeps the real one.
const pointer = "version https://git-lfs.github.com/"

// unfinished are the names of files that are still to come.
var unfinished = []string{"*.incomplete", "*.part", "*.crdownload", "*.aria2", ".cache/huggingface/download/*.incomplete"}

// elsewhere says where a file that is not there may be found.
var elsewhere = []struct{ missing, pattern, say string }{
	{model.ConfigFile, "*.gguf", "there is %s: name the file itself"},
	{model.ConfigFile, "snapshots/*/" + model.ConfigFile, "this is the folder of a hub cache: name the folder of %s"},
	{model.ConfigFile, "models--*/snapshots/*/" + model.ConfigFile, "this is a hub cache: name the folder of %s"},
	{model.ConfigFile, "*/" + model.ConfigFile, "name the folder of %s"},
	{model.TokenizerFile, "tokenizer.model", "%s is not read: AutoTokenizer of transformers reads it, and its save_pretrained writes " + model.TokenizerFile},
}

// explain says more of why a checkpoint cannot be opened, where its files show it.
func explain(path string, err error) error {
	info, missing := os.Stat(path)
	switch {
	case errors.Is(missing, fs.ErrNotExist) && weights.Parse(path).Name != path:
		return errors.New("there is no such file or folder; in a scenario, what is said behind the # of a flag stands beside the path: {path: DIR, precision: q8_0}")
	case errors.Is(missing, fs.ErrNotExist) && strings.Contains(path, "#"):
		return errors.New("there is no such file or folder; behind the # of a path may stand mask=ID, context=token, block or full, block=N, shift=true, precision=TYPE, kv=bf16, with commas between them")
	case errors.Is(missing, fs.ErrNotExist) && path == filepath.Base(path) && engines.Nearest(path, builtin.Names()) != "":
		return fmt.Errorf("there is no such file or folder; the weights in the binary are builtin:%s", strings.Join(builtin.Names(), ", builtin:"))
	case errors.Is(missing, fs.ErrNotExist):
		if at, err := filepath.Abs(path); err == nil && !filepath.IsAbs(path) {
			return fmt.Errorf("there is no such file or folder (looked for at %s: a path of the command line starts in the current folder, one of a scenario in the folder of its file)", at)
		}
		return errors.New("there is no such file or folder")
	case missing != nil:
		return err
	case !info.IsDir():
		if isPointer(path) {
			return errors.New("it is a Git LFS pointer and not the weights; fetch them with git lfs pull")
		}
		if slices.Contains([]string{".safetensors", ".json", ".bin"}, filepath.Ext(path)) {
			return fmt.Errorf("it is a file of a checkpoint in several files: name their folder, %s", filepath.Dir(path))
		}
		return err
	}
	entries, _ := os.ReadDir(path)
	for _, e := range entries {
		file := filepath.Join(path, e.Name())
		if isPointer(file) {
			return fmt.Errorf("%s: it is a Git LFS pointer and not the file; fetch it with git lfs pull", e.Name())
		}
		if _, broken := os.Stat(file); e.Type() == fs.ModeSymlink && errors.Is(broken, fs.ErrNotExist) {
			return fmt.Errorf("%w; %s is a link to a file that is not there: fetch it again", err, e.Name())
		}
	}
	files := userfile.Dir(path)
	for _, pattern := range unfinished {
		if list, _ := fs.Glob(files, pattern); len(list) > 0 {
			return fmt.Errorf("%w; %s shows that a download was interrupted: fetch it again", err, list[0])
		}
	}
	var at *fs.PathError
	for _, e := range elsewhere {
		if list, _ := fs.Glob(files, e.pattern); len(list) > 0 && errors.Is(err, fs.ErrNotExist) && errors.As(err, &at) && at.Path == e.missing {
			return fmt.Errorf("%w; "+e.say, err, list[0])
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; a checkpoint is a folder with %s, %s (or its parts and their index) and %s (or vocab.json, merges.txt and %s), or one GGUF file", err, model.ConfigFile, model.WeightsFile, model.TokenizerFile, model.ClassFile)
	}
	return err
}

func isPointer(path string) bool {
	text, err := userfile.Read(path, 1<<10)
	return err == nil && len(text) > len(pointer) && string(text[:len(pointer)]) == pointer
}
