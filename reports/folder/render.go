package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/reports"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
	"dllmbench/reports/verdicts"
	"dllmbench/reports/view"
)

// Rendering says how a folder is rendered.
type Rendering struct {
	Format   table.Format[cells.Run] // of the table
	Detail   view.Detail
	Beside   []string                // folders of runs of the same cells under other loads
	Further  []result.Output         // files beside those that the run wants
	Then     func(reports.Run) error // does more with the run; may be nil
	Width    int                     // of a line in Out
	Out, Log io.Writer               // the table; what is said about the files
}

// Render makes page, plots and summary from the results in a folder and prints the
// table; in its usual format the summary in words follows.
func (r Rendering) Render(dir string) error {
	defer heap(filepath.Join(dir, Results))()
	run, done, err := open(dir, r.Detail)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	defer done()
	run.Further = r.Further
	if run.Beside, err = beside(&run.View.Header, dir, r.Beside); err != nil {
		return err
	}
	var out bytes.Buffer // is written last: whoever reads it may stop, or be a full disk
	err = reports.Prepare(&run, func() error { return r.Format.Write(&out, cells.Run{View: run.View, Width: r.Width}) })
	if err == nil {
		err = r.words(&out, run)
	}
	if exit.Code(err) == exit.Usage { // a table that this run does not have
		return err
	}
	if err != nil {
		return exit.With(exit.Execution, err)
	}
	written, err := reports.Write(dir, run)
	r.tell(written)
	if err == nil {
		err = run.View.Err()
	}
	err = exit.With(exit.Execution, err)
	if err == nil && r.Then != nil {
		err = r.Then(run)
	}
	_, outErr := out.WriteTo(r.Out)
	return errors.Join(err, exit.With(exit.Execution, outErr))
}

// words prints what follows the table: what had no room in it, the summary and the
// verdicts on claims. Formats for programs have only the bounds, in the log.
func (r Rendering) words(out io.Writer, run reports.Run) error {
	if r.Format.Name != cells.Formats()[0].Name {
		if s := run.View.Bounds(); s != "" {
			fmt.Fprintln(r.Log, s)
		}
		return nil
	}
	fmt.Fprintln(out, cells.Omitted(run.View, r.Width))
	if err := run.Summary.Text(out, r.Width); err != nil {
		return err
	}
	return verdicts.Text(out, run.Verdicts, r.Width)
}

// tell names the files of a report in one line, its figures by their number.
func (r Rendering) tell(paths []string) {
	var names []string
	figure := func(path string) bool {
		return slices.Contains(reports.Pictures(), strings.TrimPrefix(filepath.Ext(path), "."))
	}
	for _, path := range paths {
		if !figure(path) {
			names = append(names, path)
		}
	}
	for _, of := range lists.Split(lists.Keep(paths, figure), filepath.Dir) {
		names = append(names, lists.Count(len(of.Of), "figure")+" in "+of.Key)
	}
	if len(names) > 0 {
		fmt.Fprintln(r.Log, "wrote "+strings.Join(names, ", "))
	}
}
