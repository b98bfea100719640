package cells

import (
	"fmt"
	"io"

	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// ParallelismNote says how to read a table of AUP and frontiers.
const ParallelismNote = "● no other setting of the task is at least as good in exact match, tokens per pass and time and better in one of them, by their values; settings that solve no more than chance are left out of that. " +
	"AUP, accuracy under parallelism, belongs to all settings of a decoder together; it compares decoders of one run. [low, high] is a 95% interval; that of AUP is over instances."

// Parallelisms are the tables of quality, tokens per pass and time of the settings of
// each task on which a decoder ran with several, with AUP at the first setting of each
// decoder; nil without any.
func Parallelisms(v *view.View) (list []*table.Table) {
	aup := map[*view.Point]map[string]view.Parallelism{}
	var points []*view.Point
	for _, x := range v.Parallelisms() {
		if aup[x.Point] == nil {
			aup[x.Point] = map[string]view.Parallelism{}
			points = append(points, x.Point)
		}
		aup[x.Point][x.Row.Decoder()] = x
	}
	for _, p := range points {
		t := table.New(1, "setting", "n", "exact %", "tokens/pass", "e2e ms", "frontier", "AUP", "settings")
		t.Title = view.Clean(p.Task())
		front := p.Unbeaten()
		for _, r := range p.Rows {
			if !r.Usable() {
				continue
			}
			mark := ""
			if front[r] {
				mark = "●"
			}
			line := []any{r.Name, r.Instances, view.Exact.Text(r.Values[view.Exact]), view.TPF.Text(r.Values[view.TPF]), view.E2E.Text(r.Values[view.E2E]), mark}
			if x, ok := aup[p][r.Decoder()]; ok {
				line = append(line, view.WithInterval(&x.AUP), x.Settings)
				delete(aup[p], r.Decoder())
			} else {
				line = append(line, "", "")
			}
			t.Add(line...)
		}
		list = append(list, t)
	}
	return list
}

// Parallelism writes these tables as Markdown.
func Parallelism(w io.Writer, v *view.View) error {
	list := Parallelisms(v)
	for _, t := range list {
		if err := titled(w, t.Title, t); err != nil {
			return err
		}
	}
	if list == nil {
		_, err := fmt.Fprintln(w, "No decoder ran with several settings on a task of trained weights.")
		return err
	}
	_, err := fmt.Fprintln(w, ParallelismNote)
	return err
}
