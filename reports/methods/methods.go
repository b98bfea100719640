// Package methods writes what a paper has to say of how a run was made: a paragraph in
// words with the machine, weights, decoders, tasks, seeds and statistics, in Markdown and
// LaTeX, and the list of what it cites in BibTeX.
package methods

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// File is a kind of file that this package writes.
type File struct {
	Format, Path, Doc string
	Write             func(io.Writer, *view.View) error
}

// Files lists them.
func Files() []File {
	markdown := func(keys []string) string { return " [@" + strings.Join(keys, "; @") + "]" }
	latex := func(keys []string) string { return `~\cite{` + strings.Join(keys, ",") + "}" }
	return []File{
		{"methods", "methods.md", "the methods in words, with keys of references.bib", func(w io.Writer, v *view.View) error { return of(v).write(w, table.Escape, markdown) }},
		{"methods-tex", "methods.tex", "the same as LaTeX", func(w io.Writer, v *view.View) error { return of(v).write(w, table.TeX, latex) }},
		{"bib", "references.bib", "decoders, models and tasks of the run, as BibTeX", func(w io.Writer, v *view.View) error { return BibTeX(w, Find(of(v).ids())) }},
	}
}

// piece is a bit of text with the ids of what it cites behind it.
type piece struct {
	text string
	ids  []string
}

// text is what is said, in paragraphs.
type text struct {
	paragraphs [][]piece
	view       *view.View
}

func (t *text) begin() { t.paragraphs = append(t.paragraphs, nil) }

func (t *text) say(format string, args ...any) {
	p := &t.paragraphs[len(t.paragraphs)-1]
	*p = append(*p, piece{text: fmt.Sprintf(format, args...)})
}

// cite puts ids behind what was said last.
func (t *text) cite(ids ...string) {
	p := t.paragraphs[len(t.paragraphs)-1]
	last := &p[len(p)-1]
	last.ids = append(last.ids, ids...)
}

// ids are those of everything that is cited.
func (t *text) ids() (all []string) {
	for _, p := range t.paragraphs {
		for _, x := range p {
			all = append(all, x.ids...)
		}
	}
	return all
}

// write writes the paragraphs; what has no entry among the references is not cited.
func (t *text) write(w io.Writer, escape func(string) string, cite func(keys []string) string) error {
	var b strings.Builder
	for i, p := range t.paragraphs {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, x := range p {
			b.WriteString(escape(x.text))
			var keys []string
			for _, r := range Find(x.ids) {
				keys = append(keys, r.Key)
			}
			if keys != nil {
				b.WriteString(cite(keys))
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// of makes the text of a run.
func of(v *view.View) *text {
	t := &text{view: v}
	t.begin()
	t.machine()
	t.weights()
	t.begin()
	t.decoders()
	t.tasks()
	t.begin()
	t.statistics()
	t.leftOut()
	return t
}

func (t *text) machine() {
	h := t.view.Header
	e := h.Env
	t.say("The run %s of dllmbench", view.Clean(h.Scenario))
	if e.GitSHA != "" {
		t.say(" (commit %.12s)", view.Clean(e.GitSHA))
	}
	if day, err := time.Parse(time.RFC3339, h.Started); err == nil {
		t.say(" of %s", day.Format("2 January 2006"))
	}
	t.say(" was made on %s with %s", cmp.Or(view.Clean(e.CPU), "an unnamed processor"), lists.Count(e.Cores, "core"))
	if e.MemBytes > 0 {
		t.say(" and %.0f GB of memory", float64(e.MemBytes)/1e9)
	}
	t.say(" under %s/%s (kernels %s, %s).", view.Clean(e.OS), view.Clean(e.Arch), view.Clean(e.Kernels()), view.Clean(e.Go))
	if h.Load != "" {
		t.say(" Requests arrived as %s.", view.Clean(h.Load))
	}
}

// each says something of every different thing, with commas between.
func each[T any](t *text, list []T, say func(T)) {
	for i, x := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			t.say(" and ")
		default:
			t.say(", ")
		}
		say(x)
	}
}

func (t *text) weights() {
	t.say(" Weights were ")
	sets := lists.Split(t.cells(), func(c result.Cell) [2]string { return [2]string{c.Weights, c.Model()} })
	each(t, sets, func(set lists.Part[[2]string, result.Cell]) {
		c := set.Of[0]
		if c.Endpoint != nil {
			t.say("those of the server %s (model %s)", view.Clean(c.Endpoint.Name), cmp.Or(view.Clean(c.Endpoint.Model), "not named"))
			return
		}
		name := place.WeightsName(c)
		t.say("%s", view.Clean(name))
		t.cite(ModelID(name))
		t.say(" (%s", view.Params(c.Params))
		if c.Precision != "" {
			t.say(", %s", view.Clean(c.Precision))
		}
		if digest := c.Model(); digest != "" {
			t.say(", %.19s", view.Clean(digest))
		}
		if c.CostOnly {
			t.say(", random numbers")
		}
		t.say(")")
	})
	t.say(".")
}

// cells are those of the run that have a result.
func (t *text) cells() []result.Cell {
	var list []result.Cell
	for _, r := range t.view.Rows {
		if r.Usable() {
			list = append(list, r.Cell)
		}
	}
	return list
}

func (t *text) decoders() {
	t.say("Decoders were ")
	each(t, lists.Split(t.cells(), func(c result.Cell) string { return cmp.Or(c.Label, c.Engine) }), func(d lists.Part[string, result.Cell]) {
		c := d.Of[0]
		rule := c.Engine
		if c.Preset != "" {
			rule += "/" + c.Preset
		}
		t.say("%s (%s", view.Clean(d.Key), view.Clean(rule))
		var options []string
		for _, name := range slices.Sorted(maps.Keys(c.Options)) {
			if c.Tries() == 1 && strings.HasPrefix(name, "best_of") { // of a decoder that tries once
				continue
			}
			var values []string
			for _, o := range d.Of {
				values = lists.With(values, place.Option(name, fmt.Sprint(o.Options[name])))
			}
			options = append(options, name+" "+strings.Join(values, ", "))
		}
		if options != nil {
			t.say("; %s", view.Clean(strings.Join(options, "; ")))
		}
		t.say(")")
		t.cite(Sources(c.Source)...)
	})
	t.say(".")
}

func (t *text) tasks() {
	trained := slices.DeleteFunc(t.cells(), func(c result.Cell) bool { return c.CostOnly })
	if len(trained) > 0 {
		t.say(" Tasks were ")
		each(t, lists.Split(trained, func(c result.Cell) string { return c.Workload }), func(w lists.Part[string, result.Cell]) {
			c := w.Of[0]
			t.say("%s", view.Clean(w.Key))
			t.cite(TaskID(w.Key))
			if c.Task != nil && c.Task.Card != w.Key {
				t.cite(TaskID(c.Task.Card))
			}
			var rungs, budgets []string
			for _, c := range w.Of {
				rungs = lists.With(rungs, view.Clean(c.Rung))
				budgets = lists.With(budgets, fmt.Sprint(c.Budget))
			}
			t.say(" (%s; %s; at most %s tokens", lists.And(rungs), t.instances(w.Key), lists.And(budgets))
			if c.Split != "" {
				t.say("; split %s", view.Clean(c.Split))
			}
			if c.Chat != "" {
				t.say("; in the form of the model's chat template")
			}
			if k := c.Task; k != nil {
				t.say("; task card %s %d, style %s, %s", view.Clean(k.Card), k.Version, view.Clean(k.Style), lists.Count(k.Shots, "worked example"))
				if k.Rule != "" {
					t.say(", judged by the rule %s", view.Clean(k.Rule))
				}
			}
			if len(c.Stop) > 0 {
				t.say("; stop texts %s", view.Clean(fmt.Sprintf("%q", c.Stop)))
			}
			if c.ForceLength {
				t.say("; the whole length is written")
			}
			if c.Samples > 1 {
				t.say("; %d independent answers to each", c.Samples)
			}
			if len(c.Seeds) > 0 {
				t.say(", %s", t.view.Header.SeedText())
			}
			if c.Dataset != "" {
				t.say("; file %.19s", view.Clean(c.Dataset))
			}
			t.say(")")
		})
		t.say(".")
	}
	var batches, threads []string
	for _, c := range t.cells() {
		batches = lists.With(batches, fmt.Sprint(c.Batch))
		threads = lists.With(threads, fmt.Sprint(c.Threads))
	}
	t.say(" Batch size was %s, with %s; order, prompts and draws are those of %s.", lists.And(batches), workers(threads), t.view.Header.SeedText())
}

// workers are the numbers of worker threads.
func workers(threads []string) string {
	if slices.Equal(threads, []string{"1"}) {
		return "1 worker thread"
	}
	return lists.And(threads) + " worker threads"
}

// instances says how many instances the cells of a workload have, and how often they ran.
func (t *text) instances(workload string) string {
	low, high, runs := 0, 0, 1
	for _, r := range t.view.Rows {
		if n := r.Instances; r.Usable() && r.Cell.Workload == workload && n > 0 {
			runs = max(runs, r.Repetitions)
			if high = max(high, n); low == 0 || n < low {
				low = n
			}
		}
	}
	text := fmt.Sprintf("%d instances each", high)
	if low != high {
		text = fmt.Sprintf("%d to %d instances", low, high)
	}
	if runs > 1 {
		text += fmt.Sprintf(", run %d times", runs)
	}
	return text
}

func (t *text) statistics() {
	t.say("An instance counts once, however often it was run. Shares of solved instances have Wilson intervals; medians of times have distribution-free intervals; ratios of sums have BCa bootstrap intervals (%d draws). "+
		"Decoders are compared on the same instances: solved instances by the exact McNemar test, whose inversion is the interval of the difference; times, which were taken in turns, by the exact Wilcoxon signed-rank test on logarithms of their ratios, with the Hodges–Lehmann estimate and its interval, "+
		"where a difference counts if the whole interval lies beyond %.0f%%. All intervals are at 95%%, each by itself, without correction for the number of comparisons.", t.view.Draws, 100*view.SpeedMargin)
	if len(t.view.Header.Claims) > 0 {
		t.say(" The p values of claims are corrected for their number (Holm).")
	}
	if t.view.Published() != nil {
		t.say(" Differences to published values are those of independent samples (Newcombe), although the items may be the same ones, which are not published one by one: the intervals are then rather too wide; a value is called reproduced where the whole interval lies inside the margin.")
	}
}

func (t *text) leftOut() {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, lists.Count(n, what))
		}
	}
	failed, untimed := 0, 0
	for _, r := range t.view.Rows {
		failed += r.Failed
		if r.Untimed && r.State == view.Valid {
			untimed++
		}
	}
	counts := t.view.Counts()
	add(counts[view.Invalid], "invalid cell")
	add(counts[view.NotRun], "cell without a usable result")
	add(failed, "failed request")
	if untimed > 0 {
		parts = append(parts, "the times of "+lists.Count(untimed, "cell"))
	}
	for _, note := range t.view.Header.LeftOut {
		parts = append(parts, view.Clean(note))
	}
	if parts != nil {
		t.say(" Left out: %s.", strings.Join(parts, "; "))
	}
	if used := t.view.Untrained(); used != nil {
		t.say(" Weights were used for what they were not trained for: %s.", strings.Join(used, ". "))
	}
}
