package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/engines/model"
	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports"
	"dllmbench/reports/plot"
	"dllmbench/reports/verdicts"
)

// maxEmbedded is the largest results file, in bytes, that is read once more to
// be put into the page, compressed.
const maxEmbedded = 64 << 20

// readRun reads results and traces of a folder and judges the claims that its
// scenario names.
func readRun(dir string) (reports.Run, error) {
	file, err := result.ReadFile(filepath.Join(dir, resultsFile))
	if err != nil {
		return reports.Run{}, err
	}
	run := reports.Run{File: file}
	err = trace.Read(filepath.Join(dir, trace.File), func(t *trace.Trace) error {
		run.Traces = append(run.Traces, *t)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return run, err
	}
	path := filepath.Join(dir, resultsFile)
	if info, err := os.Stat(path); err == nil && info.Size() <= maxEmbedded {
		if run.Records, err = os.ReadFile(path); err != nil {
			return run, err
		}
	}
	if len(file.Header.Claims) > 0 {
		run.Verdicts, err = claims.Judge(claims.NewEvidence(file, run.Traces), file.Header.Claims)
		return run, err
	}
	return run, nil
}

// writeVerdicts writes the page of the verdicts to path and their figures into
// the folder of the same name without its ending.
func writeVerdicts(con *console, path, dir string, run reports.Run) error {
	if len(run.Verdicts) == 0 {
		return failf(exitInsufficient, "%s names no claims: the scenario needs the key claims", dir)
	}
	folder := strings.TrimSuffix(path, filepath.Ext(path))
	if folder == path {
		return failf(exitUsage, "--claims %s: the name of the page needs an ending, for example .md", path)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return withCode(exitExecution, err)
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
		if err := model.WriteFile(file, png.Bytes()); err != nil {
			return withCode(exitExecution, err)
		}
		fmt.Fprintln(con.stderr, "wrote", file)
		drawn[v.Claim] = filepath.ToSlash(filepath.Join(filepath.Base(folder), filepath.Base(file)))
	}
	var page bytes.Buffer
	fmt.Fprintf(&page, "# Claims and verdicts\n\nWritten from a run's records by `dllmbench report DIR --claims FILE`, not by hand. The run is made by\n"+
		"`dllmbench run scenarios/%s.yaml --out DIR`.\n\n", visible(run.File.Header.Scenario))
	err := verdicts.Markdown(&page, &run.File.Header, run.Verdicts, func(v *claims.Verdict) string { return drawn[v.Claim] })
	if err != nil {
		return err
	}
	if err := model.WriteFile(path, page.Bytes()); err != nil {
		return withCode(exitExecution, err)
	}
	fmt.Fprintln(con.stderr, "wrote", path)
	return nil
}
