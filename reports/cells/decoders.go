package cells

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Decoders writes what each preset of a run is, and what it did, as Markdown:
// one table a task, one line a decoder.
func Decoders(w io.Writer, v *view.View) error {
	for _, p := range v.Trained() {
		t := table.New(4, "decoder", "engine / preset", "cache", "revises", "NFE", "MFLOP/tok", "exact %", "e2e ms")
		n, untrained := 0, ""
		for _, r := range p.Rows {
			n = max(n, r.Instances)
			revises, mark := "", ""
			if r.Cell.Revises {
				revises = "yes"
			}
			if len(r.Untrained) > 0 {
				mark = " " + view.UntrainedMark
				untrained += fmt.Sprintf(view.UntrainedMark+" %s: %s.\n\n", view.Clean(r.Name), view.Clean(strings.Join(r.Untrained, "; ")))
			}
			line := []any{r.Name + mark, r.Cell.Engine + " / " + r.Cell.Preset, r.Cell.Cache, revises}
			for _, m := range []view.Metric{view.NFE, view.FLOPs, view.Exact, view.E2E} {
				line = append(line, m.Text(shown(r, m)))
			}
			t.Add(line...)
		}
		if err := titled(w, p.Task()+", "+view.Count(n, "instance"), t); err != nil {
			return err
		}
		if _, err := io.WriteString(w, untrained); err != nil {
			return err
		}
	}
	return nil
}

// textMetrics are the columns of [Texts], as far as a task has them.
var textMetrics = []view.Metric{
	view.Exact, view.Violations, view.CoherenceBackward, view.CoherenceAhead, "parses", "type_checks", "pass_at_1",
	"adjacent_repetition", view.EntropyValid, view.CrossEntropy, view.Entropy, view.JudgeBits,
}

// Texts writes as Markdown what texts keep and how they vary: a table for each
// task, with a line for each setting of a decoder. Where temperatures were swept
// and the cost in likelihood is known, the last column compares it with that of
// autoregressive decoding at the same entropy. Tasks on which no decoder is above
// chance say nothing of decoders and are named at the end.
func Texts(w io.Writer, v *view.View) error {
	minus := map[*view.Row]*float64{}
	for _, f := range v.Frontiers() {
		for _, q := range f.Points {
			minus[q.Row] = q.MinusAR
		}
	}
	var left []string
	for _, p := range v.Trained() {
		rows := slices.DeleteFunc(slices.Clone(p.Rows), func(r *view.Row) bool { return !r.Usable() })
		metrics := slices.DeleteFunc(slices.Clone(textMetrics), func(m view.Metric) bool {
			return !slices.ContainsFunc(rows, func(r *view.Row) bool { return r.Values[m] != nil })
		})
		if len(metrics) == 0 {
			continue
		}
		if guessed(p) {
			left = append(left, view.Clean(p.Task()))
			continue
		}
		t := table.New(1, "decoder", "n")
		for _, m := range metrics {
			title := m.Definition().Title
			if !strings.Contains(title, "/") { // which says its unit
				title += " " + m.Definition().Unit
			}
			t.Columns = append(t.Columns, table.Column{Title: title})
		}
		t.Columns = append(t.Columns, table.Column{Title: "minus AR at equal entropy"})
		for _, r := range rows {
			line := []any{r.Name, r.Instances}
			for _, m := range metrics {
				line = append(line, m.Text(r.Values[m]))
			}
			t.Add(append(line, difference(minus[r]))...)
		}
		if err := titled(w, p.Task(), t.Known()); err != nil {
			return err
		}
	}
	if left == nil {
		return nil
	}
	_, err := fmt.Fprintf(w, "Left out, because no decoder is %.0f points above chance there with an interval above it: %s.\n", 100*claims.Competence, strings.Join(left, "; "))
	return err
}

// guessed reports whether no decoder of a task is shown to be above its known chance.
func guessed(p *view.Point) bool {
	return p.Chance.Known && !slices.ContainsFunc(p.Rows, func(r *view.Row) bool {
		e := r.Values[view.Exact]
		return r.Eligible() && e != nil && claims.AboveChance(*e, p.Chance.Value, 100)
	})
}
