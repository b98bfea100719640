package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/harness/claims"
	"dllmbench/harness/exit"
	"dllmbench/reports"
	"dllmbench/reports/plot"
	"dllmbench/reports/terminal"
	"dllmbench/reports/verdicts"
)

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
