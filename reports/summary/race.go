package summary

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// task is a point with how its decoders stand, each in its best setting.
type task struct {
	*view.Point
	name     string
	quality  race
	speed    race      // of those that reach the floor of quality and solve more than chance
	judged   Certainty // Shown where scores can be compared; else why not, "" without any
	lossless *view.Row // fastest of those shown to lose less than the margin against the best; nil when that cannot be said
	open     *view.Row // a faster one of which neither this nor a loss is shown
}

// race is how decoders stand in one respect.
type race struct {
	best   *view.Row // nil without any
	rivals []rival   // the others, best first
}

// rival is another decoder than the best one.
type rival struct {
	row   *view.Row
	both  view.Comparison // quality: of it with the best one; speed: of the best one with it
	lost  bool            // it is shown to be worse
	known bool            // the sample could have shown it
}

// task compares the decoders of a point.
func (w *writer) task(p *view.Point) *task {
	t := &task{Point: p, name: view.Clean(p.Task())}
	t.speed = w.race(p, racing(p), view.Least(view.E2E), func(best, r *view.Row) rival {
		c := w.v.Compare(r, best)
		side, known := view.Side(c.Speed)
		return rival{r, c, side > 0, known}
	})
	if p.CostOnly {
		return t
	}
	t.quality = w.race(p, scored, view.Best(view.Exact), func(best, r *view.Row) rival {
		c := w.v.Compare(best, r)
		side, known := c.SolvesMore()
		return rival{r, c, side < 0, known}
	})
	switch best := t.quality.best; {
	case best == nil:
		return t
	case best.Values[view.Exact].Value == 0:
		t.judged = Unsolved
		return t
	case t.quality.rivals == nil:
		t.judged = Alone
	case p.Chance.Known && !p.Competent(best): // as claims ask it
		t.judged = Guessed
		return t
	default:
		t.judged = Shown
	}
	t.lossless, t.open = w.fastestWithoutLoss(p, t.quality.best)
	return t
}

// race finds, for each decoder of a point, the eligible row that compare prefers,
// and judges how they stand to the first of them.
func (w *writer) race(p *view.Point, has func(*view.Row) bool, compare func(a, b *view.Row) int, judge func(best, r *view.Row) rival) race {
	rows := bestOf(p, has, compare)
	if len(rows) == 0 {
		return race{}
	}
	r := race{best: rows[0]}
	for _, row := range rows[1:] {
		r.rivals = append(r.rivals, judge(rows[0], row))
	}
	return r
}

// certainty says how far it is shown that the first is better than all others.
func (r race) certainty() Certainty {
	switch {
	case r.best == nil:
		return ""
	case r.rivals == nil:
		return Alone
	case slices.ContainsFunc(r.rivals, func(o rival) bool { return !o.known }):
		return TooFew
	case slices.ContainsFunc(r.rivals, func(o rival) bool { return !o.lost }):
		return Even
	}
	return Shown
}

// all are the rows of a race, best first.
func (r race) all() []*view.Row {
	rows := []*view.Row{r.best}
	for _, o := range r.rivals {
		rows = append(rows, o.row)
	}
	return rows
}

// front are the rows that are not shown to be worse than the best, which leads them.
func (r race) front() []*view.Row {
	return race{r.best, slices.DeleteFunc(slices.Clone(r.rivals), func(o rival) bool { return o.lost })}.all()
}

// fastestWithoutLoss is the fastest row that is shown to solve less than
// [verdict.Margin] fewer than the best row. Not to be shown to solve less is no
// evidence: where a faster row is neither, nothing can be said, and it is open.
func (w *writer) fastestWithoutLoss(p *view.Point, best *view.Row) (fastest, open *view.Row) {
	can := racing(p)
	rows := slices.DeleteFunc(slices.Clone(p.Rows), func(r *view.Row) bool { return !r.Eligible() || !scored(r) || !can(r) })
	slices.SortStableFunc(rows, view.Least(view.E2E))
	for _, r := range rows {
		c := view.Comparison{}
		if r != best {
			c = w.v.Compare(best, r)
		}
		switch side, _ := c.SolvesMore(); {
		case r == best, c.NotWorse():
			return r, nil
		case side >= 0:
			return nil, r
		}
	}
	return nil, nil
}

// bestOf picks, for each decoder of a point, the eligible row that compare
// prefers, in order of preference.
func bestOf(p *view.Point, has func(*view.Row) bool, compare func(a, b *view.Row) int) []*view.Row {
	eligible := slices.DeleteFunc(slices.Clone(p.Rows), func(r *view.Row) bool { return !r.Eligible() || !has(r) })
	var best []*view.Row
	for _, settings := range view.Groups(eligible, (*view.Row).Decoder) {
		best = append(best, slices.MinFunc(settings, compare))
	}
	slices.SortStableFunc(best, compare)
	return best
}

func timed(r *view.Row) bool  { return r.Values[view.E2E] != nil }
func scored(r *view.Row) bool { return r.Values[view.Exact] != nil }

// racing rows may be called the fastest: they have a time, reach the floor of
// quality, if the run has one, and solve more than chance.
func racing(p *view.Point) func(*view.Row) bool {
	return func(r *view.Row) bool { return timed(r) && !r.BelowFloor && p.Competent(r) }
}

// solvesMost is the outcome in quality.
func (t *task) solvesMost() Outcome {
	if t.judged == "" {
		return Outcome{}
	}
	o := Outcome{Rows: t.quality.all(), Value: view.WithPercent(t.quality.best.Values[view.Exact]), Sure: t.judged}
	if t.judged != Shown {
		return o
	}
	o.Rows, o.Sure = t.quality.front(), t.quality.certainty()
	if first := t.quality.rivals[0]; first.both.Exact != nil {
		more := first.both.Exact.Times(-1)
		o.Margin = points(&more) + " over " + name(first.row)
	}
	return o
}

// takesLeast is the outcome in speed.
func (t *task) takesLeast() Outcome {
	if t.speed.best == nil {
		return Outcome{}
	}
	o := Outcome{Rows: t.speed.front(), Value: view.Quantity(t.speed.best.Takes(), t.speed.best.TakesUnit()), Sure: t.speed.certainty()}
	if t.speed.rivals != nil {
		if first := t.speed.rivals[0]; first.both.Speed != nil {
			o.Margin = fmt.Sprintf("%s as fast%s as %s", view.Times(first.both.Speed), perToken(t.PerToken()), name(first.row))
			if first.known && !first.lost { // its median may be the smaller one, and the pairs say otherwise
				o.Margin = fmt.Sprintf("not told apart from %s (%s as fast%s)", name(first.row), view.Times(first.both.Speed), perToken(t.PerToken()))
			}
		}
	}
	if without := t.withoutTimes(); len(without) > 0 {
		o.Margin = strings.TrimPrefix(o.Margin+"; no valid times of "+strings.Join(without, ", "), "; ")
	}
	return o
}

// withoutTimes are the decoders of the task that ran and have no valid time.
func (t *task) withoutTimes() (names []string) {
	ran := slices.DeleteFunc(slices.Clone(t.Rows), func(r *view.Row) bool { return !r.Eligible() })
	for _, settings := range view.Groups(ran, (*view.Row).Decoder) {
		if !slices.ContainsFunc(settings, timed) {
			names = append(names, settings[0].Decoder())
		}
	}
	return names
}

// takesLeastWithoutLoss is the fastest that is shown to lose less than the margin.
func (t *task) takesLeastWithoutLoss() Outcome {
	r := t.lossless
	switch {
	case r == nil && t.open != nil:
		return Outcome{Sure: Unsaid}
	case r == nil:
		return Outcome{}
	}
	return Outcome{Rows: []*view.Row{r}, Value: view.Quantity(r.Takes(), r.TakesUnit()), Margin: fmt.Sprintf("solves %.0f%%", r.Values[view.Exact].Value)}
}
