// Package prometheus writes the numbers of a run in Prometheus's text format (0.0.4), for the
// textfile collector of the node exporter: gauges named dllmbench_COLUMN as columns of CSV are,
// in the same units, a sample for each cell.
package prometheus

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// label escapes the value of a label.
var label = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// help escapes a line of help.
var help = strings.NewReplacer(`\`, `\\`, "\n", `\n`)

// labels writes pairs of names and values as {a="b"}.
func labels(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, pairs[i]+`="`+label.Replace(view.Clean(pairs[i+1]))+`"`)
	}
	return "{" + strings.Join(list, ",") + "}"
}

// Write writes a run. What is not known has no sample.
func Write(w io.Writer, v *view.View) error {
	var b strings.Builder
	h := v.Header
	family := func(name, doc string) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n", name, help.Replace(doc), name)
	}
	family("dllmbench_run_info", "The run that the other samples are of.")
	fmt.Fprintf(&b, "dllmbench_run_info%s 1\n", labels("run_id", h.RunID, "scenario", h.Scenario, "commit", h.Env.GitSHA, "cpu", h.Env.CPU, "kernel", h.Env.Kernels()))
	if t, err := time.Parse(time.RFC3339, h.Started); err == nil {
		family("dllmbench_run_started_timestamp_seconds", "When the run began.")
		fmt.Fprintf(&b, "dllmbench_run_started_timestamp_seconds %d\n", t.Unix())
	}
	names := map[string]string{} // labels by cell
	var valid, failed strings.Builder
	for _, r := range v.Rows {
		if r.State == view.NotRun {
			continue
		}
		c := r.Cell
		pairs := []string{"scenario", h.Scenario, "cell", c.ID, "decoder", r.Name, "engine", c.Engine, "preset", c.Preset, "task", view.TaskName(c), "weights", c.Weights}
		if c.Origin != "" {
			pairs = append(pairs, "origin", c.Origin)
		}
		names[c.ID] = labels(pairs...)
		ok := 0
		if r.State == view.Valid {
			ok = 1
		}
		fmt.Fprintf(&valid, "dllmbench_cell_valid%s %d\n", names[c.ID], ok)
		fmt.Fprintf(&failed, "dllmbench_cell_failed_requests%s %d\n", names[c.ID], r.Failed)
	}
	family("dllmbench_cell_valid", "1 where the numbers of the cell may be used.")
	b.WriteString(valid.String())
	family("dllmbench_cell_failed_requests", "Requests that ended in an error, a timeout or out of memory.")
	b.WriteString(failed.String())
	for _, d := range result.Metrics() {
		for i, end := range []string{"", "_low", "_high"} {
			name, begun := "dllmbench_"+d.Column()+end, false
			for _, r := range v.Rows {
				e := r.Values[view.Metric(d.Name)]
				if e == nil || names[r.Cell.ID] == "" || e.Value-e.Value != 0 || i > 0 && e.CI == nil {
					continue
				}
				if !begun {
					begun = true
					family(name, d.Doc+[]string{"", " Lower end of the 95% interval.", " Upper end of the 95% interval."}[i]+" In "+d.Unit+".")
				}
				x := e.Value
				if i > 0 {
					x = []float64{e.CI.Low, e.CI.High}[i-1]
				}
				b.WriteString(name + names[r.Cell.ID] + " " + strconv.FormatFloat(x, 'g', -1, 64) + "\n")
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
