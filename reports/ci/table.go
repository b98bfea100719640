package ci

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// shareUnit is the unit of solved shares in findings.
const shareUnit = "share"

// Table writes a report for a terminal, like benchstat: both sides with their
// intervals, the change with its interval, p and the verdict.
func Table(w io.Writer, r *gate.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", view.Clean(r.Title))
	for _, t := range []struct {
		of   *table.Table
		note string
	}{{findings(r), note(r)}, {tallies(r), tallyNote}} {
		if len(t.of.Rows) > 0 {
			fmt.Fprintf(&b, "\n%s\n%s\n", t.of.Text(0), t.note)
		}
	}
	for _, line := range lines(r) {
		fmt.Fprintf(&b, "\n%s", line)
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// timed are the findings with numbers to show.
func timed(r *gate.Report) []gate.Finding {
	return lists.Keep(r.Findings, func(f gate.Finding) bool { return f.Metric != gate.Counters })
}

// marked is the name of a side with the mark of an untrained use.
func marked(s gate.Side) string {
	if s.Untrained {
		return s.Name + " " + view.UntrainedMark
	}
	return s.Name
}

// sided begins a table of a report: what it is about, then both sides, then the
// other columns. Where there are several new sides or precisions a column names them.
func sided(r *gate.Report, what string, others ...string) (t *table.Table, add func(cell, side, precision string, values ...any)) {
	head, name := []string{"cell"}, "new"
	several := r.Precisions()
	if several {
		head = append(head, "precision")
	}
	sides := len(r.New) > 1
	if sides {
		head = append(head, "side")
	} else if len(r.New) == 1 {
		name = marked(r.New[0])
	}
	texts := len(head) + 1
	t = table.New(texts, slices.Concat(head, []string{what, view.Clean(marked(r.Old)), view.Clean(name)}, others)...)
	return t, func(cell, side, precision string, values ...any) {
		line := []any{cell}
		if several {
			line = append(line, precision)
		}
		if sides {
			if i := slices.IndexFunc(r.New, func(s gate.Side) bool { return s.Name == side }); i >= 0 {
				side = marked(r.New[i])
			}
			line = append(line, side)
		}
		t.Add(append(line, values...)...)
	}
}

// findings is the table of what was compared.
func findings(r *gate.Report) *table.Table {
	t, add := sided(r, "metric", "change", "interval", "n", "p", "verdict")
	t.Columns[len(t.Columns)-1].Left = true
	for _, f := range timed(r) {
		add(f.Cell, f.Side, f.Precision, append(append([]any{f.Metric}, numbers(f)...), string(f.Verdict))...)
	}
	return t
}

// tallyNote explains the table of exact counters.
const tallyNote = "exact counters: means over the same instances; they are the same in every run, so the ratio needs neither interval nor p."

// tallies is the table of the exact counters of engines.
func tallies(r *gate.Report) *table.Table {
	t, add := sided(r, "counter", "ratio", "n")
	for _, x := range r.Tallies {
		add(x.Cell, x.Side, x.Precision, x.Metric, x.Old, x.New, x.Ratio, x.Instances)
	}
	return t
}

// numbers are those of a finding: old, new, change, interval, n and p.
func numbers(f gate.Finding) []any {
	if f.Timing == nil {
		return make([]any, 6)
	}
	write := gate.Percent
	if f.Unit == shareUnit {
		write = gate.InPoints
	}
	out := []any{side(f.Old, f.Unit), side(f.New, f.Unit), "~", nil, f.Pairs, nil}
	if f.Identical {
		out[2] = "="
	} else if f.Verdict != gate.NoChange && f.Verdict != gate.Inconclusive && f.Ratio != nil {
		out[2] = write(f.Ratio.Value)
	}
	if f.Ratio != nil && f.Ratio.CI != nil {
		out[3] = fmt.Sprintf("[%s, %s]", write(f.Ratio.CI.Low), write(f.Ratio.CI.High))
	}
	if f.PHolm != nil {
		out[5] = fmt.Sprintf("%.2g", *f.PHolm)
	}
	return out
}

// side is the typical value of one side, as value ± half the interval in per
// cent of it, or as per cent with its interval.
func side(e *stats.Estimate, unit string) string {
	switch {
	case e == nil:
		return view.Unknown
	case unit == shareUnit:
		share := e.Times(100)
		return view.WithPercent(&share)
	case e.CI == nil || e.Value == 0:
		return fmt.Sprintf("%s %s", view.Number(e.Value), unit)
	}
	return fmt.Sprintf("%s %s ± %.0f%%", view.Number(e.Value), unit, 100*max(e.CI.High-e.Value, e.Value-e.CI.Low)/e.Value)
}

// note explains the marks of a table and says by which rule it was judged.
func note(r *gate.Report) string {
	n := len(timed(r))
	return fmt.Sprintf("value ± 95%% interval of the median, repetitions of a time averaged geometrically (other tables: arithmetically);\n"+
		"change and interval compare n pairs, ~ no difference shown, = identical outputs;\n"+
		"intervals of changes in time are at %.4g%%, those of shares at the level of their step in the correction: all %d hold together at %g%%;\n"+
		"p is corrected for %s (Holm, α = %g); a difference in time counts beyond ±%g%% or the measured A/A noise;\n"+
		"no_change: the whole interval inside that band, or inside ±%g points.",
		100*(1-r.Policy.Alpha/float64(max(1, n))), n, 100*(1-r.Policy.Alpha), view.Count(n, "comparison"), r.Policy.Alpha, 100*r.Policy.Noise, 100*r.Policy.Margin)
}

// lines says in words what was found: counters, failures, thresholds, notes and
// the outcome.
func lines(r *gate.Report) []string {
	var out []string
	cells := lists.Keep(r.Findings, func(f gate.Finding) bool { return f.Metric == gate.Counters })
	if len(cells) > 0 {
		equal := lists.Keep(cells, func(f gate.Finding) bool { return f.Verdict == gate.NoChange })
		out = append(out, fmt.Sprintf("Exact counters and outputs are equal in %d of %d cells.", len(equal), len(cells)))
	}
	for _, kind := range append(gate.Verdicts(), "threshold") {
		out = append(out, sentences(r, string(kind))...)
	}
	for _, n := range r.Notes {
		out = append(out, view.Clean(n))
	}
	return append(out, Outcome(r))
}

// shownSentences is the number of findings of one verdict that are put into words.
const shownSentences = 5

// sentences puts the items of a verdict into words, the first few of them, and
// all thresholds.
func sentences(r *gate.Report, kind string) []string {
	var out []string
	n := 0
	for _, m := range items(r) {
		if m.kind != kind || !m.told && kind != "threshold" {
			continue
		}
		word := m.word
		if m.level >= failed {
			word = strings.ToUpper(word)
		}
		if n++; n <= shownSentences || kind == "threshold" {
			out = append(out, word+": "+view.Clean(m.sentence))
		}
	}
	if n > len(out) {
		out = append(out, fmt.Sprintf("%s: and %d more", strings.ToUpper(kind), n-len(out)))
	}
	return out
}
