package view

import (
	"cmp"
	"math"
	"slices"
	"time"

	"dllmbench/harness/stats"
)

// Crossing is what a pass over several rows costs, at one set of weights and length of prompt:
// from how many tokens a pass on diffusion is as fast as writing one token after another.
type Crossing struct {
	*Point
	Precision string // in words, as records have it
	One       *Row   // passes over one row
	Wide      []WidePass
}

// WidePass is a pass over several rows.
type WidePass struct {
	Row  *Row
	Rows int
	// Tokens is how many passes over one row take as long: where a pass writes as many
	// tokens, both ways of writing are as fast. The ratio of times for the same instance; nil
	// where none were paired.
	Tokens *stats.Estimate
}

// Crossover is the Tokens of a [WidePass] by the times of passes that were made in turns; nil
// without any. It is the rule by which [View.Compare] makes them of records: the typical ratio
// of paired times.
func Crossover(one, wide []time.Duration) *stats.Estimate {
	var logs []float64
	for i := range min(len(one), len(wide)) {
		logs = append(logs, math.Log(float64(wide[i])/float64(one[i])))
	}
	e, err := stats.PairedRatio(logs)
	if err != nil {
		return nil
	}
	return &e
}

// passRows is how many rows the passes of a decoder of times compute; 0 for other decoders.
func passRows(r *Row) int {
	if r.Cell.Preset != "wide" || r.Cell.Budget != 1 {
		return 0
	}
	n, _ := r.Cell.Option("rows")
	return int(n)
}

// Crossing is that of a point, nil where it has no times of passes over one row and more.
func (v *View) Crossing(p *Point) *Crossing {
	var rows []*Row
	for _, r := range p.Rows {
		if passRows(r) > 0 && r.Usable() && r.Values[E2E] != nil {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b *Row) int { return cmp.Compare(passRows(a), passRows(b)) })
	if len(rows) < 2 || passRows(rows[0]) != 1 {
		return nil
	}
	c := &Crossing{Point: p, Precision: rows[0].Cell.Precision, One: rows[0]}
	for _, r := range rows[1:] {
		c.Wide = append(c.Wide, WidePass{r, passRows(r), v.Compare(r, rows[0]).Speed})
	}
	return c
}

// Crossings are those of all points.
func (v *View) Crossings() (list []*Crossing) {
	for _, p := range v.Points {
		if c := v.Crossing(p); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// Brief leaves of the crossings that differ in the prompt alone the one with the longest.
func Brief(list []*Crossing) []*Crossing {
	var out []*Crossing
	for _, same := range Groups(list, func(c *Crossing) string { return c.Weights }) {
		out = append(out, slices.MaxFunc(same, func(a, b *Crossing) int { return cmp.Compare(a.Prompt.Value, b.Prompt.Value) }))
	}
	return out
}

// Precisions is how many precisions of weights the rows have.
func (v *View) Precisions() int {
	return len(Groups(v.Rows, func(r *Row) string { return r.Cell.Precision }))
}
