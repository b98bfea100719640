package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/internal/atomicfile"
	"dllmbench/internal/exit"
	"dllmbench/reports"
	"dllmbench/reports/plot"
	"dllmbench/reports/verdicts"
	"dllmbench/reports/view"
	"dllmbench/terminal"
)

// maxEmbedded is the largest results file, in bytes, that is read once more to
// be put into the page, compressed.
const maxEmbedded = 64 << 20

// maxInMemory is the largest results file, in bytes, whose requests are all
// held in memory; those of a larger one are read when they are asked for.
const maxInMemory = 200 << 20

// readRun reads results and traces of a folder, derives the view and judges the
// claims that the scenario names. The view may be used until done is called.
func readRun(dir string, detail view.Detail) (run reports.Run, done func() error, err error) {
	path := filepath.Join(dir, resultsFile)
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxInMemory {
		run, done, err = indexed(path, detail)
	}
	if err == nil && run.View == nil {
		done = func() error { return nil }
		if run.File, err = result.ReadFile(path); err == nil {
			run.View = view.NewBounded(run.File, detail)
		}
	}
	if err != nil {
		return run, done, err
	}
	return run, done, complete(&run, dir)
}

// indexed leaves the requests of a large file on disk. Claims are judged by all
// requests together, and some outputs need them: then there is no view yet.
func indexed(path string, detail view.Detail) (run reports.Run, done func() error, err error) {
	x, err := result.OpenIndex(path)
	if err != nil {
		return run, nil, err
	}
	if len(x.Header.Claims) > 0 || reports.NeedRequests(x.Header.Outputs) {
		return run, nil, x.Close()
	}
	run.File = &x.File
	if run.View, err = view.Open(x, detail); err != nil {
		x.Close()
		return run, nil, err
	}
	return run, x.Close, nil
}

// complete adds what stands beside the view.
func complete(run *reports.Run, dir string) error {
	file := run.File
	err := trace.Read(filepath.Join(dir, trace.File), func(t *trace.Trace) error {
		run.Traces = append(run.Traces, *t)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	path := filepath.Join(dir, resultsFile)
	if info, err := os.Stat(path); err == nil && info.Size() <= maxEmbedded {
		if run.Records, err = os.ReadFile(path); err != nil {
			return err
		}
	}
	if len(file.Header.Claims) > 0 {
		run.Verdicts, err = claims.Decide(file, run.Traces, file.Header.Claims)
		return err
	}
	return nil
}

// writeVerdicts writes the page of the verdicts to path and their figures into
// the folder of the same name without its ending.
func writeVerdicts(con *console, path, dir string, run reports.Run) error {
	if len(run.Verdicts) == 0 {
		return exit.Errorf(exit.Insufficient, "%s names no claims: the scenario needs the key claims", dir)
	}
	folder := strings.TrimSuffix(path, filepath.Ext(path))
	if folder == path {
		return exit.Errorf(exit.Usage, "--claims %s: the name of the page needs an ending, for example .md", path)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return exit.With(exit.Execution, err)
	}
	drawn := map[int]string{}
	for i := range run.Verdicts {
		v := &run.Verdicts[i]
		figure, _ := plot.Claim(*v)
		if figure == nil {
			continue
		}
		var png bytes.Buffer
		if err := figure.PNG(&png); err != nil {
			return err
		}
		file := filepath.Join(folder, figure.Name+".png")
		if err := atomicfile.Write(file, png.Bytes()); err != nil {
			return exit.With(exit.Execution, err)
		}
		fmt.Fprintln(con.stderr, "wrote", file)
		drawn[v.Claim] = filepath.ToSlash(filepath.Join(filepath.Base(folder), filepath.Base(file)))
	}
	var page bytes.Buffer
	fmt.Fprintf(&page, "# Claims and verdicts\n\nWritten from a run's records by `dllmbench report DIR --claims FILE`, not by hand. The run is made by\n"+
		"`dllmbench run scenarios/%s.yaml --out DIR`.\n\n", terminal.Visible(run.File.Header.Scenario))
	err := verdicts.Markdown(&page, &run.File.Header, run.Verdicts, func(v *claims.Verdict) string { return drawn[v.Claim] })
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, page.Bytes()); err != nil {
		return exit.With(exit.Execution, err)
	}
	fmt.Fprintln(con.stderr, "wrote", path)
	return nil
}
