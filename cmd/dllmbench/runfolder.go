package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"dllmbench/engines/rating"
	"dllmbench/harness"
	"dllmbench/harness/claims"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports/folder"
)

// open makes the folder and its results file, or opens those to be continued.
func (c *runCmd) open(con *console, plan *scenario.Plan, judgeName string, judge *rating.Judge, env result.Env) (*result.Writer, *result.File, error) {
	metadata := map[string]string{}
	maps.Copy(metadata, c.fitted)
	if c.shortened() {
		metadata[claims.QuickKey] = "few instances and repetitions"
	}
	header := harness.Header(plan, env, con.now(), metadata)
	header.Shard, header.Goodput = c.whole, c.good
	if c.arrivals != nil {
		header.Load = c.arrivals.String()
	}
	if judge != nil {
		header.Judge, header.JudgeDigest = judgeName, judge.Digest()
	}
	path := filepath.Join(c.Out, folder.Results)
	if c.Resume {
		w, old, err := result.Resume(path, header)
		var damaged *result.SyntaxError
		if errors.Is(err, fs.ErrNotExist) || errors.As(err, &damaged) {
			return nil, nil, exit.With(exit.Setup, err)
		}
		if err == nil && old.Torn {
			fmt.Fprintf(con.stderr, "%s: the last line had no end, as an interrupted run leaves it, and was cut off\n", path)
		}
		return w, old, exit.With(exit.Usage, err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, nil, exit.With(exit.Usage, err)
	}
	w, err := result.Create(path, header, result.Metrics())
	if errors.Is(err, fs.ErrExist) {
		return nil, nil, exit.Errorf(exit.Usage, "%s holds results already: continue them with --resume or choose another --out", c.Out)
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, nil, exit.With(exit.Usage, err)
	}
	return w, nil, exit.With(exit.Execution, err)
}

// freshFolder returns a path that does not exist yet: base, or base with a number.
func freshFolder(base string) string {
	path := base
	for n := 2; ; n++ {
		if _, err := os.Stat(path); err != nil {
			return path
		}
		path = fmt.Sprintf("%s-%d", base, n)
	}
}
