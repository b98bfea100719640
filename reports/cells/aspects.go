package cells

import (
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// maxAspects bounds the rows of the table of further scores.
const maxAspects = 1000

// Aspects is the table of the further scores of cells, each beside the exact match that
// it belongs to; nil without any.
func Aspects(v *view.View) *table.Table {
	t := table.New(3, "task", "decoder", "score", "%", "n")
	t.Title = "Scores by rule"
	t.Columns[3].Interval = true
	for _, p := range v.Points {
		for _, r := range p.Rows {
			if !r.Usable() || len(r.Aspects) == 0 || len(t.Rows) > maxAspects {
				continue
			}
			task, name := view.Clean(p.Task()), view.Clean(r.Name)
			if e := r.Values[view.Exact]; e != nil {
				t.Add(task, name, "exact match", view.WithInterval(e), e.N)
			}
			for _, a := range r.Aspects {
				t.Add(task, name, view.Clean(a.Name), view.WithInterval(&a.Estimate), a.N)
			}
		}
	}
	if t.Rows == nil {
		return nil
	}
	return t
}
