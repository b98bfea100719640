package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/reports/plot"
	"dllmbench/reports/verdicts"
	"dllmbench/reports/view"
)

// Claims makes the page of a run's verdicts at path, and their figures in the
// folder of the same name without its ending. save makes each file.
func Claims(path string, run Run, save func(path string, write func(io.Writer) error) error) error {
	folder := strings.TrimSuffix(path, filepath.Ext(path))
	drawn := map[int]string{}
	for _, v := range run.Verdicts {
		figure, _ := plot.Claim(v)
		if figure == nil {
			continue
		}
		file := figure.Name + ".png"
		if err := save(filepath.Join(folder, file), figure.PNG); err != nil {
			return err
		}
		drawn[v.Claim] = filepath.ToSlash(filepath.Join(filepath.Base(folder), file))
	}
	return save(path, func(w io.Writer) error {
		fmt.Fprintf(w, "# Claims and verdicts\n\nWritten from a run's records by `dllmbench report DIR --claims FILE`, not by hand. The run is made by\n"+
			"`dllmbench run scenarios/%s.yaml --out DIR`.\n\n", view.Clean(run.File.Header.Scenario))
		return verdicts.Markdown(w, &run.File.Header, run.Verdicts, func(v *claims.Verdict) string { return drawn[v.Claim] })
	})
}
