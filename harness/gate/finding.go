package gate

import (
	"fmt"
	"strings"

	"dllmbench/harness/stats"
)

// Counters is the metric of findings on the exact counters of a cell.
const Counters = "counters"

// Finding is what one comparison came to: the counters of a cell, or one timed
// metric of it.
type Finding struct {
	Cell string `json:"cell"` // which cell, in words
	Side string `json:"side"` // the new side, where there are several
	// Decoder names the decoder of the new side as in the cell, and Engine its
	// kind, by which figures choose colours; "" where there is none.
	Decoder string  `json:"decoder,omitempty"`
	Engine  string  `json:"engine,omitempty"`
	Metric  string  `json:"metric"` // "counters", "e2e", …
	Verdict Verdict `json:"verdict"`
	Accept  bool    `json:"accepted,omitempty"` // the difference is shown and does not fail
	// Sentence says it in words; "" for counters that agree.
	Sentence string   `json:"sentence,omitempty"`
	Changes  []Change `json:"changes,omitempty"` // counters that differ
	*Timing  `json:",omitempty"`
}

// Fails tells whether the finding stops a change.
func (f Finding) Fails() bool { return f.Verdict.Fails() && !f.Accept }

// Task is the cell without its decoder.
func (f Finding) Task() string { return strings.TrimPrefix(f.Cell, f.Decoder+", ") }

// Change is a counter of a cell that differs.
type Change struct {
	Counter   string `json:"counter"`
	Instances int    `json:"instances"` // on how many it differs
	Of        int    `json:"of"`        // instances compared
	Example   string `json:"example"`   // the first instance on which it does
	Old       string `json:"old"`       // there
	New       string `json:"new"`
	// Sums over all instances; nil for hashes and words.
	OldSum *int64 `json:"old_sum,omitempty"`
	NewSum *int64 `json:"new_sum,omitempty"`
	Accept bool   `json:"accepted,omitempty"`
}

// String is the change as a clause: which counter, from what to what, and where.
func (c Change) String() string {
	text := fmt.Sprintf("%s changed from %s to %s on %s", Words(c.Counter), c.Old, c.New, c.Example)
	if c.Instances > 1 {
		text += fmt.Sprintf(" and differs on %d of %d instances", c.Instances, c.Of)
		if c.OldSum != nil {
			text += fmt.Sprintf(", %d → %d in all", *c.OldSum, *c.NewSum)
		}
	} else if c.Of > 1 {
		text += fmt.Sprintf(" alone of %d instances", c.Of)
	}
	return text
}

// Timing is a paired comparison of a quantity that varies: what was measured.
type Timing struct {
	Unit string `json:"unit"`
	// Old and New are typical values of both sides.
	Old *stats.Estimate `json:"old"`
	New *stats.Estimate `json:"new"`
	// Ratio is new/old with the interval that decides, at the level 1−α/m. For
	// shares it is their difference.
	Ratio *stats.Estimate `json:"ratio"`
	P     *float64        `json:"p"`      // of no difference
	PHolm *float64        `json:"p_holm"` // adjusted for all comparisons of the report
	Noise *float64        `json:"noise"`  // the noise band, relative
	AA    *float64        `json:"aa"`     // measured A/A noise, relative; null where it was not measured
	Pairs int             `json:"pairs"`  // blocks, or instances
	// OldRuns and NewRuns are the values of each pair.
	OldRuns []float64 `json:"old_runs,omitempty"`
	NewRuns []float64 `json:"new_runs,omitempty"`
}

// changesSentence joins the changes of a cell, the first few in words.
func changesSentence(list []Change) string {
	const most = 3
	var parts, names []string
	for i, c := range list {
		if i < most {
			parts = append(parts, c.String())
		} else {
			names = append(names, c.Counter)
		}
	}
	text := strings.Join(parts, "; ")
	if len(names) > 0 {
		text += fmt.Sprintf("; %d more differ: %s", len(names), strings.Join(names, ", "))
	}
	return text
}
