package view

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// usefulTokens is the metric of the length of an output.
var usefulTokens = Metric(usage.UsefulTokens.String())

// Takes is the time of a row for headlines: of an answer, or of a useful token where
// the outputs of its point differ in length; nil without times.
func (r *Row) Takes() *stats.Estimate {
	e := r.Values[E2E]
	if e == nil || !r.perToken {
		return e
	}
	each := e.Times(1 / max(1, r.Values[usefulTokens].Value))
	return &each
}

// TakesUnit is the unit of Takes.
func (r *Row) TakesUnit() string {
	if r.perToken {
		return "ms/token"
	}
	return "ms"
}

// PerToken reports whether the outputs of a point differ in length, so that times are
// compared per useful token; see [place.UnequalLengths].
func (p *Point) PerToken() bool { return len(p.Rows) > 0 && p.Rows[0].perToken }

// Lengths says that times are per useful token, and why; "" where they are not.
func (p *Point) Lengths() string {
	if !p.PerToken() {
		return ""
	}
	low, high := math.Inf(1), 0.0
	for _, r := range p.timed() {
		x := r.Values[usefulTokens].Value
		low, high = min(low, x), max(high, x)
	}
	return fmt.Sprintf("Outputs are %s to %s useful tokens long, which differ by more than %.0f%%: times are compared per useful token.", Number(low), Number(high), 100*place.LengthMargin)
}

// LengthNote explains the mark of ratios per useful token; "" where none has it.
func (v *View) LengthNote() string {
	if !slices.ContainsFunc(v.Points, (*Point).PerToken) {
		return ""
	}
	return fmt.Sprintf(" %s per useful token: output lengths differ by more than %.0f%%.", tokenMark, 100*place.LengthMargin)
}

// LengthCaption is the same for captions of figures.
func (v *View) LengthCaption() string {
	if v.LengthNote() == "" {
		return ""
	}
	return fmt.Sprintf(" Where output lengths differ by more than %.0f%%, it is as fast per useful token.", 100*place.LengthMargin)
}

// tokenMark stands behind a ratio of times per useful token.
const tokenMark = "ᵗ"

// timed are the rows that compete in time.
func (p *Point) timed() (rows []*Row) {
	for _, r := range p.Rows {
		if r.Eligible() && r.Values[E2E] != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

// measureLengths says of all rows of a point how their times are compared.
func (p *Point) measureLengths() {
	var means []float64
	for _, r := range p.timed() {
		x := math.NaN()
		if e := r.Values[usefulTokens]; e != nil {
			x = e.Value
		}
		means = append(means, x)
	}
	unequal := place.UnequalLengths(means...)
	for _, r := range p.Rows {
		r.perToken = unequal
	}
}

// logTokens is the logarithm of the useful tokens of a request; an empty output counts
// as one token.
func logTokens(q *result.Request) (float64, bool) {
	n, known := q.Usage[usage.UsefulTokens].Value()
	return math.Log(float64(max(1, n))), known
}
