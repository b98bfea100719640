package advice

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

type chooser struct {
	v     *view.View
	p     *view.Point
	Floor // by whose metric decoders are judged
}

// least chooses by a metric that should be low.
func (w chooser) least(rows []*view.Row, m view.Metric) *Choice {
	list := slices.DeleteFunc(slices.Clone(rows), func(r *view.Row) bool { return r.Values[m] == nil })
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, view.Least(m))
	unit := "ms"
	if m == view.FLOPs {
		unit = "MFLOP/token"
	}
	value := list[0].Values[m]
	if m == view.E2E {
		value, unit = list[0].Takes(), list[0].TakesUnit()
	}
	c := w.choice(list[0], view.Quantity(value, unit))
	if len(list) == 1 {
		return c
	}
	c.Next, c.RunnerUp = list[1], &list[1].Name
	if m == view.E2E {
		s := w.v.Compare(c.Next, c.Row).Speed
		if s == nil {
			return c
		}
		c.Margin = view.Times(s) + " as fast as"
		if w.p.PerToken() {
			c.Margin = view.Times(s) + " as fast per useful token as"
		}
		if side, known := view.Side(s); known {
			c.Shown = new(side > 0)
		}
		return c
	}
	if x := c.Row.Values[m].Value; x > 0 {
		next := c.Next.Values[m].Value
		c.Margin = fmt.Sprintf("%s× as much as", view.Number(x/next))
		c.Shown = new(next > x)
	}
	return c
}

// best chooses by quality, and of the same quality the faster one.
func (w chooser) best(rows []*view.Row) *Choice {
	if len(rows) == 0 {
		return nil
	}
	list := slices.Clone(rows)
	slices.SortStableFunc(list, view.Best(w.Metric))
	c := w.choice(list[0], view.WithPercent(list[0].Values[w.Metric]))
	if len(list) > 1 {
		c.Next, c.RunnerUp = list[1], &list[1].Name
		both := w.v.Compare(c.Next, c.Row)
		if e := both.Exact; e != nil && w.Metric == view.Exact {
			c.Margin = fmt.Sprintf("%+.0f points", e.Value)
			if e.CI != nil {
				c.Margin += fmt.Sprintf(" [%+.0f, %+.0f]", e.CI.Low, e.CI.High)
			}
			if side, known := both.SolvesMore(); known {
				c.Shown = new(side > 0)
			}
			c.Margin = strings.ReplaceAll(c.Margin, "-", "−") + " over"
		}
	}
	return c
}

func (w chooser) choice(r *view.Row, value string) *Choice {
	c := &Choice{Row: r, Decoder: r.Name, Cell: r.Cell.ID, Precision: r.Cell.Precision, Value: value}
	if e := r.Values[w.Metric]; e != nil {
		c.Exact, c.quality = view.WithPercent(e), w.Metric
		if w.Share > 0 && e.CI != nil {
			c.FloorShown = new(e.CI.Low >= 100*w.Share)
		}
	}
	return c
}

// changes says what would change the answer.
func (w chooser) changes(d Decision, passing, failing []*view.Row) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if d.Passing == 0 {
		if d.Measured == 0 {
			return nil
		}
		able := slices.DeleteFunc(slices.Clone(failing), func(r *view.Row) bool { return !w.p.Competent(r) })
		if len(able) == 0 {
			top := w.best(failing)
			add("An easier task, or other weights: no decoder is shown to do better than chance; %s %s.", name(top.Row), top.solves())
			return out
		}
		top := w.best(able)
		add("A floor of %.0f%% or less: %s %s.", top.Row.Values[w.Metric].Value, name(top.Row), top.solves())
		return out
	}
	f := d.Fastest
	if f == nil {
		return nil
	}
	if f.FloorShown != nil && !*f.FloorShown {
		add("More instances: %s passes the floor by its value, but %s does not show it at n = %d.", name(f.Row), f.Exact, f.Row.Instances)
	}
	if f.Next != nil && f.Shown == nil {
		add("More pairs: there are too few to tell %s and %s apart in speed.", name(f.Row), name(f.Next))
	} else if f.Next != nil && !*f.Shown {
		add("More pairs: %s and %s do not differ significantly in speed.", name(f.Row), name(f.Next))
	}
	// A lower floor lets faster ones in.
	var faster *view.Row
	for _, r := range failing {
		if e := r.Takes(); e != nil && e.Value < f.Row.Takes().Value &&
			(faster == nil || r.Values[w.Metric].Value > faster.Values[w.Metric].Value) {
			faster = r
		}
	}
	if faster != nil {
		add("A floor of %.0f%% or less: then %s is faster, %s.", faster.Values[w.Metric].Value, name(faster), view.Quantity(faster.Takes(), faster.TakesUnit()))
	}
	// A higher floor leaves the chosen one out.
	if e := f.Row.Values[w.Metric]; e != nil && d.Best != nil && d.Best.Row != f.Row && d.Best.Row.Values[w.Metric].Value > e.Value {
		higher := slices.DeleteFunc(slices.Clone(passing), func(r *view.Row) bool { return r.Values[w.Metric].Value <= e.Value })
		if c := w.least(higher, view.E2E); c != nil {
			add("A floor above %.0f%%: then %s is the fastest, %s.", e.Value, name(c.Row), c.Value)
		}
	}
	return append(append(out, w.elsewhere()...), w.lengths(f.Row)...)
}

// lengths names the nearest other length of the same model or workload at which
// another decoder is the fastest above the floor.
func (w chooser) lengths(chosen *view.Row) []string {
	var nearest *view.Point
	var other *view.Row
	for _, p := range w.v.Points {
		same := p.CostOnly == w.p.CostOnly && p.Workload == w.p.Workload && p.Extra() == w.p.Extra()
		if p == w.p || !same || p.CostOnly && p.Subject() != w.p.Subject() || p.Budget == w.p.Budget && p.Batch == w.p.Batch {
			continue
		}
		first := w.quickest(p)
		if first == nil {
			continue
		}
		if first.Name != chosen.Name && (nearest == nil || w.away(p) < w.away(nearest)) {
			nearest, other = p, first
		}
	}
	if nearest == nil {
		return nil
	}
	return []string{fmt.Sprintf("Another length, batch or task: for %s the fastest by value is %s.", view.Clean(nearest.Task()), name(other))}
}

// away is the distance of a point in length and batch, as factors multiplied.
func (w chooser) away(p *view.Point) float64 {
	ratio := func(a, b int) float64 { return float64(max(a, b)) / float64(max(1, min(a, b))) }
	return ratio(p.Budget, w.p.Budget) * ratio(p.Batch, w.p.Batch)
}

// precisions are the fastest rows of each precision; nil where the point has one alone.
func (w chooser) precisions(rows []*view.Row) (list []*Choice) {
	if len(view.Groups(w.p.Rows, precisionOf)) < 2 {
		return nil
	}
	for _, same := range view.Groups(rows, precisionOf) {
		if c := w.least(same, view.E2E); c != nil {
			list = append(list, c)
		}
	}
	return list
}

func precisionOf(r *view.Row) string { return r.Cell.Precision }

// elsewhere names the fastest by value at places that differ from this one in the
// precision alone. Their cells did not take turns with those here.
func (w chooser) elsewhere() []string {
	var list []string
	for _, p := range w.v.Points {
		if p == w.p || p.Weights == w.p.Weights || p.ButPrecision() != w.p.ButPrecision() {
			continue
		}
		if r := w.quickest(p); r != nil {
			list = append(list, fmt.Sprintf("%s %s in %s", name(r), view.Quantity(r.Takes(), r.TakesUnit()), view.Clean(r.Cell.Precision)))
		}
	}
	if list == nil {
		return nil
	}
	return []string{fmt.Sprintf("Another precision: the fastest by value are %s; they did not take turns with those here, so no ratio is given.", strings.Join(list, ", "))}
}

// quickest is the fastest row of a point by value, of those that reach the floor by
// value: comparing in pairs takes long in a large run.
func (w chooser) quickest(p *view.Point) *view.Row {
	rows := slices.DeleteFunc(slices.Clone(p.Rows), func(r *view.Row) bool {
		e := r.Values[w.Metric]
		return !r.Eligible() || r.Values[view.E2E] == nil || !p.CostOnly && (e == nil || e.Value < 100*w.Share)
	})
	if len(rows) == 0 {
		return nil
	}
	return slices.MinFunc(rows, view.Least(view.E2E))
}

func name(r *view.Row) string { return view.Clean(r.Name) }
