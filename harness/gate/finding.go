package gate

import (
	"fmt"
	"strings"

	"dllmbench/harness/lists"
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
	Decoder string `json:"decoder,omitempty"`
	Engine  string `json:"engine,omitempty"`
	// Precision is that of the weights of the new side, with that of the old one in front
	// where it is another; "" where no cell says it.
	Precision string  `json:"precision,omitempty"`
	Look      string  `json:"-"`      // how reports tell the decoder apart, see [Report.GiveLooks]
	Metric    string  `json:"metric"` // "counters", "e2e", …
	Verdict   Verdict `json:"verdict"`
	Accept    bool    `json:"accepted,omitempty"` // the difference is shown and does not fail
	// Identical is true where all outputs of both sides are the same.
	Identical bool `json:"identical,omitempty"`
	// Sentence says it in words; "" for counters that agree.
	Sentence string   `json:"sentence,omitempty"`
	Changes  []Change `json:"changes,omitempty"` // counters that differ
	*Timing  `json:",omitempty"`
}

// Fails reports whether the finding stops a change.
func (f Finding) Fails() bool { return f.Verdict.Fails() && !f.Accept }

// Task is the cell without its decoder.
func (f Finding) Task() string { return strings.TrimPrefix(f.Cell, f.Decoder+", ") }

// Change is a counter of a cell that differs, or that was not compared.
type Change struct {
	Counter   string `json:"counter"`
	Instances int    `json:"instances"` // on how many it differs, or was not compared
	Of        int    `json:"of"`        // instances compared
	Example   string `json:"example"`   // the first instance on which it does
	Old       string `json:"old"`       // there
	New       string `json:"new"`
	// Sums over all instances; nil for hashes and words.
	OldSum *int64 `json:"old_sum,omitempty"`
	NewSum *int64 `json:"new_sum,omitempty"`
	Accept bool   `json:"accepted,omitempty"`
	// Missing says why the counter was not compared; "" if it was.
	Missing string `json:"not_compared,omitempty"`
}

// String is the change as a clause: which counter, from what to what, and where.
func (c Change) String() string {
	if c.Missing != "" {
		return fmt.Sprintf("%s was not compared: %s", Words(c.Counter), c.Missing)
	}
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
	// Ratio is new/old with the interval that decides. For shares it is their difference.
	Ratio *stats.Estimate `json:"ratio"`
	Level float64         `json:"level"`  // of the interval of the ratio: so high that the intervals of the report hold together
	P     *float64        `json:"p"`      // of no difference
	PHolm *float64        `json:"p_holm"` // adjusted for all comparisons of the report
	Noise *float64        `json:"noise"`  // the noise band, relative
	AA    *float64        `json:"aa"`     // measured A/A noise, relative; null where it was not measured
	Pairs int             `json:"pairs"`  // blocks, or instances
	// OldRuns and NewRuns are the values of each pair.
	OldRuns []float64 `json:"old_runs,omitempty"`
	NewRuns []float64 `json:"new_runs,omitempty"`
}

// changesSentence joins the changes of a cell, the first few in words; then come the
// counters that were not compared.
func changesSentence(list []Change) string {
	const most = 3
	differ := lists.Keep(list, func(c Change) bool { return c.Missing == "" })
	var parts []string
	for _, c := range differ[:min(most, len(differ))] {
		parts = append(parts, c.String())
	}
	if more := differ[len(parts):]; len(more) > 0 {
		parts = append(parts, fmt.Sprintf("%d more differ: %s", len(more), counterList(more)))
	}
	missing := lists.Keep(list, func(c Change) bool { return c.Missing != "" })
	for _, why := range lists.Split(missing, func(c Change) string { return c.Missing }) {
		parts = append(parts, fmt.Sprintf("not compared, because %s: %s", why.Key, counterList(why.Of)))
	}
	return strings.Join(parts, "; ")
}

// counterList names the first few counters of changes.
func counterList(list []Change) string {
	const most = 5
	var names []string
	for _, c := range list[:min(most, len(list))] {
		names = append(names, c.Counter)
	}
	if more := len(list) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// Percent writes a ratio as a change, for example "+4.2%".
func Percent(ratio float64) string { return fmt.Sprintf("%+.1f%%", 100*(ratio-1)) }

// InPoints writes a difference of shares in percentage points.
func InPoints(x float64) string { return fmt.Sprintf("%+.0f points", 100*x) }

// sentence says what was found, and why it is called what it is.
func sentence(f Finding, s Series, p Policy, tests int) string {
	write, faster, slower, pairs := Percent, "faster", "slower", "pairs"
	if s.Solved != nil {
		write, faster, slower, pairs = InPoints, "more are solved", "fewer are solved", "instances"
	}
	text := s.name() + write(f.Ratio.Value)
	if iv := f.Ratio.CI; iv != nil {
		text += fmt.Sprintf(" [%s, %s]", write(iv.Low), write(iv.High))
	}
	text += fmt.Sprintf(" from %d %s", f.Pairs, pairs)
	if f.Verdict != Insufficient {
		text += fmt.Sprintf(", p = %.2g", *f.PHolm)
	}
	beyond, margin := "", fmt.Sprintf("±%g points", 100*p.Margin)
	if f.Noise != nil {
		margin = fmt.Sprintf("±%.1f%%", 100**f.Noise)
		beyond = ", and wholly beyond the noise band of " + margin
	}
	switch f.Verdict {
	case Invalid:
		text += fmt.Sprintf("; not valid: identical runs differ by %.1f%% here, at most %.1f%% is allowed", 100**f.AA, 100*p.MaxNoise)
	case Insufficient:
		text += fmt.Sprintf("; too few for a verdict: %s at α = %g need %d", lists.Count(tests, "comparison"), p.Alpha, stats.MinBlocks(p.Alpha, tests))
	case Regressed:
		text += "; " + slower + beyond
	case Improved:
		text += "; " + faster + beyond
	case WithinNoise:
		text += fmt.Sprintf("; a difference, but not wholly beyond the noise band of %s", margin)
	case NoChange:
		text += "; equal within the margin of " + margin
	case Inconclusive:
		text += "; neither a difference nor equality within " + margin + " is shown"
	}
	if s.Note != "" {
		text += " (" + s.Note + ")"
	}
	return text
}
