// Package html writes self-contained pages: the report of a run, a comparison, a
// history. No request leaves a page, it can be read without scripts, in light and
// dark, on a phone and on paper. All pages have one frame and share their parts;
// each adds its own sections. Text that comes from a run is escaped by
// html/template; invisible and reordering characters are shown as escapes.
//
// The report answers in the order in which people ask: who won, which common
// claims hold, what the curves look like, the numbers, what was written, how it
// came to be written, what it cost, whether to trust it, and how it was made.
package html

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/cells"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Content is what the report is made from.
type Content struct {
	View     *view.View
	Summary  *summary.Summary
	Figures  []*plot.Figure // from [plot.Figures] of the same view
	Skipped  []plot.Skipped
	Verdicts []claims.Verdict // on common claims; nil when none was judged
	Traces   []trace.Trace    // of the cells of the view; nil without
	Records  []byte           // the results file as it is, to be downloaded from the page; nil to leave it beside
}

// page is what the sections of the report show.
type page struct {
	*summary.Summary
	Trained, CostOnly []summary.Line
	Decoders, Tasks   []view.Definition
	Checkpoints       []result.Checkpoint
	Kinship           []string // what they share
	CheckpointNote    string   // the same in short
	Charts            *charts
	Claims            []claim
	Decide            *decisions
	Figures           []figure
	Skipped           []plot.Skipped
	Tables            []cellTable
	Cut               string // which cells are left out
	Versus            [2]string
	Samples           []taskSamples
	SamplesCut        string
	Replay            *replay
	Costs             *costs
	Parallelisms      []*table.Table
	ParallelismNote   string
	Validity          validity
	Aspects           *table.Table // scores by rule; nil without
	Marks             []markCount
	Environment       []pair
	Scenario          string
	Draws             int // of the bootstrap
	Definitions       []result.Metric
	Recorded          []result.Metric // definitions in the file that differ from ours
	Downloads         []download
	DownloadCut       string // why the table of cells is not among them
}

// maxParallel is the most tasks of the section on parallelism.
const maxParallel = 24

// Write writes the report of a run.
func Write(w io.Writer, c Content) error {
	v := c.View
	p := &page{
		Summary: c.Summary, Charts: chartsOf(v), Claims: claimsOf(c.Verdicts), Decide: decisionsOf(v),
		Replay: replayOf(v, c.Traces), Costs: costsOf(v), Validity: validityOf(v), Marks: markCounts(v),
		Environment: environment(v), Scenario: readable(v.Header.ScenarioYAML, maxScenario),
		Draws: v.Draws, Definitions: result.Metrics(), Recorded: recorded(v.Metrics),
	}
	p.CostOnly = lists.Keep(c.Summary.Lines, func(l summary.Line) bool { return l.CostOnly })
	p.Trained = lists.Keep(c.Summary.Lines, func(l summary.Line) bool { return !l.CostOnly })
	p.Decoders, p.Tasks = v.Decoders(), v.Tasks()
	p.Checkpoints, p.Kinship, p.CheckpointNote = v.Checkpoints(), v.Kinship(), v.CheckpointNote()
	p.Tables, p.Cut = tables(v)
	p.Figures, p.Skipped = fitting(c.Figures)
	p.Skipped = append(p.Skipped, c.Skipped...)
	p.Parallelisms, p.ParallelismNote = first(cells.Parallelisms(v), maxParallel, "tasks are listed; report --table parallelism writes all.")
	p.ParallelismNote = strings.TrimSpace(cells.ParallelismNote + " " + p.ParallelismNote)
	p.Aspects = cells.Aspects(v)
	if compares(v.Points) {
		p.Versus[0], p.Versus[1] = v.Versus()
	}
	p.Samples, p.SamplesCut = samples(v)
	var err error
	if p.Downloads, err = downloads(c); err != nil {
		return err
	}
	if len(v.Rows) > 0 && !slices.ContainsFunc(p.Downloads, func(d download) bool { return strings.HasPrefix(d.Name, "cells.csv") }) {
		p.DownloadCut = fmt.Sprintf("The table of all %d cells is too large for this page; dllmbench report DIR --format csv writes it.", len(v.Rows))
	}
	f := frame{
		kind: "report", Kicker: "dllmbench report", Title: c.Summary.Title, Meta: meta(v), Made: "Made from the records of one run; dllmbench report makes it again.",
		scripts: []string{"tokens.js", "replay.js"},
	}
	if p.Charts != nil {
		f.scripts = append(f.scripts, "uplot/uPlot.iife.min.js", "charts.js")
	}
	return f.write(w, p,
		section{ID: "verdict", Nav: "Verdict", Title: "Verdict", there: true},
		section{ID: "checkpoints", Nav: "Checkpoints", Title: "Checkpoints and what they share", there: len(p.Checkpoints) > 0},
		section{ID: "claims", Nav: "Claims", Title: "Common claims, judged by this run", there: len(p.Claims) > 0},
		section{ID: "published", Nav: "Published", Title: "Against the published values", there: len(p.Published) > 0},
		section{ID: "decision", Nav: "Which to use", Title: "Which decoder to use", there: p.Decide != nil},
		section{ID: "figures", Nav: "Figures", Title: "Figures", there: p.Charts != nil || len(p.Figures)+len(p.Skipped) > 0},
		section{ID: "cells", Nav: "Cells", Title: "Cells", there: len(p.Tables) > 0},
		section{ID: "samples", Nav: "Samples", Title: "Samples side by side", there: len(p.Samples) > 0},
		section{ID: "replay", Nav: "Replay", Title: "Denoising replay", there: p.Replay != nil},
		section{ID: "parallelism", Nav: "Parallelism", Title: "Accuracy under parallelism, and frontiers", there: len(p.Parallelisms) > 0},
		section{ID: "cost", Nav: "Cost", Title: "What an answer costs", there: p.Costs != nil},
		section{ID: "validity", Nav: "Validity", Title: "Validity", there: true},
		section{ID: "environment", Nav: "Environment", Title: "Environment", there: true},
		section{ID: "method", Nav: "Method", Title: "Method and definitions", there: true},
		section{ID: "data", Nav: "Data", Title: "Raw data", there: true})
}

// recorded lists the definitions of a file that are not those of this program,
// safe to show: another version wrote the file.
func recorded(metrics []result.Metric) []result.Metric {
	ours := result.Metrics()
	var out []result.Metric
	for _, m := range metrics {
		m.Type, m.Counters = "", nil
		if !slices.ContainsFunc(ours, func(d result.Metric) bool {
			d.Counters = nil // which no file holds
			return reflect.DeepEqual(d, m)
		}) {
			out = append(out, safe(m))
		}
	}
	return out
}

func meta(v *view.View) string {
	h := v.Header
	s := view.Count(len(v.Rows), "cell") + ", " + h.SeedText()
	if h.Started != "" {
		s = "started " + h.Started + ", " + s
	}
	if h.Env.CPU != "" {
		s += ", " + h.Env.CPU
	}
	return view.Clean(s)
}
