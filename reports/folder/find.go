package folder

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"dllmbench/harness/exit"
	"dllmbench/harness/result"
)

// Each reads the runs in folders and below them, each once. A file that was named
// must be whole; one that was found below a folder and is not is left out.
func Each(ctx context.Context, folders []string, add func(dir string, f *result.File) error, leftOut func(error)) error {
	seen := map[string]bool{}
	n := 0
	for _, dir := range folders {
		files, err := find(dir)
		if err != nil {
			return err
		}
		for _, path := range files {
			if ctx.Err() != nil {
				return exit.Errorf(exit.Interrupted, "interrupted; nothing was written")
			}
			full, err := filepath.Abs(path)
			if err == nil && seen[full] {
				continue
			}
			seen[full] = true
			f, err := ReadRaw(path)
			if err == nil {
				err = add(filepath.Dir(path), f)
			}
			switch {
			case err == nil:
				n++
			case len(files) == 1:
				return exit.With(exit.Setup, err)
			default:
				leftOut(err)
			}
		}
	}
	if n == 0 {
		return exit.Errorf(exit.Setup, "no run could be read")
	}
	return nil
}

// find lists the results files of a folder and of all below it.
func find(folder string) ([]string, error) {
	var list []string
	root := folder
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		root += string(filepath.Separator) // a link to a folder is one
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (path == folder || d.Name() == Results) {
			list = append(list, path)
		}
		return err
	})
	switch {
	case os.IsNotExist(err):
		return nil, exit.Errorf(exit.Setup, "%w; a run is named by its folder", err)
	case err != nil:
		return nil, exit.With(exit.Setup, err)
	case len(list) == 0:
		return nil, exit.Errorf(exit.Setup, "%s holds no %s, nor does any folder below it", folder, Results)
	}
	return list, nil
}
