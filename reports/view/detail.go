package view

import (
	"fmt"
	"slices"
)

// ShownRows is the most rows that a page shows one by one.
const ShownRows = 600

// Detail bounds what is derived of a large run. What the words and the
// constraints of answers tell (curves of coherence, variety of texts) takes half
// of the time, and of ten thousand cells nobody reads it: it can be left to the
// rows that a page shows. Scores, times, counters and comparisons are derived of
// every row. The zero value has no bounds.
type Detail struct {
	Above int // planned cells above which details are bounded; 0 for never
	Rows  int // rows that have them then: the first ones in the order of a page
}

// PageDetail has the details of the rows that a page shows.
func PageDetail() Detail { return Detail{Above: mostCells, Rows: ShownRows} }

// detailMetrics are made from words and constraints: brief rows have none.
var detailMetrics = []Metric{
	CoherenceBackward, CoherenceAhead, CrossEntropy, EntropyValid, Entropy,
	"entropy_2", "distinct_1", "distinct_2", "distinct_3", "seq_rep_4", "adjacent_repetition", "self_bleu_4",
	"sample_distinct_2", "sample_self_bleu_4",
}

// bound marks the rows beyond the detail as brief. A floor of the run that is
// made from words or constraints is wanted of every row.
func (v *View) bound(d Detail) {
	if d.Above <= 0 || len(v.Rows) <= d.Above {
		return
	}
	if f := v.Header.Floor; f != nil && slices.Contains(detailMetrics, Metric(f.Metric)) {
		return
	}
	seen := 0
	for _, p := range v.Trained() {
		for _, r := range p.Rows {
			if seen++; seen > d.Rows {
				r.Brief = true
				v.Briefs++
			}
		}
	}
	v.detailed = seen - v.Briefs
}

// Bounds says what was not derived, and how to have it; "" where all was.
func (v *View) Bounds() string {
	if v.Briefs == 0 {
		return ""
	}
	return fmt.Sprintf("In a run of this size curves of coherence and the variety of texts are derived for the first %d cells with trained weights, in the order of the run. "+
		"For the other %d they are unknown (%s); all else is derived for all cells. dllmbench report DIR --full derives them too.",
		v.detailed, v.Briefs, Unknown)
}
